//! Asking for a payment, once.

use std::collections::HashSet;

use futures::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::app;
use crate::support::http::Answer;
use crate::support::people::ACCOUNT;

pub fn payment(mandate: &str, order: &str, amount: i64) -> Value {
    json!({ "mandate_id": mandate, "order_id": order, "amount": amount, "description": "원두 1kg" })
}

#[tokio::test]
async fn a_payment_is_withdrawn_once_and_a_refund_gives_exactly_its_amount_back() {
    let app = app::start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    let before = app.balance_at_bank(ACCOUNT).await;

    let accepted = shop
        .api
        .post("/payments", "key-1", &payment(&mandate, "order-1", 12_300))
        .await
        .expect(202);
    let created = accepted.json();
    assert_eq!(created["status"], "queued");
    assert_eq!(created["money_moved"], "no");
    assert_eq!(accepted.header("etag"), "\"v1\"");
    let path = accepted.header("location").strip_prefix("/api/v1").unwrap().to_owned();
    app.settled().await;
    let paid = shop.api.get(&path).await.expect(200).json();
    assert_eq!(paid["status"], "succeeded", "{paid}");
    assert_eq!(paid["money_moved"], "yes");
    assert_eq!(paid["refundable_amount"], 12_300);
    assert_eq!(app.balance_at_bank(ACCOUNT).await, before - 12_300);

    let refund = json!({ "amount": 2_300, "reason": "단순 변심" });
    let refund = shop
        .api
        .post(&format!("{path}/refunds"), "key-2", &refund)
        .await
        .expect(202);
    assert_eq!(refund.json()["payment_id"], created["id"]);
    let refund_path = refund.header("location").strip_prefix("/api/v1").unwrap().to_owned();
    app.settled().await;
    assert_eq!(
        shop.api.get(&refund_path).await.expect(200).json()["status"],
        "succeeded"
    );
    let paid = shop.api.get(&path).await.expect(200).json();
    assert_eq!(
        (&paid["refunded_amount"], &paid["refundable_amount"]),
        (&json!(2_300), &json!(10_000))
    );
    assert_eq!(app.balance_at_bank(ACCOUNT).await, before - 10_000);

    let summary = app.bank_get("/_sim/summary").await;
    assert_eq!(summary["withdrawals"], 1, "{summary}");
    assert_eq!(summary["deposits"], 1, "{summary}");
    assert_eq!(summary["max_calls_per_trace"], 1, "{summary}");
    assert_eq!(summary["duplicates"], 0, "{summary}");
}

#[tokio::test]
async fn a_payment_is_promised_while_the_bank_hangs_and_stays_unknown_until_the_bank_tells() {
    let app = app::start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    app.bank_mode("all", "hang").await;
    let accepted = shop
        .api
        .post("/payments", "key-1", &payment(&mandate, "order-1", 12_300))
        .await
        .expect(202);
    let path = accepted.header("location").strip_prefix("/api/v1").unwrap().to_owned();
    app.settled().await;
    let payment = shop.api.get(&path).await.expect(200).json();
    assert_eq!(payment["status"], "unknown");
    assert_eq!(payment["money_moved"], "unknown");
    assert!(payment["next_check_at"].is_string(), "{payment}");
}

