//! Partners are told what happened: at least once each, in order, signed, and only where they may be.

mod delivery;
mod endpoints;
mod feed;
mod gone;
mod isolation;
mod locks;
mod order;
mod peers;
mod processes;
mod redelivery;
mod secrets;
mod targets;

use chrono::{DateTime, TimeDelta, Utc};
use naru::ids::{EventId, PartnerId};
use naru::models::kinds::{DeliveryStatus, Mode, PartnerEventType};
use naru::models::{partner_events, webhook_deliveries};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::app::{TestApp, eventually};
use crate::support::people::Shop;
use crate::support::receiver::Receiver;

/// An endpoint of the shop, with its secret.
pub struct Endpoint {
    pub id: String,
    pub path: String,
    pub secret: String,
}

impl Shop {
    pub async fn endpoint(&self, url: &str) -> Endpoint {
        self.endpoint_with(json!({ "url": url })).await
    }

    pub async fn endpoint_with(&self, body: Value) -> Endpoint {
        let key = Uuid::now_v7().to_string();
        let made = self
            .api
            .post("/webhook-endpoints", &key, &body)
            .await
            .expect(201)
            .json();
        let id = made["id"].as_str().unwrap().to_owned();
        Endpoint {
            path: format!("/webhook-endpoints/{id}"),
            secret: made["secret"].as_str().unwrap().to_owned(),
            id,
        }
    }

    /// The endpoint's deliveries, newest first.
    pub async fn deliveries(&self, endpoint: &Endpoint, query: &str) -> Vec<Value> {
        let path = format!("{}/deliveries?limit=100&{query}", endpoint.path);
        let page = self.api.get(&path).await.expect(200).json();
        page["data"].as_array().unwrap().clone()
    }

    /// Its attempts, the first delivery's when there are several.
    pub async fn attempts(&self, endpoint: &Endpoint) -> Vec<Value> {
        let deliveries = self.deliveries(endpoint, "").await;
        let id = deliveries.last().unwrap()["id"].as_str().unwrap();
        let detail = self.api.get(&format!("{}/deliveries/{id}", endpoint.path)).await;
        detail.expect(200).json()["attempts"].as_array().unwrap().clone()
    }
}

/// An event as the program writes it, of a payment of its own unless it is told otherwise.
pub fn event(partner: PartnerId, at: DateTime<Utc>, number: i64) -> partner_events::ActiveModel {
    let id = EventId::new();
    partner_events::ActiveModel {
        id: Set(id),
        partner_id: Set(partner),
        seq: Set(None),
        mode: Set(Mode::Test),
        subject_id: Set(id.0),
        group_id: Set(id.0),
        version: Set(1),
        event_type: Set(PartnerEventType::PaymentSucceeded),
        previous_status: Set("executing".to_owned()),
        snapshot: Set(json!({ "object": "payment", "number": number }).to_string()),
        created_at: Set(at),
    }
}

impl TestApp {
    /// Writes so many events, each of a payment of its own.
    pub async fn events(&self, partner: PartnerId, count: i64) {
        let now = self.services.clock.now();
        let rows: Vec<_> = (0..count).map(|number| event(partner, now, number)).collect();
        self.write_events(rows).await;
    }

    pub async fn write_events(&self, rows: Vec<partner_events::ActiveModel>) {
        for rows in rows.chunks(1_000).map(<[_]>::to_vec) {
            let written = self.services.db.write(move |tx| {
                Box::pin(async move {
                    let insert = partner_events::Entity::insert_many(rows);
                    insert.exec_without_returning(tx).await?;
                    Ok::<(), DbErr>(())
                })
            });
            written.await.expect("they are written");
        }
        self.services.webhooks.wake();
    }

    pub async fn deliveries_that_are(&self, status: DeliveryStatus) -> u64 {
        let query = webhook_deliveries::Entity::find().filter(webhook_deliveries::Column::Status.eq(status));
        query
            .count(self.services.db.read())
            .await
            .expect("the database answers")
    }

    /// Waits until every event has a place and no attempt is in hand that is due.
    pub async fn told(&self) {
        eventually("everything is told", || async {
            let unplaced = partner_events::Entity::find().filter(partner_events::Column::Seq.is_null());
            let unplaced = unplaced
                .count(self.services.db.read())
                .await
                .expect("the database answers");
            unplaced == 0 && self.deliveries_that_are(DeliveryStatus::Pending).await == 0
        })
        .await;
    }

    /// Waits until so many attempts came to their end.
    pub async fn attempts_ended(&self, count: u64) {
        use naru::models::webhook_attempts::{Column, Entity};
        eventually(&format!("{count} attempts end"), || async {
            let ended = Entity::find().filter(Column::TookMs.is_not_null());
            ended
                .count(self.services.db.read())
                .await
                .expect("the database answers")
                >= count
        })
        .await;
    }
}

impl TestApp {
    /// Waits until the one endpoint that fails is left alone, and nothing is in hand.
    pub async fn left_alone(&self) {
        use naru::models::webhook_attempts::{Column, Entity};
        let db = self.services.db.read();
        let count =
            |query: sea_orm::Select<Entity>| async move { query.count(db).await.expect("the database answers") };
        let seen = std::sync::atomic::AtomicU64::new(0);
        eventually("it is left alone", || async {
            let ended = count(Entity::find().filter(Column::TookMs.is_not_null())).await;
            let running = count(Entity::find().filter(Column::TookMs.is_null())).await;
            // Also at the look before: nothing began in between.
            let before = seen.swap(ended, std::sync::atomic::Ordering::Relaxed);
            ended >= 5 && running == 0 && before == ended
        })
        .await;
    }
}

/// Longer than any wait of a delivery.
pub const DAY_AND_MORE: TimeDelta = TimeDelta::hours(27);

/// A shop with an endpoint at a receiver of its own.
pub async fn shop_that_hears(app: &TestApp, name: &str) -> (Shop, Receiver, Endpoint) {
    let shop = app.shop(name).await;
    let receiver = Receiver::start().await;
    let endpoint = shop.endpoint(&receiver.url).await;
    (shop, receiver, endpoint)
}
