//! A member hears of their own payments and refunds, and of nobody else's.

use naru::models::changes::Change;
use reqwest::Method;
use sea_orm::DbErr;

use super::ear::{Ear, made_up};
use super::hearing;
use crate::support::app::{self, eventually};

#[tokio::test]
async fn a_member_hears_each_step_of_their_payment_and_refund_and_no_other_member_hears_any() {
    let app = hearing(app::start().await).await;
    let home = app.home("minji@example.test").await;
    let (other, stranger) = app.member_browser("junho@example.test").await;
    let mut ear = Ear::greeted(&home.browser, "/live").await;
    let mut ear_of_stranger = Ear::greeted(&stranger, "/live").await;
    let payment = home.pay("order-1").await;
    let step = |id: &str, event: &str| (id.to_owned(), event.to_owned());
    let steps = ear.steps(3).await;
    let right = ["created", "claimed", "succeeded"].map(|event| step(&payment, event));
    assert_eq!(steps, right);
    let refund = home.refund(&payment).await;
    let begun = ear.next().await;
    assert_eq!(begun.step(), step(&refund, "created"));
    assert_eq!(begun.data["payment_id"], payment.as_str());
    assert_eq!(begun.data["status"], "queued");
    assert!(begun.data.get("text").is_none(), "that it begins is worth no word");
    // What happened to the payment by its refund is in the refund's own steps.
    assert_eq!(ear.next().await.step(), step(&refund, "claimed"));
    let done = ear.next().await;
    assert_eq!(done.step(), step(&refund, "succeeded"));
    assert_eq!(done.data["money_moved"], "yes");
    assert_eq!(done.data["text"], "환불금이 입금됐어요. 은행이 입금을 확인했어요.");
    assert!(
        done.data["account_id"]
            .as_str()
            .is_some_and(|id| id.starts_with("acc_"))
    );
    // The first that the other one hears is their own.
    app.services.live.tell(vec![made_up(other)]);
    assert_eq!(ear_of_stranger.next().await.step().1, "succeeded");
}

#[tokio::test]
async fn a_stream_is_not_kept_not_compressed_and_says_what_happens_when_it_happens() {
    let app = hearing(app::start().await).await;
    let (member, browser) = app.member_browser("minji@example.test").await;
    let mut ear = Ear::greeted(&browser, "/live").await;
    assert_eq!(ear.header("content-type"), "text/event-stream");
    assert_eq!(ear.header("cache-control"), "no-store");
    assert_eq!(ear.header("content-encoding"), "");
    assert_eq!(ear.header("x-accel-buffering"), "no");
    assert!(!ear.header("content-security-policy").is_empty());
    for _ in 0..3 {
        app.services.live.tell(vec![made_up(member)]);
        ear.steps(1).await;
    }
}

#[tokio::test]
async fn what_is_undone_is_told_to_nobody() {
    let app = hearing(app::start().await).await;
    let home = app.home("minji@example.test").await;
    let mut ear = Ear::greeted(&home.browser, "/live").await;
    let undone = made_up(home.member);
    let (undone_by_error, kept) = (undone.clone(), made_up(home.member));
    let refused: Result<(), DbErr> = app
        .services
        .db
        .write(move |_| {
            Box::pin(async move {
                naru::db::after_commit::note(undone_by_error);
                Err(DbErr::Custom("no".to_owned()))
            })
        })
        .await;
    assert!(refused.is_err());
    let noted = kept.clone();
    let written: Result<(), DbErr> = app
        .services
        .db
        .write(move |_| {
            Box::pin(async move {
                naru::db::after_commit::note(noted);
                Ok(())
            })
        })
        .await;
    assert!(written.is_ok());
    let Change::Transfer(kept) = kept else {
        panic!("it is a transfer's")
    };
    let id = naru::ids::Prefix::Payment.show(kept.transfer.0);
    assert_eq!(ear.next().await.step().0, id, "{undone:?}");
}

#[tokio::test]
async fn only_members_have_a_stream_of_their_own_and_only_staff_one_of_the_desk() {
    let app = hearing(app::start().await).await;
    let (_, member) = app.member_browser("minji@example.test").await;
    let desk = app.desk("cs@example.test").await;
    let shop = app.shop("나루상점").await;
    let console = app.console(&shop, "shop@example.test").await;
    for (browser, path, status) in [
        (&app.browser(), "/live", 401),
        (&app.browser(), "/cs/live", 401),
        (&member, "/cs/live", 403),
        (&desk, "/live", 403),
        (&console, "/live", 403),
        (&console, "/cs/live", 403),
        (&desk, "/cs/live?of=pay_0199aabbccddeeff0011223344556677", 404),
        (&desk, "/cs/live?of=x", 404),
    ] {
        let asked = browser.send(browser.request(Method::GET, path)).await;
        assert_eq!(asked.status.as_u16(), status, "{path}: {}", asked.text);
        assert!(!asked.text.is_empty());
        let english = browser.request(Method::GET, path).header("accept-language", "en");
        let english = browser.send(english).await.text;
        assert!(english.is_ascii() && english != asked.text, "{english}");
    }
    eventually("nobody who was refused has a place", || async {
        app.services.live.open() == 0
    })
    .await;
}
