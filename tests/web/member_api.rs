//! The members' JSON API.

use chrono::TimeDelta;
use naru::accounts::balance::KnownBalance;
use naru::clock::{Clock, kst_date, kst_midnight};
use naru::ids::Prefix;
use naru::members::devices::Device;
use naru::members::{renewal, sessions};
use naru::models::kinds::Role;
use naru::models::users;
use naru::money::Won;
use reqwest::Method;
use sea_orm::EntityTrait;
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use crate::support::app::{self, TestApp};
use crate::support::http::Answer;
use crate::support::people::{ACCOUNT, PASSWORD};
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

/// Answers with the whole session.
async fn begin(app: &TestApp, email: &str) -> Value {
    let body = json!({ "email": email, "password": PASSWORD });
    let session = call(app, Method::POST, "/session", None, Some(body)).await;
    let session = session.expect(201).json();
    for end in ["expires_at", "refresh_expires_at"] {
        assert!(session[end].as_str().unwrap().ends_with("+09:00"), "{session}");
    }
    session
}

async fn sign_in(app: &TestApp, email: &str) -> String {
    begin(app, email).await["access_token"].as_str().unwrap().to_owned()
}

async fn refresh(app: &TestApp, token: &Value) -> Answer {
    let body = json!({ "refresh_token": token });
    call(app, Method::POST, "/session/refresh", None, Some(body)).await
}

async fn accounts(app: &TestApp, token: &Value) -> Answer {
    call(app, Method::GET, "/accounts", token.as_str(), None).await
}

#[tokio::test]
async fn an_access_token_lives_for_minutes_and_the_refresh_token_brings_the_next_pair() {
    let app = app::start().await;
    app.member("minji@example.test").await;
    let first = begin(&app, "minji@example.test").await;
    app.clock.advance(TimeDelta::minutes(11));
    accounts(&app, &first["access_token"])
        .await
        .problem(401, "unauthenticated");
    let second = refresh(&app, &first["refresh_token"]).await.expect(200).json();
    assert_ne!(first["refresh_token"], second["refresh_token"]);
    assert_ne!(first["refresh_expires_at"], second["refresh_expires_at"]);
    accounts(&app, &second["access_token"]).await.expect(200);
    // The answer was lost: the same again, not yet another.
    let again = refresh(&app, &first["refresh_token"]).await.expect(200).json();
    assert_eq!(again["refresh_token"], second["refresh_token"]);
}

#[tokio::test]
async fn a_stolen_refresh_token_ends_the_session_for_thief_and_owner() {
    let app = app::start().await;
    app.member("minji@example.test").await;
    let stolen = begin(&app, "minji@example.test").await["refresh_token"].clone();
    let owner = refresh(&app, &stolen).await.expect(200).json();
    app.clock.advance(TimeDelta::seconds(31));
    accounts(&app, &owner["access_token"]).await.expect(200);
    refresh(&app, &stolen).await.problem(401, "unauthenticated");
    accounts(&app, &owner["access_token"])
        .await
        .problem(401, "unauthenticated");
    refresh(&app, &owner["refresh_token"])
        .await
        .problem(401, "unauthenticated");
}

#[tokio::test]
async fn each_kind_of_token_is_good_for_its_own_purpose_alone() {
    let app = app::start().await;
    app.member("minji@example.test").await;
    let session = begin(&app, "minji@example.test").await;
    accounts(&app, &session["refresh_token"])
        .await
        .problem(401, "unauthenticated");
    refresh(&app, &session["access_token"])
        .await
        .problem(401, "unauthenticated");
    for strange in [json!("x"), json!("naru_rt_AAAA"), json!("naru_rt_")] {
        refresh(&app, &strange).await.problem(401, "unauthenticated");
    }
    for no_token in [json!(""), json!(1), json!("x".repeat(1025))] {
        refresh(&app, &no_token).await.problem(422, "invalid_request");
    }
    // None of it ended anything.
    accounts(&app, &session["access_token"]).await.expect(200);
    refresh(&app, &session["refresh_token"]).await.expect(200);
}

