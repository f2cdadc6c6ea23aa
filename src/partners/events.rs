//! A partner's own news as its console shows it, newest first, and how telling of it stands.

use std::collections::HashMap;

use sea_orm::sea_query::Condition;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};
use uuid::Uuid;

use crate::ids::{EndpointId, EventId, PartnerId};
use crate::models::kinds::{Mode, PartnerEventType};
use crate::models::partner_events::{Column, Entity, Model};
use crate::models::{webhook_deliveries, webhook_endpoints};
use crate::notifications::webhooks::due;
use crate::transfers::find::Place;

/// More tellings of a few events than a page shows.
const DELIVERIES_SHOWN: u64 = 200;

/// A delivery with where it goes, and when it is really tried next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    pub delivery: webhook_deliveries::Model,
    pub url: String,
}

/// One page of the partner's events, with one row more than `limit` when there are more.
///
/// # Errors
/// The database's.
pub async fn list_owned_by<C: ConnectionTrait>(
    db: &C,
    (partner, mode): (PartnerId, Mode),
    event_type: Option<PartnerEventType>,
    after: Option<Place>,
    limit: u64,
) -> Result<Vec<Model>, DbErr> {
    let mut query = of(partner, mode);
    if let Some(event_type) = event_type {
        query = query.filter(Column::EventType.eq(event_type));
    }
    if let Some(place) = after {
        query = query.filter(older(place));
    }
    query
        .order_by_desc(Column::CreatedAt)
        .order_by_desc(Column::Id)
        .limit(limit + 1)
        .all(db)
        .await
}

/// The partner's event.
///
/// # Errors
/// The database's.
pub async fn find_owned_by<C: ConnectionTrait>(
    db: &C,
    (partner, mode): (PartnerId, Mode),
    id: EventId,
) -> Result<Option<Model>, DbErr> {
    of(partner, mode).filter(Column::Id.eq(id)).one(db).await
}

/// What was told of some things of the partner's, such as a payment and its refunds, oldest first. Index
/// `(partner_id, subject_id, created_at, id)`: read in the order of all it would be looked for among all of the partner's.
///
/// # Errors
/// The database's.
pub async fn of_subjects<C: ConnectionTrait>(
    db: &C,
    (partner, mode): (PartnerId, Mode),
    subjects: Vec<Uuid>,
    limit: u64,
) -> Result<Vec<Model>, DbErr> {
    let mut events = of(partner, mode)
        .filter(Column::SubjectId.is_in(subjects))
        .order_by_asc(Column::SubjectId)
        .order_by_asc(Column::CreatedAt)
        .order_by_asc(Column::Id)
        .limit(limit)
        .all(db)
        .await?;
    events.sort_by_key(|event| (event.created_at, event.id.0));
    Ok(events)
}

/// How telling of events that the caller was allowed to see stands, oldest first, by event. Index `(event_id, id)`.
///
/// # Errors
/// The database's.
pub async fn deliveries_of<C: ConnectionTrait>(
    db: &C,
    events: impl IntoIterator<Item = EventId> + Send,
) -> Result<HashMap<EventId, Vec<Told>>, DbErr> {
    let deliveries = webhook_deliveries::Entity::find()
        .filter(webhook_deliveries::Column::EventId.is_in(events))
        .order_by_asc(webhook_deliveries::Column::EventId)
        .order_by_asc(webhook_deliveries::Column::Id)
        .limit(DELIVERIES_SHOWN)
        .all(db)
        .await?;
    if deliveries.is_empty() {
        return Ok(HashMap::new());
    }
    let endpoints = webhook_endpoints::Entity::find()
        .filter(webhook_endpoints::Column::Id.is_in(deliveries.iter().map(|delivery| delivery.endpoint_id)))
        .all(db)
        .await?;
    let endpoints: HashMap<EndpointId, webhook_endpoints::Model> =
        endpoints.into_iter().map(|endpoint| (endpoint.id, endpoint)).collect();
    let mut told: HashMap<EventId, Vec<Told>> = HashMap::new();
    for mut delivery in deliveries {
        let Some(endpoint) = endpoints.get(&delivery.endpoint_id) else {
            continue;
        };
        delivery.next_attempt_at = due::next_attempt_at(&delivery, endpoint);
        let url = endpoint.url.clone();
        told.entry(delivery.event_id).or_default().push(Told { delivery, url });
    }
    Ok(told)
}

/// The place of an event in its list.
#[must_use]
pub const fn place_of(event: &Model) -> Place {
    Place {
        created_at: event.created_at,
        id: event.id.0,
    }
}

fn of(partner: PartnerId, mode: Mode) -> Select<Entity> {
    Entity::find()
        .filter(Column::PartnerId.eq(partner))
        .filter(Column::Mode.eq(mode))
}

fn older(place: Place) -> Condition {
    let earlier = Condition::any()
        .add(Column::CreatedAt.lt(place.created_at))
        .add(Column::Id.lt(place.id));
    Condition::all()
        .add(Column::CreatedAt.lte(place.created_at))
        .add(earlier)
}
