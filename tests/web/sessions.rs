//! Signing in and out, and what a session opens.

use naru::members::devices::Device;
use naru::members::sessions::{self, SignInError};
use naru::models::kinds::Role;
use naru::models::users;
use reqwest::Method;
use serde_json::json;

use crate::support::app;
use crate::support::http::Answer;
use crate::support::people::PASSWORD;
use crate::support::visitor::{REFRESH, SESSION};

#[tokio::test]
async fn signing_in_leads_to_the_page_that_was_asked_for_and_never_off_the_site() {
    let app = app::start().await;
    app.member("minji@example.test").await;
    let browser = app.browser();
    let asked = browser.get("/payments?cursor=a%26b").await.expect(303);
    assert_eq!(asked.header("location"), "/sign-in?next=%2Fpayments%3Fcursor%3Da%2526b");

    for (next, target) in [
        ("/payments?cursor=a%26b", "/payments?cursor=a%26b"),
        ("//evil.test", "/accounts"),
        ("https://evil.test/", "/accounts"),
        ("/\\evil.test", "/accounts"),
        ("", "/accounts"),
    ] {
        let fields = [("email", "minji@example.test"), ("password", PASSWORD), ("next", next)];
        let answer = app.browser().post("/sign-in", &fields).await.expect(303);
        assert_eq!(answer.header("location"), target, "{next}");
    }
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_email_are_answered_alike() {
    let app = app::start().await;
    app.member("minji@example.test").await;
    let browser = app.browser();
    let wrong = [("email", "minji@example.test"), ("password", "not-this-one")];
    let unknown = [("email", "nobody@example.test"), ("password", "not-this-one")];
    let wrong = browser.post("/sign-in", &wrong).await.expect(422);
    let unknown = browser.post("/sign-in", &unknown).await.expect(422);
    let text = "이메일이나 비밀번호가 맞지 않아요";
    assert!(wrong.text.contains(text) && unknown.text.contains(text));
    assert!(browser.cookie(SESSION).is_none());
}

#[tokio::test]
async fn the_cookies_are_for_this_site_and_not_for_scripts() {
    let app = app::start().await;
    app.member("minji@example.test").await;
    let answer = app.browser().sign_in("minji@example.test").await;
    let cookies: Vec<&str> = set_cookies(&answer).collect();
    for (cookie, name) in cookies.iter().zip(["naru_session=", "naru_refresh=", "naru_device="]) {
        assert!(cookie.starts_with(name), "{cookie}");
        for part in ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age="] {
            assert!(cookie.contains(part), "{part}: {cookie}");
        }
        assert!(!cookie.contains("minji"), "{cookie}");
    }
    assert_eq!(cookies.len(), 3);
}

#[tokio::test]
async fn behind_https_a_neighbours_subdomain_cannot_plant_the_cookies_of_a_session() {
    let secure = json!({ "security": { "secure_cookies": true } });
    let app = app::wish().settings(secure).start().await;
    let (_, browser) = app.member_browser("minji@example.test").await;
    let answer = browser.sign_in("minji@example.test").await.expect(303);
    for name in ["__Host-naru_session", "__Host-naru_refresh"] {
        let cookie = set_cookies(&answer)
            .find(|cookie| cookie.starts_with(name))
            .expect(name);
        for part in ["Secure", "HttpOnly", "SameSite=Lax", "Path=/"] {
            assert!(cookie.contains(part), "{part}: {cookie}");
        }
        assert!(!cookie.contains("Domain"), "{cookie}");
    }
    browser.get("/accounts").await.expect(200);
    // The names that anybody on the domain can set are not looked at.
    let planted = app.browser();
    for name in [SESSION, REFRESH] {
        planted.set_cookie(name, &browser.cookie(&format!("__Host-{name}")).unwrap());
    }
    planted.get("/accounts").await.expect(303);
}

fn set_cookies(answer: &Answer) -> impl Iterator<Item = &str> {
    let all = answer.headers.get_all("set-cookie").iter();
    all.map(|cookie| cookie.to_str().expect("letters"))
}

#[tokio::test]
async fn a_session_that_was_signed_out_opens_nothing_though_its_cookie_was_kept() {
    let app = app::start().await;
    let (_, browser) = app.member_browser("minji@example.test").await;
    let thief = browser.copy();
    browser.get("/sign-out").await.expect(303);
    browser.get("/accounts").await.expect(200);
    browser.post("/sign-out", &[]).await.expect(303);
    assert!(browser.cookie(SESSION).is_none() && browser.cookie(REFRESH).is_none());

    let refused = thief.get("/accounts").await.expect(303);
    assert!(refused.header("location").starts_with("/sign-in"));
    let page = thief.get("/sign-in").await.expect(200);
    assert!(page.text.contains("로그인"));
}

