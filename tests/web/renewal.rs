//! Access tokens that are over, and how a browser's session goes on, or ends for all who hold it.

use chrono::TimeDelta;
use futures::future::join_all;
use naru::ids::Prefix;
use naru::models::kinds::{EndReason, Role};
use naru::models::sessions;
use reqwest::Method;
use sea_orm::EntityTrait;
use serde_json::json;
use uuid::Uuid;

use crate::support::app::{self, TestApp};
use crate::support::http::Answer;
use crate::support::leaks;
use crate::support::visitor::{Browser, REFRESH, SESSION};

const EMAIL: &str = "minji@example.test";

async fn only_session(app: &TestApp) -> sessions::Model {
    let mut rows = sessions::Entity::find().all(app.services.db.read()).await.unwrap();
    assert_eq!(rows.len(), 1, "{rows:?}");
    rows.remove(0)
}

/// A member whose access token is over, with the time standing still.
async fn later() -> (TestApp, Browser) {
    let app = app::wish().with_a_stopped_clock().start().await;
    let (_, browser) = app.member_browser(EMAIL).await;
    app.clock.advance(TimeDelta::minutes(11));
    (app, browser)
}

fn sets_both(answer: &Answer) -> bool {
    let all = answer.headers.get_all("set-cookie").iter();
    let names: Vec<&str> = all
        .map(|cookie| cookie.to_str().unwrap().split('=').next().unwrap())
        .collect();
    names.contains(&SESSION) && names.contains(&REFRESH)
}

#[tokio::test]
async fn a_page_a_fragment_a_redirect_an_error_and_a_form_each_carry_the_renewed_cookies() {
    let app = app::start().await;
    let (_, browser) = app.member_browser(EMAIL).await;
    let nothing = format!("/accounts/{}", Prefix::Account.show(Uuid::now_v7()));
    let fragment = || {
        browser
            .request(Method::GET, &format!("{nothing}/balance"))
            .header("hx-request", "true")
    };
    for (status, path) in [
        (200, "/accounts"),
        (303, "/sign-out"),
        (404, "/nowhere"),
        (404, nothing.as_str()),
    ] {
        app.clock.advance(TimeDelta::minutes(11));
        let (access, refresh) = (browser.cookie(SESSION), browser.cookie(REFRESH));
        let answer = browser.get(path).await.expect(status);
        assert!(sets_both(&answer), "{path}: {answer:?}");
        assert_ne!(
            (access, refresh),
            (browser.cookie(SESSION), browser.cookie(REFRESH)),
            "{path}"
        );
        // From here on nothing is renewed, and nothing is written.
        assert!(!sets_both(&browser.get("/accounts").await.expect(200)));
    }
    app.clock.advance(TimeDelta::minutes(11));
    assert!(sets_both(&browser.send(fragment()).await.expect(404)));
    app.clock.advance(TimeDelta::minutes(11));
    let refused = browser.post("/accounts/new", &[]).await.expect(422);
    assert!(sets_both(&refused));
    browser.get("/accounts").await.expect(200);
}

#[tokio::test]
async fn without_the_access_cookie_the_refresh_cookie_is_enough_and_signing_out_wins_over_a_renewal() {
    let (_app, browser) = later().await;
    browser.forget_cookie(SESSION);
    browser.get("/accounts").await.expect(200);
    assert!(browser.cookie(SESSION).is_some());
    browser.forget_cookie(SESSION);
    browser.post("/sign-out", &[]).await.expect(303);
    assert!(browser.cookie(SESSION).is_none() && browser.cookie(REFRESH).is_none());
}

#[tokio::test]
async fn twenty_requests_with_one_access_token_that_is_over_rotate_once_and_are_all_answered() {
    let (app, browser) = later().await;
    let before = only_session(&app).await;
    let browsers: Vec<Browser> = (0..20).map(|_| browser.copy()).collect();
    let answers = join_all(browsers.iter().map(|browser| browser.get("/accounts"))).await;
    for (answer, browser) in answers.into_iter().zip(&browsers) {
        answer.expect(200);
        assert_eq!(
            browser.cookie(REFRESH),
            browsers[0].cookie(REFRESH),
            "they hold different tokens"
        );
    }
    let after = only_session(&app).await;
    assert_eq!(
        after.previous_hash,
        Some(before.refresh_hash),
        "it was rotated more than once, or never"
    );
    assert_eq!(
        (after.ended_at, after.rotated_at),
        (None, Some(app.services.clock.now()))
    );
    // Whichever answer came last, the browser goes on with what it has.
    app.clock.advance(TimeDelta::minutes(11));
    browsers[7].get("/accounts").await.expect(200);
}

#[tokio::test]
async fn a_lost_answer_signs_nobody_out_when_it_is_asked_for_again_within_the_grace() {
    let (app, browser) = later().await;
    let lost = browser.copy();
    lost.get("/accounts").await.expect(200);
    app.clock.advance(TimeDelta::seconds(30));
    browser.get("/accounts").await.expect(200);
    assert_eq!(browser.cookie(REFRESH), lost.cookie(REFRESH));
    assert_eq!(only_session(&app).await.ended_at, None);
}

