//! `/me`: the devices where one is signed in, and signing out there.

use chrono::TimeDelta;
use naru::models::kinds::Role;
use reqwest::Method;

use crate::support::app::{self, TestApp};
use crate::support::http::Answer;
use crate::support::people::PASSWORD;
use crate::support::visitor::{Browser, REFRESH, SESSION};

const EMAIL: &str = "minji@example.test";
const PHONE: &str = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/131.0.0.0 Mobile Safari/537.36";
const DESK: &str = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0";

/// The member signs in with another browser.
async fn sign_in_with(app: &TestApp, user_agent: &str) -> Browser {
    let browser = app.browser();
    let form = serde_urlencoded::to_string([("email", EMAIL), ("password", PASSWORD)]).unwrap();
    let request = browser
        .request(Method::POST, "/sign-in")
        .header("user-agent", user_agent)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(form);
    browser.send(request).await.expect(303);
    browser
}

/// A member signed in on a phone and at a desk.
async fn two_devices(app: &TestApp) -> (Browser, Browser) {
    app.member(EMAIL).await;
    (sign_in_with(app, PHONE).await, sign_in_with(app, DESK).await)
}

async fn me(browser: &Browser) -> String {
    browser.get("/me").await.expect(200).text
}

/// The addresses of the forms that sign a device out.
fn ends(page: &str) -> Vec<String> {
    let forms = page
        .split("action=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next());
    forms.filter(|path| path.ends_with("/end")).map(str::to_owned).collect()
}

#[tokio::test]
async fn both_devices_are_listed_by_program_and_system_and_this_one_first() {
    let app = app::start().await;
    let (phone, desk) = two_devices(&app).await;
    let page = me(&phone).await;
    let (this, other) = (
        page.find("Chrome · Android").expect("the phone"),
        page.find("Edge · Windows").expect("the desk"),
    );
    assert!(this < other && page.contains("이 기기"), "{page}");
    let page = me(&desk).await;
    assert!(page.find("Edge · Windows") < page.find("Chrome · Android"), "{page}");
    // Neither version nor anything else that a client says of itself. (Three digits alone are in many an id.)
    assert!(!page.contains("Mozilla") && !page.contains("131.0"), "{page}");
    assert_eq!(ends(&page).len(), 1);
}

#[tokio::test]
async fn whose_page_it_is_is_said_with_most_of_it_hidden() {
    let app = app::start().await;
    let (_, browser) = app.member_browser(EMAIL).await;
    let page = me(&browser).await;
    let main = page.split("<main").nth(1).unwrap();
    assert!(main.contains("김*지") && main.contains("mi***@example.test"), "{main}");
    assert!(!main.contains("김민지") && !main.contains(EMAIL), "{main}");
}

#[tokio::test]
async fn a_device_that_is_signed_out_from_another_opens_nothing_and_is_told_so() {
    let app = app::start().await;
    let (phone, desk) = two_devices(&app).await;
    let path = ends(&me(&phone).await).remove(0);
    assert_eq!(phone.post(&path, &[]).await.expect(303).header("location"), "/me");
    assert!(me(&phone).await.contains("그 기기에서 로그아웃했어요"));
    // Its access token is good for minutes yet, and opens nothing.
    desk.get("/accounts").await.expect(303);
    let told = desk.get("/sign-in").await.expect(200);
    assert!(
        told.text.contains("다른 기기에서 이 기기의 로그인을 끝냈어요"),
        "{}",
        told.text
    );
    phone.post(&path, &[]).await.expect(404);
    assert!(ends(&me(&phone).await).is_empty());
}

#[tokio::test]
async fn all_but_this_one_or_all_of_them_are_signed_out_at_once() {
    let app = app::start().await;
    let (phone, desk) = two_devices(&app).await;
    phone.post("/me/devices/others", &[]).await.expect(303);
    desk.get("/me").await.expect(303);
    phone.get("/me").await.expect(200);

    let desk = sign_in_with(&app, DESK).await;
    // One whose access token is over does not come back by its refresh token either.
    app.clock.advance(TimeDelta::minutes(11));
    let left = phone.post("/me/devices/all", &[]).await.expect(303);
    assert_eq!(left.header("location"), "/");
    assert!(phone.get("/").await.text.contains("모든 기기에서 로그아웃했어요"));
    for browser in [&phone, &desk] {
        browser.get("/accounts").await.expect(303);
    }
    assert!(phone.cookie(SESSION).is_none() && phone.cookie(REFRESH).is_none());
}

#[tokio::test]
async fn another_member_s_device_does_not_exist() {
    let app = app::start().await;
    let (phone, desk) = two_devices(&app).await;
    let path = ends(&me(&phone).await).remove(0);
    let (_, other) = app.member_browser("junho@example.test").await;
    other.post(&path, &[]).await.expect(404);
    for strange in [
        "/me/devices/ses_1/end",
        "/me/devices/acc_019ac1f05d7a7b3e8c41f2a90b6d7e10/end",
    ] {
        other.post(strange, &[]).await.expect(404);
    }
    desk.get("/accounts").await.expect(200);
}

#[tokio::test]
async fn looking_at_pages_writes_nothing_and_a_rotation_says_when_a_device_was_seen() {
    let app = app::start().await;
    let (phone, desk) = two_devices(&app).await;
    let last_seen = |page: &str| {
        page.split("마지막 사용")
            .nth(1)
            .unwrap()
            .split("</time>")
            .next()
            .unwrap()
            .to_owned()
    };
    let before = last_seen(&me(&phone).await);
    app.clock.advance(TimeDelta::minutes(9));
    desk.get("/accounts").await.expect(200);
    assert_eq!(last_seen(&me(&phone).await), before);
    app.clock.advance(TimeDelta::minutes(2));
    desk.get("/accounts").await.expect(200);
    assert_ne!(last_seen(&me(&phone).await), before);
}

#[tokio::test]
async fn staff_have_their_devices_too_and_strangers_sign_in_first() {
    let app = app::start().await;
    app.staff("cs@example.test", Role::Cs).await;
    let desk = app.browser();
    desk.sign_in("cs@example.test").await.expect(303);
    let page = me(&desk).await;
    assert!(
        !page.contains("/me/profile") && !page.contains("/me/withdrawal"),
        "{page}"
    );
    desk.post("/me/devices/all", &[]).await.expect(303);
    desk.get("/cs/payments").await.expect(303);

    let stranger = app.browser();
    assert_eq!(
        stranger.get("/me").await.expect(303).header("location"),
        "/sign-in?next=%2Fme"
    );
    for path in ["/me/devices/all", "/me/devices/others", "/me/password"] {
        assert_eq!(
            stranger.post(path, &[]).await.expect(303).header("location"),
            "/sign-in"
        );
    }
    let forged = desk
        .request(Method::POST, "/me/devices/all")
        .header("sec-fetch-site", "cross-site");
    Answer::of(forged).await.expect(403);
}
