//! What a payment's partner was told, as staff see it.

use super::{Scene, part};
use crate::support::app;
use crate::support::receiver::{Receiver, Say};
use serde_json::json;

#[tokio::test]
async fn each_delivery_is_told_with_its_attempts_also_where_its_endpoint_was_taken_away() {
    let app = app::start().await;
    let scene = Scene::of(&app).await;
    let receiver = Receiver::start().await;
    receiver.says(Say::Text(200, "고객 홍길동 01012345678".to_owned()));
    let body = json!({ "url": receiver.url });
    let endpoint = scene
        .api
        .post("/webhook-endpoints", "endpoint", &body)
        .await
        .expect(201)
        .json();
    let id = scene.pays(&app, "order-1", 12_300).await;
    app.told().await;

    let page = scene.page(&id).await;
    let told = part(&page, "told-title");
    for text in ["payment.succeeded", receiver.url.as_str(), "data-status=\"succeeded\""] {
        assert!(told.contains(text), "{text}: {told}");
    }
    let link = told
        .split("href=\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .unwrap();
    assert!(
        link.starts_with(&format!("/cs/payments/{id}/deliveries/dlv_")),
        "{link}"
    );
    let detail = scene.desk.get(link).await.expect(200).text;
    assert!(
        detail.contains("HTTP 200") && detail.contains("&quot;payment.succeeded&quot;"),
        "{detail}"
    );
    assert!(
        !detail.contains("홍길동") && !detail.contains("01012345678"),
        "{detail}"
    );

    let path = format!("/webhook-endpoints/{}", endpoint["id"].as_str().unwrap());
    let taken = scene
        .api
        .request(reqwest::Method::DELETE, &path)
        .header("idempotency-key", "end");
    let taken = crate::support::http::Answer::of(taken).await;
    assert!(taken.status.is_success(), "{taken:?}");
    let page = scene.page(&id).await;
    assert!(part(&page, "told-title").contains("Deleted endpoint"), "{page}");
    assert!(scene.desk.get(link).await.expect(200).text.contains("Deleted endpoint"));
}
