//! The history of a transfer: its events, and for staff its bank calls. One query each.

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use super::TransferError;
use crate::ids::TransferId;
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
