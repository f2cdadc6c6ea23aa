//! A partner opens a checkout, and reads how it stands.

use chrono::TimeDelta;
use naru::partners::checkout_expiry;
use serde_json::{Value, json};

use super::mandates::{RETURN_URL, told};
use super::payments::payment;
use crate::support::app;
use crate::support::people::Shop;

pub fn checkout(order: &str, amount: i64) -> Value {
    json!({ "order_id": order, "amount": amount, "description": "드립백 커피 10개", "return_url": RETURN_URL })
}

/// An open checkout: its `chk_…` id.
pub async fn opened(shop: &Shop, order: &str, amount: i64) -> String {
    let made = shop
        .api
        .post("/checkouts", order, &checkout(order, amount))
        .await
        .expect(201)
        .json();
    made["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_checkout_is_opened_once_for_a_key_and_has_a_link() {
    let app = app::start().await;
    let api = app.shop("나루상점").await.api;
    let mut asked = checkout("order-1", 12_300);
    asked["metadata"] = json!({ "cart": "c-1" });
    let made = api.post("/checkouts", "key-1", &asked).await.expect(201);
    let body = made.json();
    let id = body["id"].as_str().unwrap();
    assert_eq!(made.header("location"), format!("/api/v1/checkouts/{id}"));
    assert_eq!(body["url"], format!("{}/checkout/{id}", app.base));
    for (name, value) in [
        ("object", json!("checkout")),
        ("status", json!("open")),
        ("version", json!(1)),
        ("order_id", json!("order-1")),
        ("amount", json!(12_300)),
        ("currency", json!("KRW")),
        ("return_url", json!(RETURN_URL)),
        ("payment_id", Value::Null),
        ("metadata", json!({ "cart": "c-1" })),
        ("completed_at", Value::Null),
        ("livemode", json!(false)),
    ] {
        assert_eq!(body[name], value, "{name}");
    }
    let again = api.post("/checkouts", "key-1", &asked).await.expect(201);
    assert_eq!((again.header("idempotent-replayed"), &again.text), ("true", &made.text));
    api.post("/checkouts", "key-1", &checkout("order-2", 12_300))
        .await
        .problem(422, "idempotency_key_reused");
    let seen = api.get(&format!("/checkouts/{id}")).await.expect(200);
    assert_eq!((seen.header("etag"), seen.json()), ("\"v1\"", body.clone()));
    assert_eq!(app.transfers().await, 0, "nothing is paid by a link alone");

    let other = app.shop("다른상점").await.api;
    other.get(&format!("/checkouts/{id}")).await.problem(404, "not_found");
    api.get("/checkouts/chk_1").await.problem(404, "not_found");
}

#[tokio::test]
async fn every_wrong_part_of_a_checkout_is_told_by_its_pointer() {
    let app = app::wish().without_workers().start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    for (change, pointer) in [
        (json!({ "order_id": "" }), "/order_id"),
        (json!({ "order_id": "a".repeat(101) }), "/order_id"),
        (json!({ "amount": 0 }), "/amount"),
        (json!({ "amount": "12300" }), "/amount"),
        (json!({ "amount": 100_000_001 }), "/amount"),
        (json!({ "description": null }), "/description"),
        (json!({ "return_url": "https://evil.test/" }), "/return_url"),
        (json!({ "return_url": "http://localhost:3000/done#x" }), "/return_url"),
        (json!({ "metadata": { "a": 1 } }), "/metadata"),
        (json!({ "mandate_id": mandate }), "/mandate_id"),
    ] {
        let mut body = checkout("order-1", 12_300);
        body.as_object_mut()
            .unwrap()
            .extend(change.as_object().unwrap().clone());
        let problem = shop
            .api
            .post("/checkouts", "key-1", &body)
            .await
            .problem(422, "invalid_request");
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{change}");
    }
    shop.api
        .post("/payments", "key-2", &payment(&mandate, "order-1", 10_000))
        .await
        .expect(202);
    let busy = shop.api.post("/checkouts", "key-1", &checkout("order-1", 12_300)).await;
    assert!(busy.problem(409, "duplicate_order")["existing_id"].is_string());
}

#[tokio::test]
async fn a_checkout_whose_time_is_over_expires_once_and_the_partner_is_told() {
    let app = app::wish().with_a_stopped_clock().without_workers().start().await;
    let shop = app.shop("나루상점").await;
    let id = opened(&shop, "order-1", 12_300).await;
    app.clock.advance(TimeDelta::minutes(30) - TimeDelta::seconds(1));
    assert_eq!(checkout_expiry::expire_due(&app.services).await.unwrap(), 0);
    app.clock.advance(TimeDelta::seconds(1));
    assert_eq!(checkout_expiry::expire_due(&app.services).await.unwrap(), 1);
    assert_eq!(checkout_expiry::expire_due(&app.services).await.unwrap(), 0);
    let seen = shop.api.get(&format!("/checkouts/{id}")).await.expect(200).json();
    assert_eq!(
        (&seen["status"], &seen["url"], &seen["version"]),
        (&json!("expired"), &Value::Null, &json!(2))
    );
    assert_eq!(told(&app).await, ["checkout.expired"]);
}
