//! What a partner was told of a payment and its refunds, and how telling of it stands: for staff, over all partners.

use std::collections::HashMap;

use sea_orm::{ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::ids::{DeliveryId, EndpointId, EventId};
use crate::models::{partner_events, transfers, webhook_attempts, webhook_deliveries, webhook_endpoints};

/// Deliveries of the events of one page; a few an event.
const DELIVERIES: u64 = 1_000;

/// An event with its deliveries, oldest first.
#[derive(Clone, Debug)]
pub struct Told {
    pub event: partner_events::Model,
    pub deliveries: Vec<Delivered>,
}

/// A delivery with where it goes; an endpoint that was deleted keeps its row.
#[derive(Clone, Debug)]
pub struct Delivered {
    pub delivery: webhook_deliveries::Model,
    pub endpoint: Option<webhook_endpoints::Model>,
}

/// One delivery with all that is known of it.
#[derive(Clone, Debug)]
pub struct Detail {
    pub event: partner_events::Model,
    pub delivered: Delivered,
    /// The last one first.
    pub attempts: Vec<webhook_attempts::Model>,
}

/// What was told of some transfers, newest first, with one event more than `limit` when there are more. Three queries.
///
/// # Errors
/// The database's.
pub async fn of<C: ConnectionTrait>(
    db: &C,
    transfers: impl IntoIterator<Item = &transfers::Model> + Send,
    limit: u64,
) -> Result<Vec<Told>, DbErr> {
    let subjects: Vec<Uuid> = transfers.into_iter().map(|transfer| transfer.id.0).collect();
    let events = partner_events::Entity::find()
        .filter(partner_events::Column::SubjectId.is_in(subjects))
        .order_by_desc(partner_events::Column::CreatedAt)
        .order_by_desc(partner_events::Column::Id)
        .limit(limit + 1)
        .all(db)
        .await?;
    let mut deliveries = deliveries_of(db, events.iter().map(|event| event.id).collect()).await?;
    Ok(events
        .into_iter()
        .map(|event| Told {
            deliveries: deliveries.remove(&event.id).unwrap_or_default(),
            event,
        })
        .collect())
}

async fn deliveries_of<C: ConnectionTrait>(
    db: &C,
    events: Vec<EventId>,
) -> Result<HashMap<EventId, Vec<Delivered>>, DbErr> {
    if events.is_empty() {
        return Ok(HashMap::new());
    }
    let mut deliveries = webhook_deliveries::Entity::find()
        .filter(webhook_deliveries::Column::EventId.is_in(events))
        .limit(DELIVERIES)
        .all(db)
        .await?;
    // In order here and not there: a server may walk the whole table in the order of its key for a limit.
    deliveries.sort_unstable_by_key(|delivery| delivery.id);
    if deliveries.is_empty() {
        return Ok(HashMap::new());
    }
    let endpoints = webhook_endpoints::Entity::find()
        .filter(webhook_endpoints::Column::Id.is_in(deliveries.iter().map(|delivery| delivery.endpoint_id)))
        .all(db)
        .await?;
    let endpoints: HashMap<EndpointId, webhook_endpoints::Model> =
        endpoints.into_iter().map(|endpoint| (endpoint.id, endpoint)).collect();
    let mut found: HashMap<EventId, Vec<Delivered>> = HashMap::new();
    for delivery in deliveries {
        let endpoint = endpoints.get(&delivery.endpoint_id).cloned();
        let event = delivery.event_id;
        found.entry(event).or_default().push(Delivered { delivery, endpoint });
    }
    Ok(found)
}

/// One delivery of what the partner was told of the transfer, or of a refund of it; `None` where it is of something else.
/// Four queries.
///
/// # Errors
/// The database's.
pub async fn detail<C: ConnectionTrait>(
    db: &C,
    transfer: &transfers::Model,
    id: DeliveryId,
) -> Result<Option<Detail>, DbErr> {
    let Some(delivery) = webhook_deliveries::Entity::find_by_id(id).one(db).await? else {
        return Ok(None);
    };
    // A payment is the group of what is told of it and of its refunds.
    let of_it = Condition::any()
        .add(partner_events::Column::SubjectId.eq(transfer.id.0))
        .add(partner_events::Column::GroupId.eq(transfer.id.0));
    let event = partner_events::Entity::find_by_id(delivery.event_id)
        .filter(of_it)
        .one(db)
        .await?;
    let Some(event) = event else { return Ok(None) };
    let endpoint = webhook_endpoints::Entity::find_by_id(delivery.endpoint_id)
        .one(db)
        .await?;
    let attempts = webhook_attempts::Entity::find()
        .filter(webhook_attempts::Column::DeliveryId.eq(id))
        .order_by_desc(webhook_attempts::Column::Number)
        .all(db)
        .await?;
    Ok(Some(Detail {
        event,
        delivered: Delivered { delivery, endpoint },
        attempts,
    }))
}
