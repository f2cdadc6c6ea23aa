//! The door of the desk: a session that waits for its second factor, or for a password of its owner's own, opens nothing
//! that a stranger could not open as well, at whatever address of the program.

use naru::desk::people::{self, NewStaff};
use naru::models::kinds::Role;
use reqwest::Method;
use secrecy::ExposeSecret;

use super::routes::routes;
use crate::support::app::TestApp;
use crate::support::http::Answer;
use crate::support::phone_app::demanding;
use crate::support::visitor::Browser;

/// The pages that ask for what is missing.
const DOOR: [&str; 3] = ["/me/factor", "/me/factor/new", "/me/factor/recovery-codes"];

/// The address of a route with something in the place of each id.
fn address(route: &str) -> String {
    let parts = route.split('/');
    let filled = parts.map(|part| if part.starts_with('{') { "x" } else { part });
    filled.collect::<Vec<_>>().join("/")
}

async fn ask(browser: &Browser, method: &Method, address: &str) -> Answer {
    let request = browser.request(method.clone(), address);
    let request = if *method == Method::GET {
        request
    } else {
        request
            .header("sec-fetch-site", "same-origin")
            .header("content-type", "application/x-www-form-urlencoded")
    };
    Answer::of(request).await
}

/// Asks for each address that sends a stranger to sign in, and answers with how many there are.
async fn expect_shut(app: &TestApp, waiting: &Browser, way: &str, exempt: &[&str]) -> usize {
    let (stranger, mut shut) = (app.browser(), 0);
    for (route, method) in routes() {
        let address = address(&route);
        let sent = ask(&stranger, &method, &address).await;
        if !sent.header("location").starts_with("/sign-in") || exempt.contains(&address.as_str()) {
            continue;
        }
        let answer = ask(waiting, &method, &address).await;
        let to = answer.header("location");
        assert_eq!(answer.status, 303, "{method} {address}: {}", answer.text);
        assert!(
            to == way || to.starts_with(&format!("{way}?next=")),
            "{method} {address} leads to {to}"
        );
        shut += 1;
    }
    shut
}

#[tokio::test]
async fn a_session_before_its_code_opens_no_page_at_all() {
    let app = demanding().await;
    app.enrolled("lead@example.test", Role::CsLead).await;
    let waiting = app.before_the_door("lead@example.test").await;
    let shut = expect_shut(&app, &waiting, "/me/factor", &DOOR).await;
    assert!(shut > 50, "only {shut} addresses are behind the door");
    // The way out is open.
    assert_eq!(waiting.post("/sign-out", &[]).await.expect(303).header("location"), "/");
}

#[tokio::test]
async fn a_session_without_a_factor_opens_no_page_but_the_one_to_enrol() {
    let app = demanding().await;
    app.staff("ops@example.test", Role::Operator).await;
    let waiting = app.before_the_door("ops@example.test").await;
    expect_shut(&app, &waiting, "/me/factor/new", &DOOR).await;
    for path in ["/me/factor", "/me/factor?next=%2Fcs%2Fme"] {
        let sent = waiting.get(path).await.expect(303);
        assert!(sent.header("location").starts_with("/me/factor/new"));
    }
    waiting.get("/me/factor/new").await.expect(200);
}

#[tokio::test]
async fn a_password_that_was_handed_over_opens_no_page_but_the_one_to_change_it() {
    let app = demanding().await;
    let wanted = NewStaff {
        email: "cs@example.test".to_owned(),
        name: "박상담".to_owned(),
        role: Role::Cs,
    };
    let given = people::let_in(&app.services, wanted)
        .await
        .expect("they are let in")
        .password;
    let waiting = app.browser();
    let form = [("email", "cs@example.test"), ("password", given.expose_secret())];
    waiting.post("/sign-in", &form).await.expect(303);
    expect_shut(&app, &waiting, "/me/password", &["/me/password"]).await;
    waiting.get("/me/password").await.expect(200);
}
