//! Each of the bank's magic amounts, from the request to the end, over real HTTP.

use chrono::TimeDelta;
use serde_json::Value;

use crate::api::payments::payment;
use crate::support::app::{self, TestApp, eventually};
use crate::support::people::ACCOUNT;

/// Amount, then status and failure once the bank was asked often enough, and whether the money left the account.
const FATES: [(i64, &str, Option<&str>, bool); 17] = [
    (12_300, "succeeded", None, true),
    (19_001, "failed", Some("insufficient_balance"), false),
    (19_002, "failed", Some("account_unusable"), false),
    (19_003, "failed", Some("over_bank_limit"), false),
    (19_011, "succeeded", None, true),
    (19_021, "succeeded", None, true),
    (19_031, "succeeded", None, true),
    (19_041, "succeeded", None, true),
    (19_051, "succeeded", None, true),
    (19_061, "succeeded", None, true),
    (19_071, "succeeded", None, true),
    (19_081, "succeeded", None, true),
    (19_099, "failed", Some("bank_never_received"), false),
    (19_022, "failed", Some("insufficient_balance"), false),
    (19_032, "failed", Some("insufficient_balance"), false),
    (19_042, "failed", Some("insufficient_balance"), false),
    (19_052, "failed", Some("insufficient_balance"), false),
];

#[tokio::test]
async fn every_fate_ends_in_the_state_that_the_banks_books_show() {
    let app = app::start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    for (amount, status, failure, moved) in FATES {
        let before = app.balance_at_bank(ACCOUNT).await;
        let order = format!("order-{amount}");
        let made = shop
            .api
            .post("/payments", &order, &payment(&mandate, &order, amount))
            .await
            .expect(202)
            .json();
        let path = format!("/payments/{}", made["id"].as_str().unwrap());
        app.settled().await;
        let ended = ask_until_it_ends(&app, &shop.api, &path).await;
        assert_eq!(ended["status"], status, "{amount}: {ended}");
        assert_eq!(ended["failure"]["code"].as_str(), failure, "{amount}: {ended}");
        let left = before - app.balance_at_bank(ACCOUNT).await;
        assert_eq!(left, if moved { amount } else { 0 }, "{amount}");
    }
    let summary = app.bank_get("/_sim/summary").await;
    assert_eq!(
        (&summary["max_calls_per_trace"], &summary["duplicates"]),
        (&1.into(), &0.into()),
        "{summary}"
    );
}

/// Lets time pass from look to look while the payment is unknown.
pub async fn ask_until_it_ends(app: &TestApp, api: &crate::support::http::Api, path: &str) -> Value {
    for _ in 0..12 {
        let seen = api.get(path).await.expect(200).json();
        if seen["status"] != "unknown" {
            return seen;
        }
        app.clock.advance(TimeDelta::minutes(5));
        let before = seen["version"].clone();
        eventually("the bank is asked", || async {
            api.get(path).await.json()["version"] != before
        })
        .await;
    }
    api.get(path).await.expect(200).json()
}

#[tokio::test]
async fn rule_6_a_success_for_another_amount_is_for_a_person() {
    let app = app::start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    let made = shop
        .api
        .post("/payments", "key-1", &payment(&mandate, "order-1", 19_091))
        .await
        .expect(202)
        .json();
    let path = format!("/payments/{}", made["id"].as_str().unwrap());
    app.settled().await;
    let seen = shop.api.get(&path).await.expect(200).json();
    assert_eq!(
        (&seen["status"], &seen["money_moved"]),
        (&"needs_review".into(), &"unknown".into())
    );
}
