//! `/me/password`.

use chrono::TimeDelta;

use crate::support::app::{self, TestApp};
use crate::support::http::Answer;
use crate::support::people::PASSWORD;
use crate::support::visitor::{Browser, REFRESH, SESSION};

const EMAIL: &str = "minji@example.test";
const NEW: &str = "another-password-2";

async fn change(browser: &Browser, present: &str, new: &str) -> Answer {
    browser
        .post("/me/password", &[("present", present), ("new", new)])
        .await
}

async fn sign_in_with(app: &TestApp, password: &str) -> Answer {
    app.browser()
        .post("/sign-in", &[("email", EMAIL), ("password", password)])
        .await
}

#[tokio::test]
async fn a_new_password_signs_out_everywhere_else_and_the_browser_goes_on_with_a_new_session() {
    let app = app::start().await;
    let (_, browser) = app.member_browser(EMAIL).await;
    let (copied, elsewhere) = (browser.copy(), app.browser());
    elsewhere.sign_in(EMAIL).await.expect(303);
    browser.get("/me/password").await.expect(200);
    assert_eq!(
        change(&browser, PASSWORD, NEW).await.expect(303).header("location"),
        "/me"
    );
    for name in [SESSION, REFRESH] {
        assert_ne!(browser.cookie(name), copied.cookie(name));
    }
    assert!(
        browser
            .get("/me")
            .await
            .expect(200)
            .text
            .contains("비밀번호를 바꿨어요")
    );
    for ended in [&copied, &elsewhere] {
        ended.get("/accounts").await.expect(303);
        let told = ended.get("/sign-in").await.expect(200);
        assert!(
            told.text.contains("비밀번호가 바뀌어서 로그아웃됐어요"),
            "{}",
            told.text
        );
    }
    sign_in_with(&app, PASSWORD).await.expect(422);
    sign_in_with(&app, NEW).await.expect(303);
}

#[tokio::test]
async fn the_present_password_is_asked_for_and_the_new_one_follows_the_rules_of_signing_up() {
    let app = app::start().await;
    let (_, browser) = app.member_browser(EMAIL).await;
    for (present, new, told) in [
        ("not-this-one", NEW, "비밀번호가 맞지 않아요"),
        ("", NEW, "비밀번호가 맞지 않아요"),
        (PASSWORD, "short-one", "10자 이상"),
        (PASSWORD, &"x".repeat(129), "128자까지"),
    ] {
        let refused = change(&browser, present, new).await.expect(422);
        assert!(refused.text.contains(told), "{told}: {}", refused.text);
        assert!(!refused.text.contains(NEW));
    }
    sign_in_with(&app, PASSWORD).await.expect(303);
    browser.get("/accounts").await.expect(200);
}

#[tokio::test]
async fn who_guesses_within_a_session_waits_and_what_they_try_keeps_nobody_from_signing_in() {
    let app = app::wish().with_a_stopped_clock().start().await;
    let (_, browser) = app.member_browser(EMAIL).await;
    for _ in 0..5 {
        change(&browser, "not-this-one", NEW).await.expect(422);
    }
    let early = change(&browser, PASSWORD, NEW).await.expect(429);
    assert_eq!(early.header("retry-after"), "1");
    assert!(early.text.contains("1초 뒤에 다시 시도해 주세요"), "{}", early.text);
    sign_in_with(&app, PASSWORD).await.expect(303);
    app.clock.advance(TimeDelta::seconds(1));
    change(&browser, PASSWORD, NEW).await.expect(303);
}

#[tokio::test]
async fn of_two_changes_at_once_one_is_made() {
    let app = app::start().await;
    let (_, browser) = app.member_browser(EMAIL).await;
    let (one, other) = (browser.copy(), browser.copy());
    let (a, b) = tokio::join!(
        change(&one, PASSWORD, "the-first-new-one"),
        change(&other, PASSWORD, "the-second-new-one"),
    );
    let made = [&a, &b]
        .iter()
        .filter(|answer| answer.status == 303 && answer.header("location") == "/me")
        .count();
    assert_eq!(made, 1, "{a:?} {b:?}");
    let right = if a.header("location") == "/me" {
        "the-first-new-one"
    } else {
        "the-second-new-one"
    };
    sign_in_with(&app, right).await.expect(303);
}
