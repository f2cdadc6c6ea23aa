//! What of one payment is told in order, each event with its own snapshot, whatever fails in between.

use chrono::TimeDelta;
use naru::ids::{Prefix, TransferId};
use naru::models::kinds::{Actor, DeliveryStatus, EventType, TransferState};
use naru::models::transfers;
use naru::notifications::webhooks::sequence;
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{DAY_AND_MORE, event, shop_that_hears};
use crate::api::payments::payment;
use crate::support::app::{self, eventually};
use crate::support::receiver::{Receiver, Say};

fn types(told: &[Value]) -> Vec<String> {
    told.iter()
        .map(|event| event["type"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn c37_an_endpoint_that_was_down_hears_of_the_payment_and_its_refund_in_order_each_with_its_own_snapshot() {
    let app = app::wish().with_a_stopped_clock().start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    let receiver = Receiver::start().await;
    let wanted = json!({ "url": receiver.url, "event_types": ["payment.succeeded", "payment.refunded"] });
    let endpoint = shop.endpoint_with(wanted).await;
    receiver.says(Say::Status(503));
    let body = payment(&mandate, "order-1", 10_000);
    let paid = shop.api.post("/payments", "key-1", &body).await.expect(202).json();
    app.settled().await;
    let path = format!("/payments/{}/refunds", paid["id"].as_str().unwrap());
    let refund = json!({ "amount": 4_000, "reason": "환불" });
    shop.api.post(&path, "key-2", &refund).await.expect(202);
    app.settled().await;
    eventually("both wait", || async {
        app.deliveries_that_are(DeliveryStatus::Pending).await == 2
    })
    .await;
    app.attempts_ended(1).await;
    let down: Vec<_> = receiver.got().iter().map(|got| got.json()["type"].clone()).collect();
    assert!(down.iter().all(|kind| kind == "payment.succeeded"), "{down:?}");

    receiver.says(Say::Status(200));
    app.clock.advance(TimeDelta::seconds(6));
    app.told().await;
    let told: Vec<Value> = receiver.got()[down.len()..]
        .iter()
        .map(crate::support::receiver::Got::json)
        .collect();
    assert_eq!(types(&told), ["payment.succeeded", "payment.refunded"]);
    let refunded: Vec<_> = told
        .iter()
        .map(|event| event["data"]["refunded_amount"].clone())
        .collect();
    assert_eq!(refunded, [json!(0), json!(4_000)]);
    assert!(told[0]["version"].as_i64() < told[1]["version"].as_i64());
    assert_eq!(shop.deliveries(&endpoint, "status=delivered").await.len(), 2);
}

#[tokio::test]
async fn c35_older_news_changes_no_final_state_and_no_event_goes_out_of_order() {
    let app = app::start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    let receiver = Receiver::start().await;
    shop.endpoint(&receiver.url).await;
    let body = payment(&mandate, "order-1", 10_000);
    let paid = shop.api.post("/payments", "key-1", &body).await.expect(202).json();
    app.settled().await;
    receiver.heard(1).await;
    let id = TransferId(Prefix::Payment.parse(paid["id"].as_str().unwrap()).unwrap());
    let settled = transfers::Entity::find_by_id(id)
        .one(app.services.db.read())
        .await
        .unwrap()
        .unwrap();

    // Whoever asked the bank before the answer came, and hears only now that there was no such transaction.
    let mut older = settled.clone();
    (older.state, older.version) = (TransferState::Unknown, settled.version - 1);
    let change = naru::transfers::state::Change::new(EventType::Failed, Actor::Inquiry);
    let now = app.services.clock.now();
    let late = app
        .services
        .db
        .write(move |tx| Box::pin(async move { naru::transfers::state::apply(tx, &older, change, now).await }));
    assert!(late.await.is_err(), "it is not applied");

    let after = transfers::Entity::find_by_id(id)
        .one(app.services.db.read())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(after, settled);
    app.told().await;
    let told: Vec<Value> = receiver.got().iter().map(crate::support::receiver::Got::json).collect();
    assert_eq!(types(&told), ["payment.succeeded"]);
    assert_eq!(told[0]["version"], settled.version);
}

#[tokio::test]
async fn events_of_one_payment_are_told_by_version_whatever_order_their_ids_have() {
    let app = app::wish().without_workers().with_a_stopped_clock().start().await;
    let (shop, receiver, _) = shop_that_hears(&app, "나루상점").await;
    let (subject, now) = (Uuid::now_v7(), app.services.clock.now());
    // The machines' clocks differ: the ids say the opposite of the versions.
    let mut rows: Vec<_> = (0..6).map(|number| event(shop.id, now, number)).collect();
    for (row, version) in rows.iter_mut().zip([6, 5, 4, 3, 2, 1]) {
        (row.subject_id, row.group_id, row.version) = (Set(subject), Set(subject), Set(version));
    }
    app.write_events(rows).await;
    assert_eq!(sequence::sequence(&app.services).await.unwrap(), 6);
    receiver.says_once(Say::Status(500));
    let stop = tokio_util::sync::CancellationToken::new();
    tokio::spawn(naru::notifications::webhooks::lanes::send_until_stopped(
        app.services.clone(),
        stop.clone(),
    ));
    app.attempts_ended(1).await;
    app.clock.advance(DAY_AND_MORE);
    app.told().await;
    stop.cancel();
    let versions: Vec<_> = receiver
        .got()
        .iter()
        .map(|got| got.json()["version"].as_i64().unwrap())
        .collect();
    assert_eq!(versions, [1, 1, 2, 3, 4, 5, 6]);
}
