//! How a payment ended, or that it has not: each told with what it rests on and what comes next.

use chrono::{DateTime, NaiveTime, TimeDelta};
use naru::clock::kst;
use naru::ids::{Prefix, TransferId};
use naru::models::kinds::Role;
use naru::transfers::execute;
use serde_json::json;

use super::super::audit::dialog_of;
use super::super::desk_of;
use super::{Scene, part};
use crate::support::app::{self, TestApp, eventually};
use crate::transfers::fates::ask_until_it_ends;

const ENDED: &str = "Nothing else will happen.";

async fn until_it_ends(app: &TestApp, scene: &Scene, id: &str) {
    ask_until_it_ends(app, &scene.api, &format!("/payments/{id}")).await;
}

#[tokio::test]
async fn money_that_moved_is_told_with_the_banks_answer_and_words_for_the_caller() {
    let app = app::start().await;
    let scene = Scene::of(&app).await;
    let id = scene.pays(&app, "order-1", 12_300).await;
    let told = [
        "data-moved=\"yes\"",
        "that it withdrew ₩12,300, and the amount",
        "The bank answered that it did what was asked.",
        ENDED,
        "Your payment of ₩12,300 to 나루상점 was withdrawn as it should be",
        "No refunds.",
        "No other payments of this order.",
        "The partner has not been told",
    ];
    // What there is to tell the partner is there as well: it was told, to nobody.
    let page = scene.expect_told(&id, &told[..7]).await;
    assert!(!page.contains(told[7]) && page.contains("No endpoint wanted to be told of this."));
    // In the language of the caller, and without a code in what is said.
    let page = scene
        .desk
        .get(&format!("/cs/payments/{id}?lang=ko"))
        .await
        .expect(200)
        .text;
    assert!(page.contains("나루상점 12,300원 결제는"), "{page}");
    assert!(page.contains("정상으로 출금됐어요."), "{page}");
}

#[tokio::test]
async fn money_that_stayed_is_told_with_the_reason_of_each_failure() {
    let mut app = app::start().await;
    let scene = Scene::of(&app).await;
    let refused = scene.pays(&app, "order-1", 19_001).await;
    let told = [
        "data-moved=\"no\"",
        "The bank clearly answered that it refused.",
        "Reason: insufficient balance.",
        "Your bank did not accept the payment of ₩19,001",
        ENDED,
    ];
    scene.expect_told(&refused, &told).await;

    let lost = scene.pays(&app, "order-2", 19_099).await;
    until_it_ends(&app, &scene, &lost).await;
    let told = [
        "The bank has no such transaction.",
        "3 times",
        "No answer came from the bank. The request may have arrived.",
        "We asked your bank several times and it has no record of this payment.",
    ];
    scene.expect_told(&lost, &told).await;

    app.stop_bank().await;
    let unsent = scene.pays(&app, "order-3", 12_300).await;
    let told = [
        "It is certain that the request never left us.",
        "The request never left us.",
        "It is fine to pay again.",
    ];
    scene.expect_told(&unsent, &told).await;
}

#[tokio::test]
async fn what_is_not_known_is_told_with_the_next_look_and_the_end_of_asking() {
    let app = app::wish().with_a_stopped_clock().start().await;
    let scene = Scene::of(&app).await;
    let id = scene.pays(&app, "order-1", 19_041).await;
    let told = [
        "data-moved=\"unknown\"",
        "The bank itself answered that it does not know.",
        "The bank answered, but its answer does not tell the result.",
        "The bank is asked for the result again.",
        "If it is not known by then, someone checks with the bank.",
        "Please wait and do not pay again.",
    ];
    scene.expect_told(&id, &told).await;
}

#[tokio::test]
async fn a_success_that_came_late_says_that_it_was_not_known_at_first() {
    let app = app::start().await;
    let scene = Scene::of(&app).await;
    let id = scene.pays(&app, "order-1", 19_041).await;
    until_it_ends(&app, &scene, &id).await;
    let told = [
        "The result was not known at first",
        "The bank’s records show it as done.",
        "The bank answered, but its answer does not tell the result.",
        "You do not need to pay again.",
    ];
    scene.expect_told(&id, &told).await;
}

#[tokio::test]
async fn a_success_found_in_the_statement_says_so() {
    let app = app::wish()
        .settings(json!({ "bank": { "inquiry": "statement" } }))
        .start()
        .await;
    let scene = Scene::of(&app).await;
    let id = scene.pays(&app, "order-1", 19_041).await;
    until_it_ends(&app, &scene, &id).await;
    let told = ["The statement has a row with the same amount and code.", ">Statement<"];
    let page = scene.page(&id).await;
    assert!(told.iter().all(|told| part(&page, "verdict").contains(told)), "{page}");
}

