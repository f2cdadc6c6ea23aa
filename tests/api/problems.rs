//! Every refusal is a problem body, and moves nothing.

use reqwest::Method;
use serde_json::json;

use super::payments::payment;
use crate::support::app;
use crate::support::http::Answer;

#[tokio::test]
async fn rule_8_a_request_that_cannot_be_taken_says_why_and_whether_money_moved() {
    let app = app::wish().without_workers().start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    let post = |path: &str| shop.api.request(Method::POST, path);
    let body = payment(&mandate, "order-1", 12_300);

    let no_key = app.client.get(format!("{}/api/v1/payments", app.base));
    let problem = Answer::of(no_key).await;
    assert_eq!(problem.header("www-authenticate"), "Bearer realm=\"naru\"");
    problem.problem(401, "unauthenticated");
    app.api("naru_sk_test_0000000000000000000000000000")
        .get("/payments")
        .await
        .problem(401, "unauthenticated");

    Answer::of(post("/payments").json(&body))
        .await
        .problem(400, "idempotency_key_missing");
    let keyed = || post("/payments").header("idempotency-key", "key-1");
    let broken = keyed().header("content-type", "application/json").body("{\"amount\":");
    Answer::of(broken).await.problem(400, "malformed_json");
    let form = keyed()
        .header("content-type", "application/x-www-form-urlencoded")
        .body("amount=1");
    Answer::of(form).await.problem(415, "unsupported_media_type");
    let large = json!({ "description": "x".repeat(300 * 1024) });
    Answer::of(keyed().json(&large)).await.problem(413, "payload_too_large");
    for not_an_object in ["[1]", "null", "true", "1", "1.5", "\"x\""] {
        let odd = keyed().header("content-type", "application/json").body(not_an_object);
        Answer::of(odd).await.problem(422, "invalid_request");
    }
    let twice = body
        .to_string()
        .replace("\"amount\":12300", "\"amount\":1,\"amount\":12300");
    let twice = Answer::of(keyed().header("content-type", "application/json").body(twice)).await;
    assert_eq!(twice.problem(422, "invalid_request")["errors"][0]["pointer"], "/amount");
    let long_key = post("/payments").header("idempotency-key", "k".repeat(256)).json(&body);
    Answer::of(long_key).await.problem(422, "invalid_request");
    Answer::of(shop.api.request(Method::DELETE, "/payments"))
        .await
        .problem(405, "method_not_allowed");
    shop.api.get("/nothing").await.problem(404, "not_found");
    shop.api.get("/payments/pay_x").await.problem(404, "not_found");
    assert_eq!(app.transfers().await, 0);
}