#[tokio::test]
async fn the_same_key_gives_the_same_answer_and_one_withdrawal() {
    let app = app::start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    let first = shop
        .api
        .post("/payments", "key-1", &payment(&mandate, "order-1", 12_300))
        .await
        .expect(202);
    assert_eq!(first.header("idempotent-replayed"), "");
    app.settled().await;

    // Another order of the fields and other spaces ask for the same thing.
    let text =
        format!(r#"{{ "description":"원두 1kg",  "amount":12300, "order_id":"order-1", "mandate_id":"{mandate}" }}"#);
    let request = shop
        .api
        .request(Method::POST, "/payments")
        .header("idempotency-key", "key-1");
    let again = Answer::of(request.header("content-type", "application/json").body(text))
        .await
        .expect(202);
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!(again.text, first.text);
    assert_eq!(again.header("location"), first.header("location"));

    for other in [
        payment(&mandate, "order-1", 12_301),
        payment(&mandate, "order-2", 12_300),
    ] {
        shop.api
            .post("/payments", "key-1", &other)
            .await
            .problem(422, "idempotency_key_reused");
    }
    app.settled().await;
    assert_eq!(app.transfers().await, 1);
    assert_eq!(app.bank_get("/_sim/summary").await["withdrawals"], 1);
    let found = shop
        .api
        .get("/payments/by-idempotency-key/key-1")
        .await
        .expect(200)
        .json();
    assert_eq!(found["id"], first.json()["id"]);
}

#[tokio::test]
async fn a_replay_is_answered_also_after_the_payments_own_time_is_over() {
    let app = app::start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    let mut body = payment(&mandate, "order-1", 12_300);
    body["expires_at"] = json!((app.services.clock.now() + chrono::TimeDelta::minutes(1)).to_rfc3339());
    let first = shop.api.post("/payments", "key-1", &body).await.expect(202);
    app.settled().await;
    app.clock.advance(chrono::TimeDelta::minutes(2));
    let again = shop.api.post("/payments", "key-1", &body).await.expect(202);
    assert_eq!(again.text, first.text);
    let late = shop
        .api
        .post("/payments", "key-2", &body)
        .await
        .problem(422, "invalid_request");
    assert_eq!(late["errors"][0]["pointer"], "/expires_at");
    assert_eq!(app.bank_get("/_sim/summary").await["withdrawals"], 1);
}

#[tokio::test]
async fn c05_fifty_at_once_with_one_key_make_one_payment() {
    let app = app::start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    let body = payment(&mandate, "order-1", 12_300);
    let answers = join_all((0..50).map(|_| shop.api.post("/payments", "key-1", &body))).await;
    let ids: HashSet<String> = answers
        .into_iter()
        .map(|answer| answer.expect(202).json()["id"].to_string())
        .collect();
    assert_eq!(ids.len(), 1);
    app.settled().await;
    assert_eq!(app.bank_get("/_sim/summary").await["withdrawals"], 1);
}

#[tokio::test]
async fn c06_a_second_key_for_an_order_under_way_is_refused_and_names_the_first() {
    let app = app::wish().without_workers().start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    let first = shop
        .api
        .post("/payments", "key-1", &payment(&mandate, "order-1", 12_300))
        .await
        .expect(202)
        .json();
    let refused = shop
        .api
        .post("/payments", "key-2", &payment(&mandate, "order-1", 12_300))
        .await;
    let problem = refused.problem(409, "duplicate_order");
    assert_eq!(problem["existing_id"], first["id"]);
    assert_eq!(problem["money_moved"], "no");
    assert_eq!(app.transfers().await, 1);
}

#[tokio::test]
async fn c26_c29_wrong_amounts_are_refused_and_write_nothing() {
    let app = app::wish().without_workers().start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    let wrong = [
        "0",
        "-1",
        "1.5",
        "12300.0",
        "1e3",
        "\"1e3\"",
        "\"\"",
        "\"12300\"",
        "1000000000000000000",
        "99999999999999999999999",
        "9007199254740993",
        "null",
        "true",
        "[]",
        "{}",
    ];
    for (number, amount) in wrong.iter().enumerate() {
        let body = format!(
            r#"{{"mandate_id":"{mandate}","order_id":"order-{number}","amount":{amount},"description":"원두"}}"#
        );
        let request = shop
            .api
            .request(Method::POST, "/payments")
            .header("idempotency-key", format!("key-{number}"));
        let refused = Answer::of(request.header("content-type", "application/json").body(body)).await;
        let problem = refused.problem(422, "invalid_request");
        assert_eq!(problem["errors"][0]["pointer"], "/amount", "{amount}: {problem}");
    }
    assert_eq!(app.transfers().await, 0);
}

#[tokio::test]
async fn every_wrong_field_is_named_at_once_in_the_callers_language() {
    let app = app::wish().without_workers().start().await;
    let (shop, _) = app.shop_with_mandate().await;
    let body = json!({ "mandate_id": "pay_1", "order_id": "", "amount": 0, "color": "red", "expires_at": "tomorrow" });
    let request = shop
        .api
        .request(Method::POST, "/payments")
        .header("idempotency-key", "key-1")
        .json(&body);
    let problem = Answer::of(request.header("accept-language", "en"))
        .await
        .problem(422, "invalid_request");
    let pointers: HashSet<&str> = problem["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| error["pointer"].as_str().unwrap())
        .collect();
    let expected = [
        "/mandate_id",
        "/order_id",
        "/amount",
        "/description",
        "/color",
        "/expires_at",
    ];
    assert_eq!(pointers, HashSet::from(expected));
    assert_eq!(problem["title"], "The request is not valid");
    assert_eq!(app.transfers().await, 0);
}

#[tokio::test]
async fn a_queued_payment_can_be_canceled_and_is_never_sent() {
    let app = app::wish().without_workers().start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    let made = shop
        .api
        .post("/payments", "key-1", &payment(&mandate, "order-1", 12_300))
        .await
        .expect(202)
        .json();
    let path = format!("/payments/{}/cancellation", made["id"].as_str().unwrap());
    let stale = Answer::of(shop.api.request(Method::POST, &path).header("if-match", "\"v9\"")).await;
    assert_eq!(stale.problem(412, "version_conflict")["current_version"], 1);
    let canceled = Answer::of(shop.api.request(Method::POST, &path).header("if-match", "\"v1\""))
        .await
        .expect(200);
    assert_eq!(canceled.json()["status"], "canceled");
    assert_eq!(canceled.header("etag"), "\"v2\"");
    let id = app.only_transfer().await.id;
    naru::transfers::execute::execute(&app.services, id).await.unwrap();
    assert_eq!(app.bank_get("/_sim/summary").await["max_calls_per_trace"], 0);
}

#[tokio::test]
async fn a_sent_payment_cannot_be_canceled_and_the_answer_says_that_money_moved() {
    let app = app::start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    let made = shop
        .api
        .post("/payments", "key-1", &payment(&mandate, "order-1", 12_300))
        .await
        .expect(202)
        .json();
    app.settled().await;
    let path = format!("/payments/{}/cancellation", made["id"].as_str().unwrap());
    let problem = Answer::of(shop.api.request(Method::POST, &path))
        .await
        .problem(409, "not_cancelable");
    assert_eq!(
        (&problem["money_moved"], &problem["current_status"]),
        (&json!("yes"), &json!("succeeded"))
    );
}

#[tokio::test]
async fn the_timeline_tells_every_step_with_its_version() {
    let app = app::start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    let made = shop
        .api
        .post("/payments", "key-1", &payment(&mandate, "order-1", 19_001))
        .await
        .expect(202)
        .json();
    app.settled().await;
    let path = format!("/payments/{}", made["id"].as_str().unwrap());
    let failed = shop.api.get(&path).await.expect(200).json();
    assert_eq!(failed["failure"]["code"], "insufficient_balance", "{failed}");
    assert_eq!(failed["money_moved"], "no");
    let timeline = shop.api.get(&format!("{path}/timeline")).await.expect(200).json();
    let steps: Vec<_> = timeline["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| {
            (
                step["version"].as_i64().unwrap(),
                step["type"].as_str().unwrap(),
                step["actor"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        steps,
        [
            (1, "created", "partner"),
            (2, "claimed", "worker"),
            (3, "failed", "worker")
        ]
    );
}

#[tokio::test]
async fn c30_an_amount_is_the_same_number_of_won_at_the_partner_the_bank_and_the_member() {
    let app = app::start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    let made = shop
        .api
        .post("/payments", "key-1", &payment(&mandate, "order-1", 9_899))
        .await
        .expect(202)
        .json();
    app.settled().await;
    assert_eq!(made["amount"], 9_899);
    assert_eq!(app.bank_get("/_sim/calls").await["data"][0]["amount"], 9_899);
    let member = app.browser();
    member.sign_in("minji@example.test").await.expect(303);
    let page = member
        .get(&format!("/payments/{}", made["id"].as_str().unwrap()))
        .await
        .expect(200)
        .text;
    assert!(page.contains("9,899원"), "{page}");
}
