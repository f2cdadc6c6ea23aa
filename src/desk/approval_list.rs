//! What waits for a second person, by age or by amount, a page at a time.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Select};

use super::order::{self, Columns, Order, Place};
use crate::models::kinds::ApprovalState;
use crate::models::refund_approvals::{Column, Entity, Model};

const LISTED: Columns<Column> = Columns {
    time: Column::CreatedAt,
    size: Column::AmountWon,
    id: Column::Id,
};

/// All of it. Index `(state, created_at, id)`.
#[must_use]
pub fn waiting() -> Select<Entity> {
    Entity::find().filter(Column::State.eq(ApprovalState::Waiting))
}

/// The query of a page, with one row more than `limit` when there are more. Indexes `(state, created_at, id)` and
/// `(state, amount_won, id)`.
#[must_use]
pub fn page(order: Order, after: Option<Place>, limit: u64) -> Select<Entity> {
    order::page(waiting(), LISTED, (order, after), limit)
}

/// The place of an ask in this order.
#[must_use]
pub const fn place_of(asked: &Model, order: Order) -> Place {
    Place::of(order, asked.created_at, asked.amount_won, asked.id.0)
}
