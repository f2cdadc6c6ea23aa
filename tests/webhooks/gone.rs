//! Pausing, by the partner or by a 410, and going on: nothing is lost meanwhile.

use naru::models::kinds::DeliveryStatus;
use reqwest::Method;
use serde_json::{Value, json};

use super::{Endpoint, shop_that_hears};
use crate::support::app::{self, eventually};
use crate::support::http::Answer;
use crate::support::people::Shop;
use crate::support::receiver::Say;

async fn set_status(shop: &Shop, endpoint: &Endpoint, status: &str) -> Value {
    let request = shop.api.request(Method::PATCH, &endpoint.path);
    Answer::of(request.json(&json!({ "status": status })))
        .await
        .expect(200)
        .json()
}

#[tokio::test]
async fn what_happens_while_an_endpoint_is_paused_is_told_when_it_goes_on() {
    let app = app::start().await;
    let (shop, receiver, endpoint) = shop_that_hears(&app, "나루상점").await;
    let paused = set_status(&shop, &endpoint, "paused").await;
    assert_eq!(
        (&paused["status"], &paused["paused_reason"]),
        (&json!("paused"), &json!("by_partner"))
    );
    app.events(shop.id, 25).await;
    eventually("they wait", || async {
        app.deliveries_that_are(DeliveryStatus::Pending).await == 25
    })
    .await;
    assert_eq!(receiver.count(), 0);
    for waiting in shop.deliveries(&endpoint, "").await {
        assert_eq!(
            waiting["next_attempt_at"],
            json!(null),
            "nothing is tried while it is paused"
        );
    }
    let active = set_status(&shop, &endpoint, "active").await;
    assert_eq!(active["paused_reason"], json!(null));
    app.told().await;
    assert_eq!(receiver.count(), 25);
}

#[tokio::test]
async fn an_endpoint_that_answers_410_is_paused_and_hears_what_it_missed_when_it_goes_on() {
    let app = app::start().await;
    let (shop, receiver, endpoint) = shop_that_hears(&app, "나루상점").await;
    receiver.says(Say::Status(410));
    app.events(shop.id, 1).await;
    eventually("it is paused", || async {
        let now = shop.api.get(&endpoint.path).await.expect(200).json();
        now["status"] == "paused" && now["paused_reason"] == "gone"
    })
    .await;
    app.events(shop.id, 3).await;
    eventually("they wait", || async {
        app.deliveries_that_are(DeliveryStatus::Pending).await == 4
    })
    .await;
    assert_eq!(receiver.count(), 1);
    assert_eq!(shop.attempts(&endpoint).await[0]["failure"], "gone");
    receiver.says(Say::Status(200));
    set_status(&shop, &endpoint, "active").await;
    app.told().await;
    assert_eq!(receiver.count(), 5);
}
