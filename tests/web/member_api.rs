//! The members' JSON API.

use naru::models::kinds::Role;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::app::{self, TestApp};
use crate::support::http::Answer;
use crate::support::people::PASSWORD;
use crate::support::visitor::SESSION;

async fn call(app: &TestApp, method: Method, path: &str, token: Option<&str>, body: Option<Value>) -> Answer {
    let mut request = app.client.request(method, format!("{}/api/member{path}", app.base));
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    if let Some(body) = body {
        request = request.json(&body);
    }
    Answer::of(request).await
}

async fn sign_in(app: &TestApp, email: &str) -> String {
    let body = json!({ "email": email, "password": PASSWORD });
    let session = call(app, Method::POST, "/session", None, Some(body))
        .await
        .expect(201)
        .json();
    assert!(session["expires_at"].as_str().unwrap().ends_with("+09:00"), "{session}");
    session["token"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_token_opens_the_api_until_it_is_signed_out() {
    let app = app::start().await;
    app.member("minji@example.test").await;
    let token = sign_in(&app, "minji@example.test").await;
    let accounts = call(&app, Method::GET, "/accounts", Some(&token), None)
        .await
        .expect(200)
        .json();
    assert_eq!(accounts, json!({ "data": [] }));
    call(&app, Method::DELETE, "/session", Some(&token), None)
        .await
        .expect(204);
    call(&app, Method::GET, "/accounts", Some(&token), None)
        .await
        .problem(401, "unauthenticated");
}

#[tokio::test]
async fn a_cookie_does_not_open_the_api_and_a_bearer_token_does_not_open_pages() {
    let app = app::start().await;
    let (_, browser) = app.member_browser("minji@example.test").await;
    browser
        .get("/api/member/accounts")
        .await
        .problem(401, "unauthenticated");

    let token = browser.cookie(SESSION).unwrap();
    call(&app, Method::GET, "/accounts", Some(&token), None)
        .await
        .expect(200);
    let page = app.client.get(format!("{}/accounts", app.base)).bearer_auth(&token);
    Answer::of(page).await.expect(303);
}

#[tokio::test]
async fn wrong_credentials_wrong_tokens_and_wrong_bodies_are_problems() {
    let app = app::start().await;
    app.member("minji@example.test").await;
    let wrong = json!({ "email": "minji@example.test", "password": "not-this-one" });
    call(&app, Method::POST, "/session", None, Some(wrong))
        .await
        .problem(401, "unauthenticated");
    call(
        &app,
        Method::POST,
        "/session",
        None,
        Some(json!({ "email": 1, "admin": true })),
    )
    .await
    .problem(422, "invalid_request");
    for token in ["", "x", "a.b.c"] {
        call(&app, Method::GET, "/accounts", Some(token), None)
            .await
            .problem(401, "unauthenticated");
    }
    call(&app, Method::GET, "/accounts", None, None)
        .await
        .problem(401, "unauthenticated");

    app.staff("cs@example.test", Role::Cs).await;
    let body = json!({ "email": "cs@example.test", "password": PASSWORD });
    call(&app, Method::POST, "/session", None, Some(body))
        .await
        .problem(403, "forbidden");
}
