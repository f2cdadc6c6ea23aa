//! What waits for a person: transfers of which nobody knows how they ended, refunds that are not settled for too long,
//! and endpoints that fail. Each list is read a page at a time, by an index; what waits for a second person is in
//! `approval_list.rs`, mismatches in `mismatches.rs`, and all are counted here.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect, QueryTrait, Select,
};

use super::approval_list;
use super::order::{self, Columns, Order, Place};
use crate::ids::{TransferId, UserId};
use crate::models::kinds::{EndpointStatus, TransferKind, TransferState};
use crate::models::transfers::{Column, Entity, Model};
use crate::models::{mismatches, review_assignments, users, webhook_endpoints};
use crate::services::Services;

/// Attempts at an endpoint that failed in a row before a person is told: one alone is weather.
const FAILING_FROM: i64 = 3;
/// How transfers are listed.
const TRANSFERS: Columns<Column> = Columns {
    time: Column::CreatedAt,
    size: Column::AmountWon,
    id: Column::Id,
};
/// How endpoints are listed: by how often they failed.
const ENDPOINTS: Columns<webhook_endpoints::Column> = Columns {
    time: webhook_endpoints::Column::CreatedAt,
    size: webhook_endpoints::Column::Failures,
    id: webhook_endpoints::Column::Id,
};
/// The states of a refund that is not settled.
const UNSETTLED: [TransferState; 4] = [
    TransferState::Queued,
    TransferState::Executing,
    TransferState::Unknown,
    TransferState::NeedsReview,
];

/// Which transfers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pile {
    Unknown,
    NeedsReview,
    /// Accepted before this moment, and not settled.
    StuckRefunds(DateTime<Utc>),
}

/// A page of one of the lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wish {
    pub pile: Pile,
    pub order: Order,
    /// What this member of staff took alone.
    pub mine: Option<UserId>,
    pub after: Option<Place>,
}

/// The query of a page, with one row more than `limit` when there are more. Indexes `(state, created_at, id)`,
/// `(state, amount_won, id)` and `(kind, state, created_at, id)`.
#[must_use]
pub fn page(wish: Wish, limit: u64) -> Select<Entity> {
    let mut query = of_pile(wish.pile);
    if let Some(staff) = wish.mine {
        let taken = review_assignments::Entity::find()
            .select_only()
            .column(review_assignments::Column::TransferId)
            .filter(review_assignments::Column::StaffId.eq(staff))
            .into_query();
        query = query.filter(Column::Id.in_subquery(taken));
    }
    order::page(query, TRANSFERS, (wish.order, wish.after), limit)
}

/// The place of a row in this order.
#[must_use]
pub const fn place_of(row: &Model, order: Order) -> Place {
    Place::of(order, row.created_at, row.amount_won, row.id.0)
}

fn of_pile(pile: Pile) -> Select<Entity> {
    match pile {
        Pile::Unknown => Entity::find().filter(Column::State.eq(TransferState::Unknown)),
        Pile::NeedsReview => Entity::find().filter(Column::State.eq(TransferState::NeedsReview)),
        Pile::StuckRefunds(before) => Entity::find()
            .filter(Column::Kind.eq(TransferKind::Refund))
            .filter(Column::State.is_in(UNSETTLED))
            .filter(Column::CreatedAt.lt(before)),
    }
}

/// Refunds that were accepted before it are stuck.
#[must_use]
pub fn stuck_before(services: &Services) -> DateTime<Utc> {
    services.clock.now() - TimeDelta::seconds(services.settings.reviews.refund_stuck_secs)
}

/// Who has a review, and since when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    pub staff: UserId,
    pub name: String,
    pub since: DateTime<Utc>,
}

