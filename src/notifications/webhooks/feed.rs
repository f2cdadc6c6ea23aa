//! Everything that happened to a partner, in order: what it reads after an outage of its own.
//!
//! Only events with a place are shown. Places are given after the commit and in their order, so a reader who goes on from
//! the last place it saw misses nothing and sees nothing twice.

use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::{Owner, WebhookError};
use crate::ids::EventId;
use crate::models::kinds::PartnerEventType;
use crate::models::partner_events::{Column, Entity, Model};

/// Up to `limit` events after a place, oldest first, with one more when there are more. Indexes `(partner_id, seq)` and
/// `(partner_id, event_type, seq)`.
///
/// # Errors
/// The database's own.
pub async fn after<C: ConnectionTrait>(
    db: &C,
    owner: Owner,
    place: i64,
    event_type: Option<PartnerEventType>,
    limit: u64,
) -> Result<Vec<Model>, DbErr> {
    let mut query = Entity::find()
        .filter(Column::PartnerId.eq(owner.partner_id))
        .filter(Column::Mode.eq(owner.mode))
        .filter(Column::Seq.gt(place));
    if let Some(event_type) = event_type {
        query = query.filter(Column::EventType.eq(event_type));
    }
    query.order_by_asc(Column::Seq).limit(limit + 1).all(db).await
}

/// # Errors
/// `NotFound` when it is another owner's, or has no place yet.
pub async fn find<C: ConnectionTrait>(db: &C, owner: Owner, id: EventId) -> Result<Model, WebhookError> {
    let found = Entity::find_by_id(id)
        .filter(Column::PartnerId.eq(owner.partner_id))
        .filter(Column::Mode.eq(owner.mode))
        .filter(Column::Seq.is_not_null())
        .one(db)
        .await?;
    found.ok_or(WebhookError::NotFound)
}
