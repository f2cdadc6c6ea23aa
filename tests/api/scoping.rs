//! What belongs to another partner does not exist.

use reqwest::Method;
use serde_json::json;

use super::payments::payment;
use crate::support::app;
use crate::support::http::Answer;

#[tokio::test]
async fn another_partners_things_are_not_found_anywhere() {
    let app = app::start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    let made = shop
        .api
        .post("/payments", "key-1", &payment(&mandate, "order-1", 10_000))
        .await
        .expect(202)
        .json();
    app.settled().await;
    let path = format!("/payments/{}", made["id"].as_str().unwrap());
    let refund = shop
        .api
        .post(&format!("{path}/refunds"), "key-2", &json!({ "reason": "환불" }))
        .await
        .expect(202);
    let refund_path = refund.header("location").strip_prefix("/api/v1").unwrap().to_owned();
    app.settled().await;
    let rows = app.transfers().await;

    let other = app.shop("다른상점").await.api;
    for path in [
        path.clone(),
        format!("{path}/timeline"),
        format!("{path}/refunds"),
        refund_path,
        "/payments/by-idempotency-key/key-1".to_owned(),
        format!("/mandates/{mandate}"),
    ] {
        other.get(&path).await.problem(404, "not_found");
    }
    other
        .post("/payments", "key-1", &payment(&mandate, "order-1", 10_000))
        .await
        .problem(404, "not_found");
    other
        .post(&format!("{path}/refunds"), "key-2", &json!({ "reason": "환불" }))
        .await
        .problem(404, "not_found");
    Answer::of(other.request(Method::POST, &format!("{path}/cancellation")))
        .await
        .problem(404, "not_found");
    for list in [
        "/payments",
        "/payments?order_id=order-1",
        "/payments?member=customer-1",
        "/mandates",
    ] {
        assert_eq!(other.get(list).await.expect(200).json()["data"], json!([]), "{list}");
    }
    assert_eq!(app.transfers().await, rows);
}
