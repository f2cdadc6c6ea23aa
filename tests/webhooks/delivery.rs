//! One event on its way: the body, the signature, the waits between attempts, and what ends them.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta};
use naru::models::kinds::DeliveryStatus;
use serde_json::json;

use super::{DAY_AND_MORE, shop_that_hears};
use crate::api::payments::payment;
use crate::support::app::{self, eventually};
use crate::support::receiver::{Receiver, Say};

#[tokio::test]
async fn a_payment_that_succeeds_is_told_with_the_snapshot_that_the_api_showed() {
    let app = app::start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    let receiver = Receiver::start().await;
    let endpoint = shop.endpoint(&receiver.url).await;
    let body = payment(&mandate, "order-1", 12_300);
    let paid = shop.api.post("/payments", "key-1", &body).await.expect(202).json();
    let got = receiver.heard(1).await.remove(0);

    let told = got.json();
    let names: Vec<_> = told.as_object().unwrap().keys().cloned().collect();
    assert_eq!(
        names,
        ["created_at", "data", "id", "previous_status", "type", "version"]
    );
    assert_eq!(told["id"], got.id());
    assert_eq!(told["type"], "payment.succeeded");
    assert_eq!(told["previous_status"], "executing");
    let path = format!("/payments/{}", paid["id"].as_str().unwrap());
    let now = shop.api.get(&path).await.expect(200).json();
    assert_eq!((&told["data"], &told["version"]), (&now, &now["version"]));
    let begin = format!(
        "\"data\":{{\"id\":\"{}\",\"object\":\"payment\",",
        now["id"].as_str().unwrap()
    );
    assert!(got.body.contains(&begin), "as the API writes it: {}", got.body);
    assert!(got.is_signed_with(&endpoint.secret));
    assert_eq!(got.header("content-type"), "application/json");

    app.told().await;
    let listed = shop.api.get(&format!("/events/{}", got.id())).await.expect(200);
    assert_eq!(listed.text, got.body, "the feed shows what was told, letter for letter");
    let attempts = shop.attempts(&endpoint).await;
    assert_eq!(attempts.len(), 1);
    assert_eq!(attempts[0]["response_status"], 204);
    assert_eq!(attempts[0]["request_headers"]["webhook-id"], got.id());
}

#[tokio::test]
async fn c38_each_of_five_attempts_has_the_same_id_and_body_a_fresh_timestamp_and_a_valid_signature() {
    let app = app::wish().with_a_stopped_clock().start().await;
    let (shop, receiver, endpoint) = shop_that_hears(&app, "나루상점").await;
    receiver.says(Say::Status(500));
    app.events(shop.id, 1).await;
    for attempt in 1..=5_u64 {
        app.attempts_ended(attempt).await;
        app.clock.advance(DAY_AND_MORE);
    }
    let got = receiver.heard(5).await;
    let distinct = |of: fn(&crate::support::receiver::Got) -> String| got[..5].iter().map(of).collect::<BTreeSet<_>>();
    assert_eq!(distinct(|got| got.id().to_owned()).len(), 1);
    assert_eq!(distinct(|got| got.body.clone()).len(), 1);
    assert_eq!(distinct(|got| got.timestamp().to_string()).len(), 5);
    assert!(got.iter().all(|got| got.is_signed_with(&endpoint.secret)));
}

#[tokio::test]
async fn a_delivery_is_tried_ten_times_over_three_days_and_then_given_up() {
    let app = app::wish().with_a_stopped_clock().start().await;
    let (shop, receiver, endpoint) = shop_that_hears(&app, "나루상점").await;
    receiver.says(Say::Text(500, "정비 중".repeat(1_000)));
    app.events(shop.id, 1).await;
    let waits_secs = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];
    for (attempt, wait_secs) in (1..).zip(waits_secs) {
        app.attempts_ended(attempt).await;
        let time = |value: &serde_json::Value| DateTime::parse_from_rfc3339(value.as_str().unwrap()).unwrap().to_utc();
        let delivery = shop.deliveries(&endpoint, "").await.remove(0);
        let wait = time(&delivery["next_attempt_at"]) - app.services.clock.now();
        let tenth = TimeDelta::milliseconds(wait_secs * 100);
        assert!(
            (wait - TimeDelta::seconds(wait_secs)).abs() <= tenth,
            "{attempt}: {wait}"
        );
        app.clock.advance(wait);
    }
    app.attempts_ended(10).await;
    eventually("it is given up", || async {
        app.deliveries_that_are(DeliveryStatus::Failed).await == 1
    })
    .await;
    app.clock.advance(DAY_AND_MORE);
    app.told().await;
    assert_eq!(receiver.count(), 10);
    let attempts = shop.attempts(&endpoint).await;
    assert_eq!(attempts[9]["failure"], "not_accepted");
    assert_eq!(attempts[9]["response_body"].as_str().unwrap().chars().count(), 1_000);
}

#[tokio::test]
async fn an_answer_that_asks_for_time_gets_it_up_to_an_hour() {
    let app = app::wish().with_a_stopped_clock().start().await;
    let (shop, receiver, endpoint) = shop_that_hears(&app, "나루상점").await;
    for (status, asked, wait_secs) in [(429, "120", 120), (503, "999999", 3_600)] {
        receiver.says_once(Say::Later(status, asked.to_owned()));
        let before = receiver.count();
        app.events(shop.id, 1).await;
        receiver.heard(before + 1).await;
        eventually("its time is known", || async {
            let waiting = shop.deliveries(&endpoint, "status=pending").await;
            let next = waiting
                .first()
                .map(|delivery| delivery["next_attempt_at"].as_str().unwrap().to_owned());
            let asked_for = (app.services.clock.now() + TimeDelta::seconds(wait_secs)).timestamp();
            next.is_some_and(|next| DateTime::parse_from_rfc3339(&next).unwrap().timestamp() == asked_for)
        })
        .await;
        app.clock.advance(TimeDelta::seconds(wait_secs));
        receiver.heard(before + 2).await;
        app.told().await;
    }
}

#[tokio::test]
async fn a_redirect_a_hang_and_a_dead_port_are_failures_with_words_of_their_own() {
    let app = app::wish()
        .settings(json!({ "webhooks": { "deadline_ms": 2_000 } }))
        .start()
        .await;
    let elsewhere = Receiver::start().await;
    for (say, failure, status) in [
        (Say::Redirect(elsewhere.url.clone()), "redirect", json!(302)),
        (Say::Hang, "timeout", json!(null)),
        (Say::Status(404), "not_accepted", json!(404)),
    ] {
        let (shop, receiver, endpoint) = shop_that_hears(&app, failure).await;
        receiver.says(say);
        app.events(shop.id, 1).await;
        eventually(failure, || async {
            receiver.count() == 1 && !shop.deliveries(&endpoint, "").await.is_empty() && {
                let attempts = shop.attempts(&endpoint).await;
                attempts[0]["failure"] == failure && attempts[0]["response_status"] == status
            }
        })
        .await;
    }
    let shop = app.shop("문닫은상점").await;
    let endpoint = shop.endpoint("http://127.0.0.1:9/").await;
    app.events(shop.id, 1).await;
    eventually("nobody answers", || async {
        !shop.deliveries(&endpoint, "").await.is_empty()
            && shop
                .attempts(&endpoint)
                .await
                .first()
                .is_some_and(|it| it["failure"] == "not_connected")
    })
    .await;
    assert_eq!(elsewhere.count(), 0, "a redirect is not followed");
}