#[tokio::test]
async fn a_stolen_refresh_token_ends_the_session_for_both_and_both_are_told() {
    let (app, owner) = later().await;
    let thief = owner.copy();
    owner.get("/accounts").await.expect(200);
    app.clock.advance(TimeDelta::seconds(31));
    thief.get("/accounts").await.expect(303);
    for browser in [&thief, &owner] {
        browser.get("/accounts").await.expect(303);
        let told = browser.get("/sign-in").await.expect(200);
        assert!(told.text.contains("양쪽 모두 로그아웃했어요"), "{}", told.text);
        // Told once.
        assert!(browser.cookie(SESSION).is_none() && browser.cookie(REFRESH).is_none());
    }
    let session = only_session(&app).await;
    assert_eq!(session.ended_reason, Some(EndReason::Reused));
    // Said once, by the id of the session alone: every line is looked through for what is personal.
    let log = leaks::logged();
    let told: Vec<&str> = log
        .lines()
        .filter(|line| line.contains("rotated away came again"))
        .collect();
    assert!(
        told.len() == 1 && told[0].contains(&session.id.0.to_string()),
        "{told:?}"
    );
}

#[tokio::test]
async fn a_thief_who_comes_first_is_out_as_soon_as_the_owner_comes() {
    let (app, owner) = later().await;
    let thief = owner.copy();
    thief.get("/accounts").await.expect(200);
    app.clock.advance(TimeDelta::seconds(31));
    owner.get("/accounts").await.expect(303);
    thief.get("/accounts").await.expect(303);
}

#[tokio::test]
async fn a_refresh_token_that_somebody_made_up_ends_nothing() {
    let (app, browser) = later().await;
    let token = browser.cookie(REFRESH).unwrap();
    let mut letters: Vec<char> = token.chars().collect();
    // Within the secret: the session that it names is right.
    letters[50] = if letters[50] == 'A' { 'B' } else { 'A' };
    let forger = app.browser();
    for forged in [
        letters.into_iter().collect::<String>(),
        token.replace("naru_rt_", ""),
        "x".to_owned(),
    ] {
        forger.set_cookie(REFRESH, &forged);
        forger.get("/accounts").await.expect(303);
    }
    browser.get("/accounts").await.expect(200);
}

#[tokio::test]
async fn a_refresh_token_is_no_access_token_and_an_access_token_no_refresh_token() {
    let (app, browser) = later().await;
    let (access, refresh) = (browser.cookie(SESSION).unwrap(), browser.cookie(REFRESH).unwrap());
    let confused = app.browser();
    confused.set_cookie(SESSION, &refresh);
    confused.get("/accounts").await.expect(303);
    confused.set_cookie(REFRESH, &access);
    confused.get("/accounts").await.expect(303);
    // Both the same token: none of them the right one.
    confused.forget_cookie(SESSION);
    confused.get("/accounts").await.expect(303);
    browser.get("/accounts").await.expect(200);
}

#[tokio::test]
async fn a_session_ends_when_it_is_not_used_for_a_month_and_half_a_year_after_its_beginning() {
    let app = app::start().await;
    let (_, unused) = app.member_browser(EMAIL).await;
    app.clock.advance(TimeDelta::days(30) + TimeDelta::seconds(1));
    unused.get("/accounts").await.expect(303);

    unused.sign_in(EMAIL).await.expect(303);
    for _ in 0..6 {
        unused.get("/accounts").await.expect(200);
        app.clock.advance(TimeDelta::days(29));
    }
    unused.get("/accounts").await.expect(200);
    app.clock.advance(TimeDelta::days(6) + TimeDelta::seconds(1));
    unused.get("/accounts").await.expect(303);
}

#[tokio::test]
async fn staff_sign_in_again_after_twelve_hours_however_busy_they_are() {
    let app = app::start().await;
    app.staff("cs@example.test", Role::Cs).await;
    let desk = app.browser();
    desk.sign_in("cs@example.test").await.expect(303);
    for _ in 0..11 {
        app.clock.advance(TimeDelta::hours(1));
        desk.get("/cs/payments").await.expect(200);
    }
    app.clock.advance(TimeDelta::minutes(61));
    desk.get("/cs/payments").await.expect(303);
}

#[tokio::test]
async fn what_is_kept_of_a_session_is_no_token_and_goes_ninety_days_after_its_end() {
    let app = app::start().await;
    let (_, browser) = app.member_browser(EMAIL).await;
    let row = only_session(&app).await;
    let token = browser.cookie(REFRESH).unwrap();
    assert!(!token.contains(&row.refresh_hash) && row.refresh_hash.len() == 64);
    browser.post("/sign-out", &[]).await.expect(303);
    app.clock.advance(TimeDelta::days(89));
    browser.sign_in(EMAIL).await.expect(303);
    let rows = || async { sessions::Entity::find().all(app.services.db.read()).await.unwrap() };
    assert_eq!(rows().await.len(), 2);
    app.clock.advance(TimeDelta::days(2));
    browser.sign_in(EMAIL).await.expect(303);
    let left = rows().await;
    assert_eq!(left.len(), 2);
    assert!(left.iter().all(|it| it.id != row.id), "the oldest one is there");
}

#[tokio::test]
async fn the_times_are_settings() {
    let times = json!({ "security": {
        "access_secs": 60, "refresh_grace_secs": 5, "session_idle_secs": 600, "session_max_secs": 3600,
    } });
    let app = app::wish().settings(times).with_a_stopped_clock().start().await;
    let (_, browser) = app.member_browser(EMAIL).await;
    let copy = browser.copy();
    app.clock.advance(TimeDelta::seconds(61));
    browser.get("/accounts").await.expect(200);
    app.clock.advance(TimeDelta::seconds(6));
    copy.get("/accounts").await.expect(303);
    browser.get("/accounts").await.expect(303);
}
