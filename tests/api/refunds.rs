//! Giving money back: never more than was paid, whatever happens at once.

use futures::future::join_all;
use reqwest::Method;
use serde_json::json;

use super::payments::payment;
use crate::support::app::{self, TestApp};
use crate::support::http::{Answer, Api};
use crate::support::people::ACCOUNT;
use crate::transfers::fates::ask_until_it_ends;

/// A paid payment of 100,000 won; answers with its path.
async fn paid(app: &TestApp) -> (Api, String) {
    let (shop, mandate) = app.shop_with_mandate().await;
    let made = shop
        .api
        .post("/payments", "key-1", &payment(&mandate, "order-1", 100_000))
        .await
        .expect(202)
        .json();
    app.settled().await;
    (shop.api, format!("/payments/{}", made["id"].as_str().unwrap()))
}

#[tokio::test]
async fn rule_5_c25_of_fifty_refunds_at_once_only_what_was_paid_is_accepted() {
    let app = app::start().await;
    let (api, path) = paid(&app).await;
    let before = app.balance_at_bank(ACCOUNT).await;
    let refunds = format!("{path}/refunds");
    let body = json!({ "amount": 60_000, "reason": "환불" });
    let keys: Vec<_> = (0..50).map(|n| format!("refund-{n}")).collect();
    let answers = join_all(keys.iter().map(|key| api.post(&refunds, key, &body))).await;
    let (taken, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status.as_u16() == 202);
    assert_eq!((taken.len(), refused.len()), (1, 49));
    for answer in refused {
        assert_eq!(
            answer.problem(409, "refund_exceeds_remaining")["remaining_amount"],
            40_000
        );
    }
    app.settled().await;
    assert_eq!(app.balance_at_bank(ACCOUNT).await, before + 60_000);
    assert_eq!(
        api.get(&refunds).await.expect(200).json()["data"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[tokio::test]
async fn rule_5_c27_a_failed_refund_frees_its_amount_and_an_unknown_one_keeps_it() {
    // No look at the bank comes before the end of this test.
    let app = app::wish()
        .settings(json!({ "inquiry": { "schedule_secs": "3600" } }))
        .start()
        .await;
    let (api, path) = paid(&app).await;
    let refunds = format!("{path}/refunds");
    // 9002: the bank refuses.
    let refused = json!({ "amount": 19_002, "reason": "환불" });
    let refused = api.post(&refunds, "refund-1", &refused).await.expect(202).json();
    app.settled().await;
    let refused = api
        .get(&format!("/refunds/{}", refused["id"].as_str().unwrap()))
        .await
        .expect(200)
        .json();
    assert_eq!(refused["status"], "failed", "{refused}");
    let payment = api.get(&path).await.expect(200).json();
    assert_eq!(
        (&payment["refundable_amount"], &payment["refunded_amount"]),
        (&json!(100_000), &json!(0))
    );
    // 9021: the bank moves the money and never says so.
    api.post(&refunds, "refund-2", &json!({ "amount": 29_021, "reason": "환불" }))
        .await
        .expect(202);
    app.settled().await;
    let payment = api.get(&path).await.expect(200).json();
    assert_eq!(
        (&payment["refundable_amount"], &payment["refunded_amount"]),
        (&json!(70_979), &json!(0))
    );
    // No amount: all that remains, without what may have gone back already.
    let rest = api
        .post(&refunds, "refund-3", &json!({ "reason": "나머지" }))
        .await
        .expect(202)
        .json();
    assert_eq!(rest["amount"], 70_979);
    let none = api.post(&refunds, "refund-4", &json!({ "reason": "더" })).await;
    assert_eq!(none.problem(409, "refund_exceeds_remaining")["remaining_amount"], 0);
}

#[tokio::test]
async fn c33_the_same_key_gives_the_same_refund_and_another_body_is_refused() {
    let app = app::start().await;
    let (api, path) = paid(&app).await;
    let refunds = format!("{path}/refunds");
    let body = json!({ "amount": 10_000, "reason": "환불" });
    let first = api.post(&refunds, "refund-1", &body).await.expect(202);
    let again = api.post(&refunds, "refund-1", &body).await.expect(202);
    assert_eq!(
        (again.text.as_str(), again.header("idempotent-replayed")),
        (first.text.as_str(), "true")
    );
    let other = json!({ "amount": 10_001, "reason": "환불" });
    api.post(&refunds, "refund-1", &other)
        .await
        .problem(422, "idempotency_key_reused");
    app.settled().await;
    assert_eq!(app.bank_get("/_sim/summary").await["deposits"], 1);
}

#[tokio::test]
async fn c26_only_a_paid_payment_is_refunded_and_only_as_its_reader_knows_it() {
    let app = app::start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    let failed = shop
        .api
        .post("/payments", "key-1", &payment(&mandate, "order-1", 19_001))
        .await
        .expect(202)
        .json();
    app.settled().await;
    let body = json!({ "reason": "환불" });
    let refunds = format!("/payments/{}/refunds", failed["id"].as_str().unwrap());
    let problem = shop
        .api
        .post(&refunds, "refund-1", &body)
        .await
        .problem(409, "payment_not_refundable");
    assert_eq!(
        (&problem["current_status"], &problem["money_moved"]),
        (&json!("failed"), &json!("no"))
    );

    let paid = shop
        .api
        .post("/payments", "key-2", &payment(&mandate, "order-2", 10_000))
        .await
        .expect(202)
        .json();
    app.settled().await;
    let refunds = format!("/payments/{}/refunds", paid["id"].as_str().unwrap());
    for amount in [
        json!(0),
        json!(-1),
        json!(1.5),
        json!("1e3"),
        json!(""),
        json!(null),
        json!(10_i64.pow(18)),
    ] {
        let body = json!({ "amount": amount, "reason": "환불" });
        shop.api
            .post(&refunds, "refund-2", &body)
            .await
            .problem(422, "invalid_request");
    }
    let request = shop
        .api
        .request(Method::POST, &refunds)
        .header("idempotency-key", "refund-3")
        .json(&body);
    Answer::of(request.header("if-match", "\"v1\""))
        .await
        .problem(412, "version_conflict");
    assert_eq!(app.transfers().await, 2);
}

#[tokio::test]
async fn rule_5_an_unknown_refund_ends_by_what_the_bank_tells_and_its_reservation_with_it() {
    let app = app::start().await;
    let (api, path) = paid(&app).await;
    let refunds = format!("{path}/refunds");
    // 9021 moves and never answers; 9022 does not move and never answers.
    for (key, amount) in [("refund-1", 19_021), ("refund-2", 29_022)] {
        let made = api
            .post(&refunds, key, &json!({ "amount": amount, "reason": "환불" }))
            .await
            .expect(202)
            .json();
        app.settled().await;
        let refund_path = format!("/refunds/{}", made["id"].as_str().unwrap());
        ask_until_it_ends(&app, &api, &refund_path).await;
    }
    let payment = api.get(&path).await.expect(200).json();
    assert_eq!(payment["refunded_amount"], 19_021, "{payment}");
    assert_eq!(payment["refundable_amount"], 100_000 - 19_021, "{payment}");
}

#[tokio::test]
async fn a_payment_is_given_back_in_parts_until_nothing_remains_and_a_refund_never() {
    let app = app::start().await;
    let (api, path) = paid(&app).await;
    let refunds = format!("{path}/refunds");
    let first = api
        .post(&refunds, "refund-1", &json!({ "amount": 30_000, "reason": "일부" }))
        .await;
    let first = first.expect(202).json();
    app.settled().await;
    let rest = api
        .post(&refunds, "refund-2", &json!({ "reason": "나머지" }))
        .await
        .expect(202)
        .json();
    assert_eq!(rest["amount"], 70_000);
    app.settled().await;
    let payment = api.get(&path).await.expect(200).json();
    assert_eq!(
        (
            &payment["status"],
            &payment["refunded_amount"],
            &payment["refundable_amount"]
        ),
        (&json!("succeeded"), &json!(100_000), &json!(0))
    );
    let more = api
        .post(&refunds, "refund-3", &json!({ "amount": 1, "reason": "더" }))
        .await;
    assert_eq!(more.problem(409, "refund_exceeds_remaining")["remaining_amount"], 0);

    let id = first["id"].as_str().unwrap();
    let body = json!({ "reason": "환불의 환불" });
    for path in [
        format!("/payments/{id}/refunds"),
        format!("/payments/pay_{}/refunds", id.trim_start_matches("ref_")),
        format!("/refunds/{id}/refunds"),
    ] {
        api.post(&path, "refund-4", &body).await.problem(404, "not_found");
    }
    assert_eq!(app.verify().await.findings, []);
}

#[tokio::test]
async fn a_refund_goes_to_the_account_that_paid_by_the_way_of_its_bank() {
    let app = app::start().await;
    let (api, path) = paid(&app).await;
    let refund = async |key: &str| {
        let body = json!({ "amount": 1_000, "reason": "환불" });
        api.post(&format!("{path}/refunds"), key, &body).await.expect(202);
        app.settled().await;
        app.bank_get("/_sim/calls").await["data"][0]["api"].clone()
    };
    let before = app.balance_at_bank(ACCOUNT).await;
    assert_eq!(refund("refund-1").await, "ReceivedTransferAccountNumber");
    assert_eq!(app.balance_at_bank(ACCOUNT).await, before + 1_000);
    app.sql("UPDATE bank_accounts SET bank_code = '004'").await;
    assert_eq!(refund("refund-2").await, "ReceivedTransferOtherBank");
}

#[tokio::test]
async fn rule_5_the_database_itself_refuses_to_give_back_more_than_was_paid() {
    let app = app::start().await;
    let (api, path) = paid(&app).await;
    for change in [
        "refunded_won = 100001",
        "refund_reserved_won = 50001, refunded_won = 50000",
        "refunded_won = -1",
        "amount_won = 0",
    ] {
        let sql = format!("UPDATE transfers SET {change}");
        let refused = app.try_sql(&sql).await;
        assert!(refused.is_err(), "{change}: {refused:?}");
    }
    assert_eq!(api.get(&path).await.json()["refundable_amount"], 100_000);
}
