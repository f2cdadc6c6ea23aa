//! Each of the bank's magic amounts, as a payment and as a refund, asked about in both ways, from the request to the end
//! and beyond, over real HTTP.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::api::payments::payment;
use crate::support::app::{self, TestApp, eventually};
use crate::support::http::Api;
use crate::support::people::ACCOUNT;

/// How a transfer ends, and what its history tells. Looks that settled nothing are told once.
struct Fate {
    ending: i64,
    status: &'static str,
    failure: Option<&'static str>,
    /// Whether the bank's books hold it.
    moved: bool,
    timeline: &'static [&'static str],
}

const fn fate(
    ending: i64,
    status: &'static str,
    failure: Option<&'static str>,
    moved: bool,
    timeline: &'static [&'static str],
) -> Fate {
    Fate {
        ending,
        status,
        failure,
        moved,
        timeline,
    }
}

const AT_ONCE: &[&str] = &["created", "claimed", "succeeded"];
const REFUSED: &[&str] = &["created", "claimed", "failed"];
const ASKED_AND_DONE: &[&str] = &["created", "claimed", "unknown", "succeeded"];
const ASKED_AND_NOT: &[&str] = &["created", "claimed", "unknown", "failed"];
const ASKED_OFTEN_AND_NOT: &[&str] = &["created", "claimed", "unknown", "inquired", "failed"];
const FOR_A_PERSON: &[&str] = &["created", "claimed", "needs_review"];

const SHORT: Option<&str> = Some("insufficient_balance");
const NEVER: Option<&str> = Some("bank_never_received");

/// What does not depend on how the bank is asked.
const ANYHOW: [Fate; 14] = [
    fate(2_300, "succeeded", None, true, AT_ONCE),
    fate(9_001, "failed", SHORT, false, REFUSED),
    fate(9_002, "failed", Some("account_unusable"), false, REFUSED),
    fate(9_003, "failed", Some("over_bank_limit"), false, REFUSED),
    fate(9_011, "succeeded", None, true, ASKED_AND_DONE),
    fate(9_021, "succeeded", None, true, ASKED_AND_DONE),
    fate(9_031, "succeeded", None, true, ASKED_AND_DONE),
    fate(9_041, "succeeded", None, true, ASKED_AND_DONE),
    fate(9_051, "succeeded", None, true, ASKED_AND_DONE),
    fate(9_061, "succeeded", None, true, ASKED_AND_DONE),
    fate(9_071, "succeeded", None, true, AT_ONCE),
    fate(9_081, "succeeded", None, true, AT_ONCE),
    fate(9_091, "needs_review", None, true, FOR_A_PERSON),
    fate(9_099, "failed", NEVER, false, ASKED_OFTEN_AND_NOT),
];

/// What the bank did not do and never said: it tells why when it is asked for the result …
const TOLD: [Fate; 4] = [
    fate(9_022, "failed", SHORT, false, ASKED_AND_NOT),
    fate(9_032, "failed", SHORT, false, ASKED_AND_NOT),
    fate(9_042, "failed", SHORT, false, ASKED_AND_NOT),
    fate(9_052, "failed", SHORT, false, ASKED_AND_NOT),
];

/// … and its statement shows nothing, which counts after several looks.
const NOT_SHOWN: [Fate; 4] = [
    fate(9_022, "failed", NEVER, false, ASKED_OFTEN_AND_NOT),
    fate(9_032, "failed", NEVER, false, ASKED_OFTEN_AND_NOT),
    fate(9_042, "failed", NEVER, false, ASKED_OFTEN_AND_NOT),
    fate(9_052, "failed", NEVER, false, ASKED_OFTEN_AND_NOT),
];

#[tokio::test]
async fn every_payment_ends_as_the_banks_books_say_when_it_is_asked_for_the_result() {
    payments("result_check", &TOLD).await;
}

#[tokio::test]
async fn every_payment_ends_as_the_banks_books_say_when_its_statement_is_read() {
    payments("statement", &NOT_SHOWN).await;
}

#[tokio::test]
async fn every_refund_ends_as_the_banks_books_say_when_it_is_asked_for_the_result() {
    refunds("result_check", &TOLD).await;
}

#[tokio::test]
async fn every_refund_ends_as_the_banks_books_say_when_its_statement_is_read() {
    refunds("statement", &NOT_SHOWN).await;
}

async fn asking(way: &str) -> TestApp {
    app::wish()
        .settings(json!({ "bank": { "inquiry": way } }))
        .start()
        .await
}

async fn payments(way: &str, others: &[Fate]) {
    let app = asking(way).await;
    let (shop, mandate) = app.shop_with_mandate().await;
    for fate in ANYHOW.iter().chain(others) {
        let (amount, order) = (10_000 + fate.ending, format!("order-{}", fate.ending));
        let before = app.balance_at_bank(ACCOUNT).await;
        let made = shop
            .api
            .post("/payments", &order, &payment(&mandate, &order, amount))
            .await;
        let id = made.expect(202).json()["id"].as_str().unwrap().to_owned();
        let path = format!("/payments/{id}");
        let ended = end(&app, &shop.api, &path, fate).await;
        let timeline = shop.api.get(&format!("{path}/timeline")).await.expect(200).json();
        expect_story(&timeline, fate);
        let refundable = if fate.status == "succeeded" { amount } else { 0 };
        assert_eq!(ended["refundable_amount"], refundable, "{ended}");
        let left = before - app.balance_at_bank(ACCOUNT).await;
        assert_eq!(left, moved_won(fate, amount), "{amount}");
        afterwards(&app, &shop.api, &path, fate, before).await;
    }
    expect_books(&app).await;
}

