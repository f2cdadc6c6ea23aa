//! What a refund holds of its payment: reserved until it is final, given back when it succeeded, free when it failed.
//! Written in the transaction that changes the refund, so the sums are true at every moment.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter, QuerySelect};
use serde_json::json;

use super::state::{self, Change};
use super::{TransferError, find, refund};
use crate::ids::{Prefix, TransferId};
use crate::models::kinds::{Actor, EventType, TransferKind, TransferState};
use crate::models::transfers;

/// What of an amount a refund in this state holds: reserved, and given back.
fn held(state: TransferState, amount_won: i64) -> (i64, i64) {
    match state {
        TransferState::Succeeded => (0, amount_won),
        state if state.is_final() => (0, 0),
        _ => (amount_won, 0),
    }
}

/// Lets the sums of the payment follow a refund that was in state `before`. A payment has nothing to follow.
///
/// # Errors
/// `RefundExceedsRemaining` when a correction would give back more than was paid; the database's own.
pub async fn follow(
    tx: &DatabaseTransaction,
    before: TransferState,
    refund: &transfers::Model,
    actor: Actor,
    now: DateTime<Utc>,
) -> Result<(), TransferError> {
    let (reserved, refunded) = held(refund.state, refund.amount_won);
    let (was_reserved, was_refunded) = held(before, refund.amount_won);
    let is_moved = (reserved, refunded) != (was_reserved, was_refunded);
    if refund.kind != TransferKind::Refund || !is_moved {
        return Ok(());
    }
    let payment = find::lock(tx, refund.payment_id.ok_or(TransferError::NotFound)?).await?;
    let more = reserved + refunded - was_reserved - was_refunded;
    let remaining_won = refund::remaining(&payment);
    if more > remaining_won.get() {
        return Err(TransferError::RefundExceedsRemaining { remaining_won });
    }
    let columns = transfers::ActiveModel {
        refund_reserved_won: Set(payment.refund_reserved_won + reserved - was_reserved),
        refunded_won: Set(payment.refunded_won + refunded - was_refunded),
        ..Default::default()
    };
    let event = match refund.state {
        TransferState::Succeeded => EventType::RefundSucceeded,
        _ => EventType::RefundFailed,
    };
    let detail = json!({ "refund_id": Prefix::Refund.show(refund.id.0), "amount": refund.amount_won });
    let change = Change::new(event, actor).detail(detail).columns(columns);
    state::apply(tx, &payment, change, now).await?;
    Ok(())
}

/// How many refunds hold something of each of these payments, given back or about to be. Index `(payment_id)`; only of
/// payments that anything is held of.
///
/// # Errors
/// The database's own.
pub async fn counts<C: ConnectionTrait>(
    db: &C,
    payments: &[transfers::Model],
) -> Result<HashMap<TransferId, i64>, TransferError> {
    use transfers::Column;
    let held_of = payments
        .iter()
        .filter(|payment| payment.refunded_won + payment.refund_reserved_won > 0);
    let ids: Vec<TransferId> = held_of.map(|payment| payment.id).collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let holds_nothing = [TransferState::Failed, TransferState::Canceled, TransferState::Expired];
    let counts: Vec<(TransferId, i64)> = transfers::Entity::find()
        .select_only()
        .column(Column::PaymentId)
        .column_as(Column::Id.count(), "refunds")
        .filter(Column::PaymentId.is_in(ids))
        .filter(Column::State.is_not_in(holds_nothing))
        .group_by(Column::PaymentId)
        .into_tuple()
        .all(db)
        .await?;
    Ok(counts.into_iter().collect())
}
