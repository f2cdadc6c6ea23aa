//! A new password in the place of a forgotten one.

use chrono::TimeDelta;

use crate::support::app;
use crate::support::people::{PASSWORD, phone_of};
use crate::support::visitor::{Browser, SESSION};

const EMAIL: &str = "minji@example.test";
const NEW: &str = "another-good-password";

async fn sign_in_with(browser: &Browser, password: &str) -> u16 {
    let fields = [("email", EMAIL), ("password", password)];
    browser.post("/sign-in", &fields).await.status.as_u16()
}

#[tokio::test]
async fn who_shows_the_phone_chooses_a_password_and_every_session_ends() {
    let app = app::start().await;
    let (_, here) = app.member_browser(EMAIL).await;
    let there = app.browser();
    there.sign_in(EMAIL).await.expect(303);
    let browser = app.browser();
    let page = browser.get("/sign-in").await.expect(200);
    assert!(page.text.contains("href=\"/password/forgotten\""));
    let right = browser.prove("/password/forgotten", phone_of(EMAIL).digits()).await;
    assert_eq!(right.expect(303).header("location"), "/password/forgotten/new");
    let page = browser.get("/password/forgotten/new").await.expect(200);
    assert!(page.text.contains("mi***@example.test"));
    let short = browser.post("/password/forgotten/new", &[("password", "short")]).await;
    assert!(short.expect(422).text.contains("비밀번호는 10자 이상"));
    // Nothing has happened yet.
    here.get("/accounts").await.expect(200);

    let changed = browser.post("/password/forgotten/new", &[("password", NEW)]).await;
    assert_eq!(changed.expect(303).header("location"), "/sign-in");
    assert!(browser.cookie(SESSION).is_none() && browser.cookie("naru_new_password").is_none());
    let page = browser.get("/sign-in").await.expect(200);
    assert!(page.text.contains("새 비밀번호로 로그인해 주세요"));
    here.get("/accounts").await.expect(303);
    there.get("/accounts").await.expect(303);
    assert_eq!(sign_in_with(&browser, PASSWORD).await, 422);
    assert_eq!(sign_in_with(&browser, NEW).await, 303);
}

#[tokio::test]
async fn what_a_phone_proved_changes_one_password_also_when_two_use_it_at_once() {
    let app = app::start().await;
    app.member(EMAIL).await;
    let browser = app.browser();
    browser
        .prove("/password/forgotten", phone_of(EMAIL).digits())
        .await
        .expect(303);
    let ticket = browser.cookie("naru_new_password").unwrap();
    let (one, other) = (app.browser(), app.browser());
    for thief in [&one, &other] {
        thief.set_cookie("naru_new_password", &ticket);
    }
    let (first, second) = (
        [("password", "the-first-password")],
        [("password", "the-second-password")],
    );
    let (first, second) = tokio::join!(
        one.post("/password/forgotten/new", &first),
        other.post("/password/forgotten/new", &second)
    );
    let mut places = [first.header("location"), second.header("location")];
    places.sort_unstable();
    assert_eq!(places, ["/password/forgotten", "/sign-in"]);
    let late = browser.post("/password/forgotten/new", &[("password", NEW)]).await;
    assert_eq!(late.expect(303).header("location"), "/password/forgotten");
    let mut opened = 0;
    for password in ["the-first-password", "the-second-password", NEW, PASSWORD] {
        opened += u32::from(sign_in_with(&app.browser(), password).await == 303);
    }
    assert_eq!(opened, 1);
}

#[tokio::test]
async fn a_password_that_was_changed_in_another_way_is_not_replaced_by_what_was_proven_before() {
    let app = app::start().await;
    app.member(EMAIL).await;
    let (old, new) = (app.browser(), app.browser());
    let phone = phone_of(EMAIL);
    old.prove("/password/forgotten", phone.digits()).await.expect(303);
    app.clock.advance(TimeDelta::seconds(31));
    new.prove("/password/forgotten", phone.digits()).await.expect(303);
    new.post("/password/forgotten/new", &[("password", NEW)])
        .await
        .expect(303);
    let late = old.get("/password/forgotten/new").await.expect(303);
    assert_eq!(late.header("location"), "/password/forgotten");
    assert_eq!(sign_in_with(&app.browser(), NEW).await, 303);
}

#[tokio::test]
async fn guesses_of_others_do_not_keep_the_owner_out_after_a_new_password() {
    let app = app::wish().with_a_stopped_clock().start().await;
    app.member(EMAIL).await;
    for _ in 0..5 {
        assert_eq!(sign_in_with(&app.browser(), "not-this-one").await, 422);
    }
    assert_eq!(sign_in_with(&app.browser(), PASSWORD).await, 429);
    let browser = app.browser();
    browser
        .prove("/password/forgotten", phone_of(EMAIL).digits())
        .await
        .expect(303);
    browser
        .post("/password/forgotten/new", &[("password", NEW)])
        .await
        .expect(303);
    assert_eq!(sign_in_with(&browser, NEW).await, 303);
}

#[tokio::test]
async fn no_code_opens_anything_for_a_number_without_account() {
    let app = app::start().await;
    let browser = app.browser();
    let unknown = [("phone", "010-7777-8888")];
    browser.post("/password/forgotten", &unknown).await.expect(303);
    // Its message holds no code, and the code of another purpose is none of this.
    let other = app.browser();
    app.clock.advance(TimeDelta::seconds(31));
    other.post("/sign-up", &unknown).await.expect(303);
    let code = other.code().await;
    browser
        .post("/password/forgotten/code", &[("code", &code)])
        .await
        .expect(422);
    other.post("/sign-up/code", &[("code", &code)]).await.expect(303);
}
