//! The history of a transfer: its events, and for staff its bank calls, all of them or the newest. One query each.

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::TransferError;
use crate::ids::TransferId;
use crate::models::kinds::EventType;
use crate::models::{bank_calls, transfer_events};

/// The events of a transfer that the caller was allowed to see, oldest first.
///
/// # Errors
/// The database's own.
pub async fn events<C: ConnectionTrait>(db: &C, id: TransferId) -> Result<Vec<transfer_events::Model>, TransferError> {
    Ok(transfer_events::Entity::find()
        .filter(transfer_events::Column::TransferId.eq(id))
        .order_by_asc(transfer_events::Column::Version)
        .all(db)
        .await?)
}

/// The calls that were made to the bank for a transfer, oldest first.
///
/// # Errors
/// The database's own.
pub async fn bank_calls<C: ConnectionTrait>(db: &C, id: TransferId) -> Result<Vec<bank_calls::Model>, TransferError> {
    Ok(bank_calls::Entity::find()
        .filter(bank_calls::Column::TransferId.eq(id))
        .order_by_asc(bank_calls::Column::StartedAt)
        .all(db)
        .await?)
}

/// What refunds do to the history of their payment; its own state rests on the rest.
const OF_REFUNDS: [EventType; 3] = [
    EventType::RefundRequested,
    EventType::RefundSucceeded,
    EventType::RefundFailed,
];

/// Whether an event tells of a refund of the payment, and not of the payment itself.
#[must_use]
pub fn is_of_a_refund(event: &transfer_events::Model) -> bool {
    OF_REFUNDS.contains(&event.event_type)
}

/// The newest events of a transfer, newest first, with one row more than `limit` when there are more. Index
/// `(transfer_id, version)`.
///
/// # Errors
/// The database's own.
pub async fn newest_events<C: ConnectionTrait>(
    db: &C,
    id: TransferId,
    limit: u64,
) -> Result<Vec<transfer_events::Model>, TransferError> {
    Ok(transfer_events::Entity::find()
        .filter(transfer_events::Column::TransferId.eq(id))
        .order_by_desc(transfer_events::Column::Version)
        .limit(limit + 1)
        .all(db)
        .await?)
}

/// The events that a transfer's state rests on, without those of its refunds, oldest first, `limit` at most.
///
/// # Errors
/// The database's own.
pub async fn proofs<C: ConnectionTrait>(
    db: &C,
    id: TransferId,
    limit: u64,
) -> Result<Vec<transfer_events::Model>, TransferError> {
    Ok(transfer_events::Entity::find()
        .filter(transfer_events::Column::TransferId.eq(id))
        .filter(transfer_events::Column::EventType.is_not_in(OF_REFUNDS))
        .order_by_asc(transfer_events::Column::Version)
        .limit(limit)
        .all(db)
        .await?)
}

/// The newest calls that were made to the bank for a transfer, newest first, with one row more than `limit` when there
/// are more. Index `(transfer_id, started_at)`.
///
/// # Errors
/// The database's own.
pub async fn newest_calls<C: ConnectionTrait>(
    db: &C,
    id: TransferId,
    limit: u64,
) -> Result<Vec<bank_calls::Model>, TransferError> {
    Ok(bank_calls::Entity::find()
        .filter(bank_calls::Column::TransferId.eq(id))
        .order_by_desc(bank_calls::Column::StartedAt)
        .limit(limit + 1)
        .all(db)
        .await?)
}
