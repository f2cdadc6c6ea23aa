//! What the database says of webhooks at the moment of a scrape: what waits, and since when.

use chrono::{DateTime, Utc};
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;
use sea_orm::{
    ColumnTrait, DbErr, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder, QuerySelect, RelationDef,
};

use super::reading::age;
use super::{Amount, Word};
use crate::models::kinds::{DeliveryStatus, EndpointStatus};
use crate::models::webhook_deliveries::{Column, Entity};
use crate::models::{partner_events, webhook_endpoints};
use crate::services::Services;

#[derive(Clone)]
pub(super) struct Telling {
    waiting: Vec<Waiting>,
    /// When the oldest event without a place happened.
    unplaced: Option<DateTime<Utc>>,
}

/// The deliveries that wait, for endpoints of one standing.
#[derive(Clone, Debug, FromQueryResult)]
struct Waiting {
    status: EndpointStatus,
    count: i64,
    oldest_due: Option<DateTime<Utc>>,
}

/// Indexes `(endpoint_id, status, next_attempt_at)`, as many rows as wait, and `(seq, id)`.
pub(super) async fn read(services: &Services) -> Result<Telling, DbErr> {
    let db = services.db.read();
    let waiting = Entity::find()
        .select_only()
        .column_as(webhook_endpoints::Column::Status, "status")
        .column_as(Column::Id.count(), "count")
        .column_as(Column::NextAttemptAt.min(), "oldest_due")
        .join(JoinType::InnerJoin, of_endpoint())
        .filter(Column::Status.eq(DeliveryStatus::Pending))
        .filter(webhook_endpoints::Column::Status.ne(EndpointStatus::Deleted))
        .group_by(webhook_endpoints::Column::Status)
        .into_model()
        .all(db);
    let unplaced = partner_events::Entity::find()
        .select_only()
        .column(partner_events::Column::CreatedAt)
        .filter(partner_events::Column::Seq.is_null())
        .order_by_asc(partner_events::Column::Id)
        .limit(1)
        .into_tuple()
        .one(db);
    let (waiting, unplaced) = tokio::try_join!(waiting, unplaced)?;
    Ok(Telling { waiting, unplaced })
}

fn of_endpoint() -> RelationDef {
    Entity::belongs_to(webhook_endpoints::Entity)
        .from(Column::EndpointId)
        .to(webhook_endpoints::Column::Id)
        .into()
}

impl Telling {
    pub(super) fn register(&self, registry: &mut Registry, at: DateTime<Utc>) {
        let counts: Family<[Word; 1], Gauge> = Family::default();
        for status in [EndpointStatus::Active, EndpointStatus::Paused] {
            drop(counts.get_or_create(&[("endpoint", status.as_str())]));
        }
        for row in &self.waiting {
            counts
                .get_or_create(&[("endpoint", row.status.as_str())])
                .set(row.count);
        }
        registry.register("webhooks_waiting", "Deliveries that partners were not told of", counts);

        let active = self.waiting.iter().find(|row| row.status == EndpointStatus::Active);
        let oldest: Amount = Gauge::default();
        oldest.set(age(at, active.and_then(|row| row.oldest_due)));
        let help = "Since the longest waiting delivery for an active endpoint was due; 0 for none";
        registry.register("webhooks_due_oldest_seconds", help, oldest);

        let unplaced: Amount = Gauge::default();
        unplaced.set(age(at, self.unplaced));
        let help = "Since the oldest event happened that has no place in the order yet; 0 for none";
        registry.register("events_unplaced_oldest_seconds", help, unplaced);
    }
}
