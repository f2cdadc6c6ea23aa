//! How long a session of staff lasts: a quarter of an hour without use, ten hours at most, and a timer is no use.

use chrono::TimeDelta;
use naru::models::kinds::Role;
use reqwest::Method;

use crate::support::app::TestApp;
use crate::support::http::Answer;
use crate::support::phone_app::demanding;
use crate::support::visitor::Browser;

const EMAIL: &str = "cs@example.test";

/// What a timer of an open page asks for.
async fn by_itself(browser: &Browser) -> Answer {
    let request = browser.request(Method::GET, "/cs/payments");
    browser.send(request.header("naru-by-itself", "yes")).await
}

async fn opened(app: &TestApp) -> Browser {
    app.enrolled(EMAIL, Role::Cs).await.browser
}

#[tokio::test]
async fn a_session_of_staff_ends_a_quarter_of_an_hour_after_its_last_use() {
    let app = demanding().await;
    let desk = opened(&app).await;
    for _ in 0..6 {
        app.clock.advance(TimeDelta::seconds(13 * 60));
        desk.get("/cs/payments").await.expect(200);
    }
    app.clock.advance(TimeDelta::seconds(15 * 60 + 1));
    let sent = desk.get("/cs/payments").await.expect(303);
    assert_eq!(sent.header("location"), "/sign-in?next=%2Fcs%2Fpayments");
    // Members and people of partners stay signed in for longer.
    let (_, member) = app.member_browser("minji@example.test").await;
    app.clock.advance(TimeDelta::days(2));
    member.get("/accounts").await.expect(200);
}

#[tokio::test]
async fn a_session_of_staff_ends_ten_hours_after_its_beginning_however_busy_they_are() {
    let app = demanding().await;
    let desk = opened(&app).await;
    for _ in 0..59 {
        app.clock.advance(TimeDelta::minutes(10));
        desk.get("/cs/payments").await.expect(200);
    }
    app.clock.advance(TimeDelta::minutes(10) + TimeDelta::seconds(1));
    desk.get("/cs/payments").await.expect(303);
}

#[tokio::test]
async fn what_a_page_asks_by_itself_keeps_no_session_alive_and_a_person_beside_it_does() {
    let app = demanding().await;
    let desk = opened(&app).await;
    for minute in 1..=60 {
        app.clock.advance(TimeDelta::minutes(1));
        by_itself(&desk).await.expect(200);
        if minute % 10 == 0 {
            desk.get("/cs/payments").await.expect(200);
        }
    }
    for _ in 0..14 {
        app.clock.advance(TimeDelta::minutes(1));
        by_itself(&desk).await.expect(200);
    }
    app.clock.advance(TimeDelta::seconds(61));
    by_itself(&desk).await.expect(303);
    desk.get("/cs/payments").await.expect(303);
}
