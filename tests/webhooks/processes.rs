//! Several processes side by side: each delivery is made by one of them, and what one left is made by another.

use chrono::TimeDelta;
use naru::models::kinds::DeliveryStatus;
use naru::models::{partner_events, webhook_deliveries};
use naru::notifications::webhooks::lanes::send_until_stopped;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use std::collections::BTreeSet;
use tokio_util::sync::CancellationToken;

use super::shop_that_hears;
use crate::support::app;
use crate::support::receiver::Say;

#[tokio::test]
async fn three_processes_tell_each_event_once_and_give_each_one_place() {
    let app = app::start().await;
    let (shop, receiver, _) = shop_that_hears(&app, "나루상점").await;
    let stop = CancellationToken::new();
    for _ in 0..2 {
        let beside = app.services_of_another_process(app.clock.clock()).await;
        tokio::spawn(send_until_stopped(beside, stop.clone()));
    }
    app.events(shop.id, 150).await;
    app.told().await;
    stop.cancel();
    let got = receiver.got();
    let distinct: BTreeSet<_> = got.iter().map(|got| got.id().to_owned()).collect();
    assert_eq!((got.len(), distinct.len()), (150, 150));
    let events = partner_events::Entity::find().order_by_asc(partner_events::Column::Seq);
    let places: Vec<_> = events
        .all(app.services.db.read())
        .await
        .unwrap()
        .iter()
        .map(|event| event.seq.unwrap())
        .collect();
    assert_eq!(places, (1..=150).collect::<Vec<_>>());
}

#[tokio::test]
async fn what_a_process_that_died_had_in_hand_is_told_when_its_lease_is_over() {
    let app = app::wish().without_workers().with_a_stopped_clock().start().await;
    let (shop, receiver, endpoint) = shop_that_hears(&app, "나루상점").await;
    receiver.says(Say::Hang);
    app.events(shop.id, 1).await;
    // It dies while the endpoint thinks: nothing is written after the attempt.
    let dying = app.services_of_another_process(app.clock.clock()).await;
    let process = tokio::spawn(send_until_stopped(dying, CancellationToken::new()));
    receiver.heard(1).await;
    process.abort();
    let _ = process.await;
    receiver.says(Say::Status(200));

    let stop = CancellationToken::new();
    tokio::spawn(send_until_stopped(app.services.clone(), stop.clone()));
    let claimed = webhook_deliveries::Entity::find().filter(webhook_deliveries::Column::LeaseUntil.is_not_null());
    assert!(claimed.one(app.services.db.read()).await.unwrap().is_some());
    app.clock.advance(TimeDelta::seconds(60));
    app.told().await;
    stop.cancel();
    assert_eq!(app.deliveries_that_are(DeliveryStatus::Delivered).await, 1);
    let got = receiver.got();
    assert_eq!(got.len(), 2);
    assert_eq!(got[0].id(), got[1].id());
    let attempts = shop.attempts(&endpoint).await;
    assert_eq!(
        (attempts[0]["took_ms"].clone(), attempts[1]["response_status"].as_i64()),
        (serde_json::json!(null), Some(200))
    );
}