#[tokio::test]
async fn signing_in_again_ends_the_session_before() {
    let app = app::start().await;
    let (_, browser) = app.member_browser("minji@example.test").await;
    let old = browser.copy();
    browser.sign_in("minji@example.test").await.expect(303);
    assert_ne!(old.cookie(SESSION), browser.cookie(SESSION));
    old.get("/accounts").await.expect(303);
    browser.get("/accounts").await.expect(200);
}

#[tokio::test]
async fn a_session_that_was_fixed_before_signing_in_is_not_theirs_after() {
    let app = app::start().await;
    let (_, attacker) = app.member_browser("mallory@example.test").await;
    app.member("minji@example.test").await;
    let victim = attacker.copy();
    victim.sign_in("minji@example.test").await.expect(303);
    for name in [SESSION, REFRESH] {
        assert_ne!(attacker.cookie(name), victim.cookie(name));
    }
    // What was planted opens neither the victim's pages nor any.
    attacker.get("/accounts").await.expect(303);
    victim.get("/accounts").await.expect(200);
}

#[tokio::test]
async fn staff_begin_at_the_desk_and_members_are_refused_there() {
    let app = app::start().await;
    app.staff("cs@example.test", Role::Cs).await;
    let staff = app.browser();
    let answer = staff.sign_in("cs@example.test").await.expect(303);
    assert_eq!(answer.header("location"), "/cs/payments");
    let sent = staff.get("/accounts").await.expect(303);
    assert_eq!(sent.header("location"), "/cs/payments");

    let (_, member) = app.member_browser("minji@example.test").await;
    member.get("/cs/payments").await.expect(403);
    let nobody = app.browser().get("/cs/payments").await.expect(303);
    assert_eq!(nobody.header("location"), "/sign-in?next=%2Fcs%2Fpayments");
}

#[tokio::test]
async fn a_form_of_another_site_changes_nothing() {
    let app = app::start().await;
    let (_, browser) = app.member_browser("minji@example.test").await;
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("origin", "https://evil.test"),
        ("referer", "https://evil.test/form"),
    ] {
        let forged = browser.request(Method::POST, "/sign-out").header(name, value);
        let refused = Answer::of(forged).await.expect(403);
        assert!(refused.header("content-type").starts_with("text/html"));
    }
    browser.get("/accounts").await.expect(200);
}

#[tokio::test]
async fn htmx_is_told_to_go_and_sign_in_as_a_page() {
    let app = app::start().await;
    let fragment = app
        .browser()
        .request(Method::GET, "/accounts/acc_0/balance")
        .header("hx-request", "true");
    let answer = Answer::of(fragment).await.expect(200);
    assert_eq!(answer.header("hx-redirect"), "/sign-in");
    assert!(answer.text.is_empty());
    // A part of a whole page, which the page itself asks for again.
    for (path, way) in [("/payments", "/sign-in?next=%2Fpayments"), ("/", "/sign-in")] {
        let look = app
            .browser()
            .request(Method::GET, path)
            .header("hx-request", "true")
            .header("hx-request-type", "full")
            .header("naru-by-itself", "yes");
        let answer = Answer::of(look).await.expect(200);
        assert_eq!(answer.header("hx-redirect"), way);
    }
}

#[tokio::test]
async fn a_sign_in_that_was_in_flight_with_the_old_password_begins_no_session_after_it_was_changed() {
    let app = app::start().await;
    app.member("minji@example.test").await;
    let read = users::Model::find_by_email(app.services.db.read(), "minji@example.test").await;
    let as_read = read.unwrap().unwrap();
    app.sql("UPDATE users SET password_hash = 'another'").await;
    let begun = sessions::begin(&app.services, as_read.clone(), Device::default()).await;
    assert!(matches!(begun, Err(SignInError::WrongCredentials)));
    let withdrawn = format!(
        "UPDATE users SET password_hash = '{}', withdrawn_at = created_at",
        as_read.password_hash
    );
    app.sql(&withdrawn).await;
    let begun = sessions::begin(&app.services, as_read, Device::default()).await;
    assert!(matches!(begun, Err(SignInError::WrongCredentials)));
}

#[tokio::test]
async fn an_email_in_another_spelling_is_nobodys_on_every_database() {
    let app = app::start().await;
    app.member("minji@example.test").await;
    for spelling in [
        "mínji@example.test",
        "ｍinji@example.test",
        "min\u{200b}ji@example.test",
    ] {
        let found = users::Model::find_by_email(app.services.db.read(), spelling).await;
        assert_eq!(found.unwrap(), None, "{spelling}");
        app.browser().sign_in(spelling).await.expect(422);
    }
}
