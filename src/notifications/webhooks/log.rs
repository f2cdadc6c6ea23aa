//! What was told an endpoint, and how each attempt went: the log that a partner reads.

use sea_orm::sea_query::SimpleExpr;
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::{Owner, WebhookError, due, endpoints, feed};
use crate::ids::{DeliveryId, EndpointId};
use crate::models::kinds::{DeliveryStatus, PartnerEventType};
use crate::models::webhook_deliveries::{Column, Entity, Model};
use crate::models::{partner_events, webhook_attempts};
use crate::transfers::find::Place;

/// Which deliveries a list shows. Absent parts do not narrow it.
#[derive(Clone, Copy, Debug, Default)]
pub struct DeliveryFilter {
    pub status: Option<DeliveryStatus>,
    pub event_type: Option<PartnerEventType>,
    pub after: Option<Place>,
}

/// A delivery with all that is known of it.
#[derive(Clone, Debug)]
pub struct Told {
    pub delivery: Model,
    pub event: partner_events::Model,
    /// In their order.
    pub attempts: Vec<webhook_attempts::Model>,
}

/// The place of a delivery in a list.
#[must_use]
pub const fn place_of(delivery: &Model) -> Place {
    Place {
        created_at: delivery.created_at,
        id: delivery.id.0,
    }
}

/// A page of an endpoint's deliveries, newest first, with one row more than `limit` when there are more, each with when it
/// is really tried next. Indexes `(endpoint_id, …, created_at, id)`.
///
/// # Errors
/// `NotFound` when the endpoint is another owner's.
pub async fn deliveries<C: ConnectionTrait>(
    db: &C,
    owner: Owner,
    endpoint: EndpointId,
    filter: DeliveryFilter,
    limit: u64,
) -> Result<Vec<Model>, WebhookError> {
    let endpoint = endpoints::find(db, owner, endpoint).await?;
    let mut query = Entity::find().filter(Column::EndpointId.eq(endpoint.id));
    if let Some(status) = filter.status {
        query = query.filter(Column::Status.eq(status));
    }
    if let Some(event_type) = filter.event_type {
        query = query.filter(Column::EventType.eq(event_type));
    }
    if let Some(place) = filter.after {
        query = query.filter(older(place));
    }
    let query = query.order_by_desc(Column::CreatedAt).order_by_desc(Column::Id);
    let mut found = query.limit(limit + 1).all(db).await?;
    for delivery in &mut found {
        delivery.next_attempt_at = due::next_attempt_at(delivery, &endpoint);
    }
    Ok(found)
}

fn older(place: Place) -> SimpleExpr {
    let earlier = Condition::any()
        .add(Column::CreatedAt.lt(place.created_at))
        .add(Column::Id.lt(place.id));
    Condition::all()
        .add(Column::CreatedAt.lte(place.created_at))
        .add(earlier)
        .into()
}

/// One delivery of an endpoint, its event and its attempts, of which there are few.
///
/// # Errors
/// `NotFound` when the endpoint is another owner's, or the delivery another endpoint's.
pub async fn delivery<C: ConnectionTrait>(
    db: &C,
    owner: Owner,
    endpoint: EndpointId,
    id: DeliveryId,
) -> Result<Told, WebhookError> {
    let endpoint = endpoints::find(db, owner, endpoint).await?;
    let found = Entity::find_by_id(id)
        .filter(Column::EndpointId.eq(endpoint.id))
        .one(db)
        .await?;
    let mut delivery = found.ok_or(WebhookError::NotFound)?;
    delivery.next_attempt_at = due::next_attempt_at(&delivery, &endpoint);
    let event = feed::find(db, owner, delivery.event_id).await?;
    let attempts = webhook_attempts::Entity::find()
        .filter(webhook_attempts::Column::DeliveryId.eq(id))
        .order_by_asc(webhook_attempts::Column::Number)
        .all(db)
        .await?;
    Ok(Told {
        delivery,
        event,
        attempts,
    })
}
