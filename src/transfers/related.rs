//! Payments that stand beside another: for staff, whom the question "was I charged twice" is asked.

use chrono::TimeDelta;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use super::{TransferError, find};
use crate::models::kinds::TransferKind;
use crate::models::transfers::{Column, Entity, Model};

/// The other payments of the transfer's order, newest first, one row more than `limit` when there are more. For a refund
/// its own payment is left out. Index `(partner_id, order_id, created_at, id)`.
///
/// # Errors
/// The database's own.
pub async fn of_the_same_order<C: ConnectionTrait>(
    db: &C,
    known: &Model,
    limit: u64,
) -> Result<Vec<Model>, TransferError> {
    let Some(order) = &known.order_id else {
        return Ok(Vec::new());
    };
    let itself = std::iter::once(known.id).chain(known.payment_id);
    let query = Entity::find()
        .filter(Column::PartnerId.eq(known.partner_id))
        .filter(Column::OrderId.eq(order.as_str()))
        .filter(Column::Kind.eq(TransferKind::Payment))
        .filter(Column::Id.is_not_in(itself));
    Ok(find::page(query, None, limit).all(db).await?)
}

/// Payments of other orders by the same member to the same partner over the same amount, no further away in time than
/// `near`, newest first, `limit` at most. Index `(member_id, partner_id, created_at, id)`.
///
/// # Errors
/// The database's own.
pub async fn alike<C: ConnectionTrait>(
    db: &C,
    payment: &Model,
    near: TimeDelta,
    limit: u64,
) -> Result<Vec<Model>, TransferError> {
    let query = Entity::find()
        .filter(Column::MemberId.eq(payment.member_id))
        .filter(Column::PartnerId.eq(payment.partner_id))
        .filter(Column::CreatedAt.between(payment.created_at - near, payment.created_at + near))
        .filter(Column::Kind.eq(TransferKind::Payment))
        .filter(Column::AmountWon.eq(payment.amount_won))
        .filter(Column::Id.ne(payment.id));
    let mut found = find::page(query, None, limit).all(db).await?;
    found.retain(|other| other.order_id != payment.order_id);
    Ok(found)
}