#[tokio::test]
async fn who_signed_out_gets_no_new_tokens() {
    let app = app::start().await;
    app.member("minji@example.test").await;
    let session = begin(&app, "minji@example.test").await;
    let token = session["access_token"].as_str();
    call(&app, Method::DELETE, "/session", token, None).await.expect(204);
    refresh(&app, &session["refresh_token"])
        .await
        .problem(401, "unauthenticated");
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

#[tokio::test]
async fn a_token_of_staff_is_refused_here_and_stays_as_good_as_it_was() {
    let app = app::start().await;
    let id = app.staff("cs@example.test", Role::Cs).await;
    let user = users::Entity::find_by_id(id).one(app.services.db.read()).await;
    let session = sessions::begin(&app.services, user.unwrap().unwrap(), Device::default()).await;
    let refresh = session.unwrap().tokens.refresh;
    let body = json!({ "refresh_token": refresh.expose_secret() });
    for _ in 0..2 {
        call(&app, Method::POST, "/session/refresh", None, Some(body.clone()))
            .await
            .problem(403, "forbidden");
    }
    app.clock.advance(TimeDelta::minutes(5));
    let renewed = renewal::renew(&app.services, refresh.expose_secret()).await;
    assert!(renewed.is_ok(), "{renewed:?}");
}

#[tokio::test]
async fn a_balance_that_was_never_read_is_a_problem_while_the_bank_is_under_maintenance_and_says_until_when() {
    // The account is linked a day before, for the bank links none meanwhile.
    let tomorrow = kst_date(Clock::system().now()).succ_opt().expect("a day");
    let weekday = tomorrow.format("%a").to_string().to_lowercase();
    let all_day = json!([{ "weekday": weekday, "from": "00:00:00", "to": "23:59:59" }]);
    let app = app::wish()
        .with_a_stopped_clock()
        .settings(json!({ "bank": { "maintenance": all_day } }))
        .start()
        .await;
    let member = app.member("minji@example.test").await;
    let id = app.account(member, ACCOUNT).await;
    app.clock.advance(TimeDelta::days(1));
    let token = sign_in(&app, "minji@example.test").await;
    let path = format!("/accounts/{}/balance", Prefix::Account.show(id.0));
    let answer = call(&app, Method::GET, &path, Some(&token), None).await;
    let secs: i64 = answer.header("retry-after").parse().expect("seconds");
    assert!((1..=24 * 60 * 60).contains(&secs), "{secs}");
    let problem = answer.problem(503, "bank_maintenance");
    assert_eq!(
        (&problem["money_moved"], &problem["retryable"]),
        (&json!("no"), &json!(true))
    );

    // Nobody is called seconds before it begins either, and it is told as what it is.
    let seconds_before = kst_midnight(tomorrow) - TimeDelta::seconds(4) - app.services.clock.now();
    app.clock.advance(seconds_before);
    let early = sign_in(&app, "minji@example.test").await;
    let answer = call(&app, Method::GET, &path, Some(&early), None).await;
    assert!(answer.header("retry-after").parse::<i64>().unwrap() > 23 * 60 * 60);
    answer.problem(503, "bank_maintenance");
    app.clock.advance(-seconds_before);
    let token = sign_in(&app, "minji@example.test").await;

    // The last known one is worth more than a problem, however old.
    let known = KnownBalance {
        ledger: Won::new(10_000),
        available: Won::new(9_000),
        at: app.services.clock.now() - TimeDelta::days(2),
    };
    app.services.balances.remember(id, known).await;
    let reading = call(&app, Method::GET, &path, Some(&token), None).await;
    let reading = reading.expect(200).json();
    assert_eq!(reading["balance"]["available"], 9_000, "{reading}");
    assert_eq!(
        (&reading["fresh"], &reading["problem"]),
        (&json!(false), &json!("outside_service_hours"))
    );
}
