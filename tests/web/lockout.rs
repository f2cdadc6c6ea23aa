//! Wrong passwords: each waits longer than the one before, whoever's email it is, and its owner is not kept out.

use chrono::TimeDelta;

use crate::support::app::{self, TestApp};
use crate::support::http::Answer;
use crate::support::people::PASSWORD;
use crate::support::visitor::Browser;

const EMAIL: &str = "minji@example.test";

async fn stopped() -> TestApp {
    let app = app::wish().with_a_stopped_clock().start().await;
    app.member(EMAIL).await;
    app
}

async fn wrong(browser: &Browser, email: &str) -> Answer {
    browser
        .post("/sign-in", &[("email", email), ("password", "not-this-one")])
        .await
}

/// The page without what differs from one request to the next.
fn page_of(answer: &Answer, email: &str) -> String {
    let id = answer.header("x-request-id");
    answer.text.replace(email, "EMAIL").replace(id, "ID")
}

#[tokio::test]
async fn of_a_hundred_wrong_passwords_five_are_looked_at_and_the_rest_are_refused_unread() {
    let app = stopped().await;
    let browser = app.browser();
    for number in 0..100 {
        let answer = wrong(&browser, EMAIL).await;
        assert_eq!(answer.status, if number < 5 { 422 } else { 429 }, "{number}");
    }
    // The right one has to wait as well, or its refusal would tell that it was right.
    let early = browser.sign_in(EMAIL).await.expect(429);
    assert_eq!(early.header("retry-after"), "1");
    assert!(early.text.contains("1초 뒤에 다시 시도해 주세요"), "{}", early.text);
    app.clock.advance(TimeDelta::seconds(1));
    browser.sign_in(EMAIL).await.expect(303);
    // And forgets the wrong ones.
    let again = app.browser();
    for _ in 0..5 {
        wrong(&again, EMAIL).await.expect(422);
    }
    wrong(&again, EMAIL).await.expect(429);
}

#[tokio::test]
async fn an_email_that_nobody_has_waits_as_long_and_looks_the_same() {
    let app = stopped().await;
    let browser = app.browser();
    for wait_secs in [0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128] {
        app.clock.advance(TimeDelta::seconds(wait_secs));
        // The first five are free; each later one is followed by one that comes too early.
        let expected: &[u16] = if wait_secs == 0 { &[422] } else { &[422, 429] };
        for status in expected {
            let known = wrong(&browser, EMAIL).await.expect(*status);
            let unknown = wrong(&browser, "nobody@example.test").await.expect(*status);
            assert_eq!(known.header("retry-after"), unknown.header("retry-after"));
            assert_eq!(page_of(&known, EMAIL), page_of(&unknown, "nobody@example.test"));
        }
    }
    let told = wrong(&browser, EMAIL).await.expect(429);
    assert_eq!(told.header("retry-after"), "256");
    assert!(told.text.contains("5분 뒤에 다시 시도해 주세요"), "{}", told.text);
}

#[tokio::test]
async fn a_hundred_at_once_gain_nothing() {
    let app = stopped().await;
    let browser = app.browser();
    let tries = (0..100).map(|_| wrong(&browser, EMAIL));
    let answers = futures::future::join_all(tries).await;
    let looked_at = answers.iter().filter(|answer| answer.status == 422).count();
    assert_eq!(looked_at, 5);
}

#[tokio::test]
async fn strangers_who_try_all_day_do_not_keep_the_owner_out_where_they_signed_in_before() {
    let app = stopped().await;
    let (owner, thief) = (app.browser(), app.browser());
    owner.sign_in(EMAIL).await.expect(303);
    owner.post("/sign-out", &[]).await.expect(303);
    for wait_secs in [0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900] {
        app.clock.advance(TimeDelta::seconds(wait_secs));
        wrong(&thief, EMAIL).await.expect(422);
    }
    app.browser().sign_in(EMAIL).await.expect(429);
    owner.sign_in(EMAIL).await.expect(303);
    // The thief goes on waiting, and so does who types wrongly on the known device.
    wrong(&thief, EMAIL).await.expect(429);
    owner.post("/sign-out", &[]).await.expect(303);
    for _ in 0..5 {
        wrong(&owner, EMAIL).await.expect(422);
    }
    owner.sign_in(EMAIL).await.expect(429);
}

#[tokio::test]
async fn the_mark_of_a_device_is_of_use_for_its_owner_s_email_alone() {
    let app = stopped().await;
    let thief = app.browser();
    app.member("mallory@example.test").await;
    thief.sign_in("mallory@example.test").await.expect(303);
    for _ in 0..5 {
        wrong(&thief, EMAIL).await.expect(422);
    }
    // A mark of their own, any number of them, or none: it is all one.
    thief.sign_in("mallory@example.test").await.expect(303);
    wrong(&thief, EMAIL).await.expect(429);
    wrong(&app.browser(), EMAIL).await.expect(429);
}

#[tokio::test]
async fn the_json_api_waits_with_the_pages() {
    let app = stopped().await;
    for _ in 0..5 {
        wrong(&app.browser(), EMAIL).await.expect(422);
    }
    let body = serde_json::json!({ "email": EMAIL, "password": PASSWORD });
    let request = app.client.post(format!("{}/api/member/session", app.base)).json(&body);
    let early = Answer::of(request).await;
    assert_eq!(early.header("retry-after"), "1");
    early.problem(429, "rate_limited");
}
