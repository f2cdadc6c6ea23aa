//! C41: telling again by hand, one event or what failed over a time, and nothing twice by accident.

use chrono::TimeDelta;
use naru::models::kinds::DeliveryStatus;
use serde_json::{Value, json};

use super::{DAY_AND_MORE, Endpoint, shop_that_hears};
use crate::support::app::{self, TestApp, eventually};
use crate::support::people::Shop;
use crate::support::receiver::Say;

/// Lets everything that waits fail for good.
async fn give_up(app: &TestApp, shop: &Shop, count: i64) {
    app.events(shop.id, count).await;
    let (before, count) = (
        app.deliveries_that_are(DeliveryStatus::Failed).await,
        count.unsigned_abs(),
    );
    eventually("all are given up", || async {
        app.clock.advance(DAY_AND_MORE);
        app.deliveries_that_are(DeliveryStatus::Failed).await == before + count
    })
    .await;
}

async fn redeliver(shop: &Shop, endpoint: &Endpoint, key: &str, body: Value) -> crate::support::http::Answer {
    let path = format!("{}/redeliveries", endpoint.path);
    shop.api.post(&path, key, &body).await
}

#[tokio::test]
async fn c41_what_failed_since_a_time_is_told_once_more_each_linked_to_its_first_delivery() {
    let app = app::wish().with_a_stopped_clock().start().await;
    let (shop, receiver, endpoint) = shop_that_hears(&app, "나루상점").await;
    receiver.says(Say::Status(500));
    give_up(&app, &shop, 2).await;
    app.clock.advance(TimeDelta::hours(1));
    let since = app.services.clock.now();
    give_up(&app, &shop, 3).await;
    receiver.says(Say::Status(200));
    let before = receiver.count();

    let body = json!({ "from": since, "only": "failed" });
    let made = redeliver(&shop, &endpoint, "again-1", body.clone()).await.expect(202);
    assert_eq!(
        (&made.json()["count"], &made.json()["has_more"]),
        (&json!(3), &json!(false))
    );
    let replay = redeliver(&shop, &endpoint, "again-1", body.clone()).await.expect(202);
    assert_eq!(
        (replay.text, replay.headers["idempotent-replayed"].to_str().unwrap()),
        (made.text, "true")
    );
    eventually("three are told", || async {
        app.deliveries_that_are(DeliveryStatus::Delivered).await == 3
    })
    .await;
    assert_eq!(receiver.count(), before + 3);
    let failed = shop.deliveries(&endpoint, "status=failed").await;
    for repeat in shop.deliveries(&endpoint, "status=delivered").await {
        let first = failed
            .iter()
            .find(|first| first["id"] == repeat["repeats_id"])
            .expect("it is linked");
        assert_eq!(first["event_id"], repeat["event_id"]);
    }
    // They were delivered by now.
    let none = redeliver(&shop, &endpoint, "again-2", body).await.expect(202).json();
    assert_eq!(none["count"], 0);
}

#[tokio::test]
async fn c41_what_was_delivered_is_told_again_only_when_that_is_confirmed() {
    let app = app::wish().with_a_stopped_clock().start().await;
    let (shop, receiver, endpoint) = shop_that_hears(&app, "나루상점").await;
    let since = app.services.clock.now();
    app.events(shop.id, 4).await;
    app.told().await;
    app.clock.advance(TimeDelta::seconds(1));
    let mut body = json!({ "from": since, "only": "all" });
    let problem = redeliver(&shop, &endpoint, "again-1", body.clone()).await;
    assert_eq!(problem.problem(409, "confirmation_needed")["delivered_count"], 4);
    assert_eq!(receiver.count(), 4);
    body["confirm"] = json!(true);
    let made = redeliver(&shop, &endpoint, "again-1", body).await.expect(202).json();
    assert_eq!(made["count"], 4);
    app.told().await;
    assert_eq!(receiver.count(), 8);
}

/// A partner who goes on while there are more comes to an end: what it was just told again is not in the range.
#[tokio::test]
async fn c41_a_request_to_the_moment_of_the_one_before_goes_on_and_does_not_begin_again() {
    let app = app::wish().with_a_stopped_clock().start().await;
    let (shop, receiver, endpoint) = shop_that_hears(&app, "나루상점").await;
    let since = app.services.clock.now();
    app.events(shop.id, 4).await;
    app.told().await;
    app.clock.advance(TimeDelta::seconds(1));
    let mut body = json!({ "from": since, "only": "all", "confirm": true });
    let first = redeliver(&shop, &endpoint, "again-1", body.clone()).await.expect(202);
    assert_eq!(first.json()["count"], 4);
    app.told().await;
    body["to"] = first.json()["to"].clone();
    app.clock.advance(TimeDelta::seconds(1));
    let rest = redeliver(&shop, &endpoint, "again-2", body.clone()).await.expect(202);
    assert_eq!(rest.json()["count"], 0);
    body["to"] = json!(null);
    body["confirm"] = json!(false);
    let problem = redeliver(&shop, &endpoint, "again-3", body).await;
    assert_eq!(
        problem.problem(409, "confirmation_needed")["delivered_count"],
        4,
        "each event once, however often it was told"
    );
    assert_eq!(receiver.count(), 8);
}

#[tokio::test]
async fn one_event_is_told_again_to_its_endpoints_or_to_one_and_what_waits_is_not_doubled() {
    let app = app::wish().with_a_stopped_clock().start().await;
    let (shop, receiver, endpoint) = shop_that_hears(&app, "나루상점").await;
    app.events(shop.id, 1).await;
    app.told().await;
    let event = receiver.got()[0].id().to_owned();
    let later = shop.endpoint(&receiver.url).await;
    let path = format!("/events/{event}/redelivery");
    let both = shop.api.post(&path, "again-1", &json!({})).await.expect(202).json();
    assert_eq!(both["count"], 2);
    app.told().await;
    let one = shop
        .api
        .post(&path, "again-2", &json!({ "endpoint_id": later.id }))
        .await
        .expect(202)
        .json();
    assert_eq!(one["count"], 1);
    app.told().await;
    assert_eq!((receiver.count(), shop.deliveries(&endpoint, "").await.len()), (4, 2));
    let ids: Vec<_> = receiver.got().iter().map(|got| got.id().to_owned()).collect();
    assert!(ids.iter().all(|id| *id == event), "the same id, so that it is known");

    receiver.says(Say::Status(500));
    app.events(shop.id, 1).await;
    app.attempts_ended(6).await;
    let waiting = receiver.got().last().unwrap().id().to_owned();
    receiver.says(Say::Status(200));
    shop.api
        .post(&format!("/events/{waiting}/redelivery"), "again-3", &json!({}))
        .await
        .expect(202);
    app.told().await;
    assert_eq!(
        shop.deliveries(&endpoint, "").await.len(),
        3,
        "it was tried at once, and not made twice"
    );
}