/// Who has which of these reviews. Two queries.
///
/// # Errors
/// The database's.
pub async fn holders<C: ConnectionTrait>(
    db: &C,
    transfers: impl IntoIterator<Item = TransferId>,
) -> Result<HashMap<TransferId, Holder>, DbErr> {
    let rows = review_assignments::Entity::find()
        .filter(review_assignments::Column::TransferId.is_in(transfers))
        .all(db)
        .await?;
    let names = names(db, rows.iter().map(|row| row.staff_id)).await?;
    let holder = |row: review_assignments::Model| Holder {
        staff: row.staff_id,
        name: names.get(&row.staff_id).cloned().unwrap_or_default(),
        since: row.at,
    };
    Ok(rows.into_iter().map(|row| (row.transfer_id, holder(row))).collect())
}

/// The names of staff, by their id.
///
/// # Errors
/// The database's.
pub async fn names<C: ConnectionTrait>(
    db: &C,
    staff: impl IntoIterator<Item = UserId>,
) -> Result<HashMap<UserId, String>, DbErr> {
    let staff: std::collections::HashSet<UserId> = staff.into_iter().collect();
    if staff.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = users::Entity::find()
        .filter(users::Column::Id.is_in(staff))
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|user| (user.id, user.name)).collect())
}

/// How much waits on each list of the database's, and since when.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub queued: u64,
    pub oldest_queued: Option<DateTime<Utc>>,
    pub unknown: u64,
    pub needs_review: u64,
    /// Refunds over the limit.
    pub approvals: u64,
    pub stuck_refunds: u64,
    pub mismatches: u64,
    pub failing_endpoints: u64,
}

/// Five queries at once, each over as many entries of an index as it counts.
///
/// # Errors
/// The database's.
pub async fn counts<C: ConnectionTrait>(db: &C, stuck_before: DateTime<Utc>) -> Result<Counts, DbErr> {
    let states = by_state()
        .into_tuple::<(TransferState, i64, Option<DateTime<Utc>>)>()
        .all(db);
    let approvals = approval_list::waiting().count(db);
    let stuck = of_pile(Pile::StuckRefunds(stuck_before)).count(db);
    let mismatches = mismatches::Entity::find()
        .filter(mismatches::Column::ClosedAt.is_null())
        .count(db);
    let endpoints = failing().count(db);
    let (states, approvals, stuck_refunds, mismatches, failing_endpoints) =
        tokio::try_join!(states, approvals, stuck, mismatches, endpoints)?;
    let of = |state| states.iter().find(|row| row.0 == state);
    let count = |state| of(state).map_or(0, |row| row.1.unsigned_abs());
    Ok(Counts {
        queued: count(TransferState::Queued),
        oldest_queued: of(TransferState::Queued).and_then(|row| row.2),
        unknown: count(TransferState::Unknown),
        needs_review: count(TransferState::NeedsReview),
        approvals,
        stuck_refunds,
        mismatches,
        failing_endpoints,
    })
}

/// The query of how much waits in each state. Index `(state, created_at, id)`.
#[must_use]
pub fn by_state() -> Select<Entity> {
    Entity::find()
        .select_only()
        .column(Column::State)
        .column_as(Column::Id.count(), "transfers")
        .column_as(Column::CreatedAt.min(), "oldest")
        .filter(Column::State.is_in([
            TransferState::Queued,
            TransferState::Unknown,
            TransferState::NeedsReview,
        ]))
        .group_by(Column::State)
}

/// Index `(status, failures, id)`.
fn failing() -> Select<webhook_endpoints::Entity> {
    webhook_endpoints::Entity::find()
        .filter(webhook_endpoints::Column::Status.eq(EndpointStatus::Active))
        .filter(webhook_endpoints::Column::Failures.gte(FAILING_FROM))
}

/// The query of a page of the endpoints of partners that fail, the worst first, with one row more than `limit` when there
/// are more.
#[must_use]
pub fn failing_endpoints(after: Option<Place>, limit: u64) -> Select<webhook_endpoints::Entity> {
    order::page(failing(), ENDPOINTS, (Order::Largest, after), limit)
}

/// The place of an endpoint in that list.
#[must_use]
pub const fn place_of_endpoint(row: &webhook_endpoints::Model) -> Place {
    Place::of(Order::Largest, row.created_at, row.failures, row.id.0)
}