async fn refunds(way: &str, others: &[Fate]) {
    let app = asking(way).await;
    let (shop, mandate) = app.shop_with_mandate().await;
    let made = shop
        .api
        .post("/payments", "order", &payment(&mandate, "order", 900_000))
        .await;
    let paid = format!("/payments/{}", made.expect(202).json()["id"].as_str().unwrap());
    app.settled().await;
    let mut remaining = 900_000;
    for fate in ANYHOW.iter().chain(others) {
        let amount = 10_000 + fate.ending;
        let before = app.balance_at_bank(ACCOUNT).await;
        let body = json!({ "amount": amount, "reason": "변심" });
        let made = shop
            .api
            .post(&format!("{paid}/refunds"), &format!("refund-{amount}"), &body)
            .await;
        let path = format!("/refunds/{}", made.expect(202).json()["id"].as_str().unwrap());
        end(&app, &shop.api, &path, fate).await;
        // A failed refund frees its amount; one that a person looks at keeps it.
        remaining -= if fate.status == "failed" { 0 } else { amount };
        let payment = shop.api.get(&paid).await.expect(200).json();
        assert_eq!(payment["refundable_amount"], remaining, "{amount}: {payment}");
        let came = app.balance_at_bank(ACCOUNT).await - before;
        assert_eq!(came, moved_won(fate, amount), "{amount}");
        afterwards(&app, &shop.api, &path, fate, before).await;
    }
    expect_books(&app).await;
}

const fn moved_won(fate: &Fate, amount: i64) -> i64 {
    match (fate.moved, fate.ending) {
        (false, _) => 0,
        (true, 9_091) => amount - 1,
        (true, _) => amount,
    }
}

/// Takes a transfer to its end, and holds what the API says of it to its fate.
async fn end(app: &TestApp, api: &Api, path: &str, fate: &Fate) -> Value {
    app.settled().await;
    let ended = ask_until_it_ends(app, api, path).await;
    let moved = match fate.status {
        "succeeded" => "yes",
        "needs_review" => "unknown",
        _ => "no",
    };
    assert_eq!(
        (&ended["status"], &ended["money_moved"], &ended["next_check_at"]),
        (&json!(fate.status), &json!(moved), &Value::Null),
        "{ended}"
    );
    assert_eq!(ended["failure"]["code"].as_str(), fate.failure, "{ended}");
    let transfer = app.every_transfer().await.pop().unwrap();
    let calls = app
        .bank_get(&format!("/_sim/calls?trace={}", transfer.trace_number.unwrap()))
        .await;
    let money: Vec<_> = calls["data"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|call| call["moves_money"] == true)
        .collect();
    assert_eq!(money.len(), 1, "{calls}");
    ended
}

fn expect_story(timeline: &Value, fate: &Fate) {
    let mut types: Vec<&str> = timeline["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["type"].as_str().unwrap())
        .collect();
    types.dedup();
    assert_eq!(types, fate.timeline, "{}: {timeline}", fate.ending);
}

/// Time goes on: what is decided stays, also where the bank takes it back.
async fn afterwards(app: &TestApp, api: &Api, path: &str, fate: &Fate, balance_before: i64) {
    let ended = api.get(path).await.expect(200).json();
    app.advance(TimeDelta::seconds(660)).await;
    if fate.ending == 9_071 {
        // Its books are brought up to its clock when it is asked for something.
        app.bank_get("/_sim/transfers?after=0").await;
        assert_eq!(
            app.balance_at_bank(ACCOUNT).await,
            balance_before,
            "the bank took it back"
        );
        let findings = app.verify().await.findings;
        assert!(findings.iter().any(|finding| finding.of == ended["id"]), "{findings:?}");
    }
    assert_eq!(api.get(path).await.expect(200).json(), ended);
}

async fn expect_books(app: &TestApp) {
    let summary = app.bank_get("/_sim/summary").await;
    assert_eq!(
        (&summary["max_calls_per_trace"], &summary["duplicates"]),
        (&json!(1), &json!(0)),
        "{summary}"
    );
    // All that does not fit is what the bank took back.
    let findings = app.verify().await.findings;
    assert_eq!(findings.len(), 1, "{findings:?}");
    app.bank_post("/_sim/clock", json!({ "advance_seconds": 86_400 })).await;
    assert_eq!(app.verify().await.findings, findings);
}

/// Lets time pass, here and at the bank, from look to look while the transfer is unknown.
pub async fn ask_until_it_ends(app: &TestApp, api: &Api, path: &str) -> Value {
    for _ in 0..12 {
        let seen = api.get(path).await.expect(200).json();
        if seen["status"] != "unknown" {
            return seen;
        }
        app.advance(TimeDelta::minutes(5)).await;
        let before = seen["version"].clone();
        eventually("the bank is asked", || async {
            api.get(path).await.json()["version"] != before
        })
        .await;
    }
    api.get(path).await.expect(200).json()
}