#[tokio::test]
async fn evidence_that_disagrees_waits_for_a_person_and_their_decision_stands_with_its_grounds() {
    let app = app::start().await;
    let scene = Scene::of(&app).await;
    let id = scene.pays(&app, "order-1", 19_091).await;
    let told = [
        "The bank answered that it did something else than was asked.",
        "Someone must check with the bank and decide. It does not change by itself.",
        "a colleague is checking with the bank",
    ];
    scene.expect_told(&id, &told).await;

    let lead = desk_of(&app, "lead@example.test", Role::CsLead).await;
    let path = format!("/cs/payments/{id}");
    let dialog = dialog_of(&lead, &path).await;
    let version = scene.api.get(&format!("/payments/{id}")).await.json()["version"].to_string();
    let decision = [
        ("dialog", dialog.as_str()),
        ("decision", "succeeded"),
        ("reason", "고객 문의"),
        ("evidence", "거래내역 14:03"),
        ("version", version.as_str()),
    ];
    lead.post(&format!("{path}/correction"), &decision).await.expect(303);
    let told = [
        "Staff decided that money moved.",
        "A person checked with the bank and decided: ₩19,091 was withdrawn.",
    ];
    let page = scene.expect_told(&id, &told).await;
    let verdict = part(&page, "verdict");
    for grounds in ["상담 담당", "고객 문의", "거래내역 14:03"] {
        assert!(verdict.contains(grounds), "{grounds}: {verdict}");
    }
}

#[tokio::test]
async fn what_was_never_sent_moved_nothing_and_says_why_it_ended() {
    let app = app::wish().without_workers().start().await;
    let scene = Scene::of(&app).await;
    let waiting = scene.asks("order-1", 12_300).await;
    let told = [
        "data-moved=\"no\"",
        "It is waiting in the queue.",
        "We have no record of a request to the bank.",
        "It goes to the bank when its turn comes.",
        "If it was not sent by then, it ends and no money moves.",
        "No money has left your account yet.",
    ];
    scene.expect_told(&waiting, &told).await;

    let canceled = scene.asks("order-2", 12_300).await;
    let path = format!("/payments/{canceled}/cancellation");
    scene.api.post(&path, "cancel", &json!({})).await.expect(200);
    scene
        .expect_told(
            &canceled,
            &["before it went to the bank.", "canceled before it went to your bank"],
        )
        .await;

    app.advance(TimeDelta::days(2)).await;
    scene.desk.sign_in("cs@example.test").await.expect(303);
    let id = TransferId(Prefix::Payment.parse(&waiting).unwrap());
    execute::execute(&app.services, id).await.unwrap();
    let told = [
        "Its deadline passed before it went to the bank.",
        "it is fine to pay again",
    ];
    scene.expect_told(&waiting, &told).await;
}

#[tokio::test]
async fn a_payment_that_the_bank_is_asked_about_just_now_waits_for_its_answer() {
    let app = app::wish()
        .settings(json!({ "bank": { "money_timeout_ms": 20_000 } }))
        .start()
        .await;
    let scene = Scene::of(&app).await;
    app.bank_mode("withdraw", "hang").await;
    let id = scene.asks("order-1", 12_300).await;
    eventually("the bank is asked", || async {
        scene.api.get(&format!("/payments/{id}")).await.json()["status"] == "executing"
    })
    .await;
    let told = [
        "The bank was asked and has not answered yet.",
        "Without an answer by then, we start asking the bank for the result.",
        "Please do not pay again, and wait about a minute.",
    ];
    scene.expect_told(&id, &told).await;
}

#[tokio::test]
async fn what_is_queued_in_the_banks_maintenance_is_told_to_be_sent_after_its_end() {
    // A window that begins in some hours and ends on the same Korean day.
    let now = naru::clock::Clock::system().now();
    let soon = (now + TimeDelta::hours(2)).with_timezone(&kst());
    let day = soon.date_naive();
    let last = NaiveTime::from_hms_opt(22, 0, 0).unwrap();
    let (day, from) = if soon.time() > last {
        (day.succ_opt().unwrap(), NaiveTime::from_hms_opt(1, 0, 0).unwrap())
    } else {
        (day, soon.time())
    };
    let window = json!({ "from": from.format("%H:%M").to_string(), "to": (from + TimeDelta::hours(1)).format("%H:%M").to_string() });
    let app = app::wish()
        .settings(json!({ "bank": { "maintenance": [window] } }))
        .without_workers()
        .start()
        .await;
    let scene = Scene::of(&app).await;
    let id = scene.asks("order-1", 12_300).await;
    let begins: DateTime<chrono::Utc> = day.and_time(from).and_local_timezone(kst()).unwrap().to_utc();
    app.advance(begins - now + TimeDelta::minutes(5)).await;
    let told = [
        "The bank is in maintenance, which ends",
        "Nothing is sent meanwhile: it has not been asked yet, and is asked afterwards, in turn.",
        "It goes to the bank when its maintenance is over.",
        "The payment goes out after that: there is no need to pay again.",
    ];
    scene.expect_told(&id, &told).await;
}
