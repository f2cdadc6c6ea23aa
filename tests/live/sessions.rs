//! A stream ends with its session, and keeps none alive.

use chrono::TimeDelta;
use naru::ids::Prefix;
use naru::members::sign_out;
use naru::models::kinds::Role;

use super::ear::{Ear, Heard, made_up};
use super::hearing;
use crate::support::app::{self, eventually};
use crate::support::phone_app::demanding;
use crate::support::visitor::{REFRESH, SESSION};

const EMAIL: &str = "minji@example.test";

fn ends(said: &[Heard]) -> Vec<String> {
    said.iter()
        .map(|heard| {
            assert_eq!(heard.name, "end", "{heard:?}");
            heard.data["reason"].as_str().expect("a word").to_owned()
        })
        .collect()
}

#[tokio::test]
async fn signing_out_ends_the_streams_of_this_session_at_once_and_no_others() {
    // Nobody looks by himself.
    let app = hearing(
        app::wish()
            .settings(serde_json::json!({ "live": { "check_ms": 600_000 } }))
            .start()
            .await,
    )
    .await;
    let (member, browser) = app.member_browser(EMAIL).await;
    let elsewhere = app.browser();
    elsewhere.sign_in(EMAIL).await.expect(303);
    let mut here = Ear::greeted(&browser, "/live").await;
    let mut there = Ear::greeted(&elsewhere, "/live").await;
    browser.post("/sign-out", &[]).await.expect(303);
    assert_eq!(ends(&here.rest().await), ["signed_out"]);
    app.services.live.tell(vec![made_up(member)]);
    there.steps(1).await;
    // From another device.
    browser.sign_in(EMAIL).await.expect(303);
    browser.post("/me/devices/others", &[]).await;
    let page = browser.get("/me").await.expect(200).text;
    assert!(!page.is_empty());
    let ended = there.rest().await;
    assert_eq!(ends(&ended), ["ended_by_owner"]);
}

#[tokio::test]
async fn a_try_to_end_somebody_elses_session_ends_no_stream() {
    let app = hearing(app::start().await).await;
    let (member, browser) = app.member_browser(EMAIL).await;
    let (_, stranger) = app.member_browser("junho@example.test").await;
    let mut ear = Ear::greeted(&browser, "/live").await;
    let living = sign_out::living(&app.services, member).await.expect("it answers");
    let session = Prefix::Session.show(living[0].id.0);
    stranger.post(&format!("/me/devices/{session}/end"), &[]).await;
    app.services.live.tell(vec![made_up(member)]);
    ear.steps(1).await;
}

#[tokio::test]
async fn a_session_of_staff_that_nobody_uses_ends_though_a_stream_is_open() {
    let app = demanding().await;
    let desk = app.enrolled("cs@example.test", Role::Cs).await.browser;
    let mut ear = Ear::greeted(&desk, "/cs/live").await;
    app.clock.advance(TimeDelta::seconds(15 * 60 + 1));
    assert_eq!(ends(&ear.rest().await), ["expired"]);
    desk.get("/cs/payments").await.expect(303);
}

#[tokio::test]
async fn opening_streams_is_no_use_of_a_session() {
    let app = demanding().await;
    let desk = app.enrolled("cs@example.test", Role::Cs).await.browser;
    let before = (desk.cookie(SESSION), desk.cookie(REFRESH));
    for _ in 0..14 {
        app.clock.advance(TimeDelta::minutes(1));
        let ear = Ear::greeted(&desk, "/cs/live").await;
        assert_eq!(ear.header("set-cookie"), "");
    }
    assert_eq!((desk.cookie(SESSION), desk.cookie(REFRESH)), before);
    app.clock.advance(TimeDelta::seconds(61));
    let request = desk.request(reqwest::Method::GET, "/cs/live");
    desk.send(request).await.expect(401);
}

#[tokio::test]
async fn a_session_that_somebody_uses_keeps_its_stream() {
    let app = demanding().await;
    let desk = app.enrolled("cs@example.test", Role::Cs).await.browser;
    let mut ear = Ear::greeted(&desk, "/cs/live").await;
    for _ in 0..3 {
        app.clock.advance(TimeDelta::minutes(10));
        desk.get("/cs/payments").await.expect(200);
        app.services.live.tell(vec![made_up(naru::ids::UserId::new())]);
        ear.steps(1).await;
    }
}

#[tokio::test]
async fn nothing_is_told_past_the_end_of_a_session_even_before_anybody_looked() {
    let app = hearing(
        app::wish()
            .with_a_stopped_clock()
            .settings(serde_json::json!({ "live": { "check_ms": 600_000 } }))
            .start()
            .await,
    )
    .await;
    let (member, browser) = app.member_browser(EMAIL).await;
    let mut ear = Ear::greeted(&browser, "/live").await;
    app.clock.advance(TimeDelta::days(31));
    app.services.live.tell(vec![made_up(member)]);
    assert_eq!(ends(&ear.rest().await), ["expired"]);
}

#[tokio::test]
async fn who_is_no_staff_any_more_hears_the_desk_no_more() {
    let app = hearing(app::start().await).await;
    let desk = app.desk("cs@example.test").await;
    let mut ear = Ear::greeted(&desk, "/cs/live").await;
    app.sql("UPDATE users SET role = 'member' WHERE email = 'cs@example.test'")
        .await;
    assert_eq!(ends(&ear.rest().await), ["expired"]);
}

#[tokio::test]
async fn a_stop_ends_all_streams_without_a_word_so_that_they_are_asked_for_elsewhere() {
    let app = hearing(app::start().await).await;
    let (_, browser) = app.member_browser(EMAIL).await;
    let mut ear = Ear::greeted(&browser, "/live").await;
    app.services.live.close();
    assert!(ear.rest().await.is_empty());
    let asked = browser
        .send(browser.request(reqwest::Method::GET, "/live"))
        .await
        .expect(503);
    assert!(!asked.header("retry-after").is_empty());
    eventually("all places are left", || async { app.services.live.open() == 0 }).await;
}
