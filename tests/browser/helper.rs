//! The browser helper finds what it claims to find: violations, requests to other hosts, errors, missing names.

use axum::{
    Form, Router,
    http::header::CONTENT_SECURITY_POLICY,
    response::{Html, IntoResponse, Redirect},
    routing::{get, post},
};
use serde::Deserialize;

use crate::support::browser::{run_browser_script, try_browser_script};

#[tokio::test]
async fn a_page_that_is_listened_to_gives_its_faults_away() {
    let base_url = serve(faulty_pages()).await;
    run_browser_script("helper_listens", &base_url, &[]).await;
}

#[tokio::test]
async fn a_failing_script_fails_the_test_in_its_own_words() {
    let failure = try_browser_script(
        "helper_fails",
        "http://127.0.0.1:9",
        &[("TO_WHOM", "to the one who reads it")],
    )
    .await
    .unwrap_err();
    assert!(
        failure.contains("the helper passes on what a script says, to the one who reads it"),
        "{failure}"
    );
}

#[tokio::test]
async fn a_missing_browser_fails_the_test_and_says_what_to_run() {
    let failure = try_browser_script(
        "helper_listens",
        "http://127.0.0.1:9",
        &[("CHROMIUM", "/nowhere/chromium")],
    )
    .await
    .unwrap_err();
    assert!(failure.contains("Run scripts/test"), "{failure}");
}

async fn serve(pages: Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, pages).await.unwrap() });
    format!("http://{address}")
}

fn faulty_pages() -> Router {
    let form = r#"<form method="post"><label>Email <input name="email"></label>
        <label>Password <input name="password" type="password"></label><button>Sign in</button></form>"#;
    Router::new()
        .route("/clean", page("<p>Nothing is wrong here.</p>"))
        .route(
            "/inline-style",
            page(r#"<p style="color: red">Inline style is against the policy.</p>"#),
        )
        .route(
            "/foreign",
            unguarded(r#"<img src="http://elsewhere.test/pixel.png" alt="from elsewhere">"#),
        )
        .route(
            "/throws",
            unguarded("<script>console.error('it grumbled'); throw new Error('it broke');</script>"),
        )
        .route(
            "/nameless-picture",
            page(r#"<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">"#),
        )
        .route("/sign-in", page(form))
        .route("/sign-in", post(sign_in))
        .route("/welcome", page("<p>Welcome.</p>"))
        .route("/favicon.ico", get(async || ""))
}

#[derive(Deserialize)]
struct SignIn {
    email: String,
    password: String,
}

async fn sign_in(Form(form): Form<SignIn>) -> Redirect {
    let right = form.email == "minji@naru.test" && form.password == "a secret & more";
    Redirect::to(if right { "/welcome" } else { "/refused" })
}

/// A page under the strict policy.
fn page(body: &str) -> axum::routing::MethodRouter {
    let html = Html(document(body));
    get(async move || {
        (
            [(CONTENT_SECURITY_POLICY, "default-src 'self'; img-src 'self' data:")],
            html,
        )
            .into_response()
    })
}

/// A page without any policy, so that what it does really happens.
fn unguarded(body: &str) -> axum::routing::MethodRouter {
    let html = Html(document(body));
    get(async move || html)
}

fn document(body: &str) -> String {
    format!(
        r#"<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A test page</title></head>
        <body><main><h1>A test page</h1>{body}</main></body></html>"#
    )
}
