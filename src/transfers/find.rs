//! Finding transfers. A finder for a partner or a member is scoped by it: another owner's thing is not found. A partner's is
//! scoped by its mode as well, though play money and real money share no database (`installation.rs`).

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Condition, SimpleExpr};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};
use uuid::Uuid;

use super::TransferError;
use crate::ids::{MandateId, PartnerId, TransferId, UserId};
use crate::models::kinds::{MandateStatus, Mode, TransferKind, TransferState};
use crate::models::mandates;
use crate::models::transfers::{Column, Entity, Model};

/// A place in a list that is ordered by time and id, newest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub created_at: DateTime<Utc>,
    pub id: Uuid,
}

impl Place {
    #[must_use]
    pub const fn of(transfer: &Model) -> Self {
        Self {
            created_at: transfer.created_at,
            id: transfer.id.0,
        }
    }

    /// What comes after this place, newest first.
    #[must_use]
    pub fn older(self) -> SimpleExpr {
        let earlier = Condition::any()
            .add(Column::CreatedAt.lt(self.created_at))
            .add(Column::Id.lt(self.id));
        // The bound by itself is what an index can begin at.
        Condition::all()
            .add(Column::CreatedAt.lte(self.created_at))
            .add(earlier)
            .into()
    }
}

/// Which of a partner's payments a list shows. Absent parts do not narrow it.
#[derive(Clone, Debug, Default)]
pub struct PartnerFilter {
    pub order_id: Option<String>,
    pub state: Option<TransferState>,
    /// The member, by the reference that the partner gave with the mandate.
    pub mandate_reference: Option<String>,
    pub amount_min: Option<i64>,
    pub amount_max: Option<i64>,
    pub created_from: Option<DateTime<Utc>>,
    pub created_to: Option<DateTime<Utc>>,
    pub after: Option<Place>,
}

/// One page of the partner's payments, newest first, with one row more than `limit` when there are more.
///
/// # Errors
/// The database's own.
pub async fn payments_of_partner<C: ConnectionTrait>(
    db: &C,
    (partner, mode): (PartnerId, Mode),
    filter: PartnerFilter,
    limit: u64,
) -> Result<Vec<Model>, TransferError> {
    let mut query = Entity::find()
        .filter(Column::PartnerId.eq(partner))
        .filter(Column::Mode.eq(mode))
        .filter(Column::Kind.eq(TransferKind::Payment));
    if let Some(order) = filter.order_id {
        query = query.filter(Column::OrderId.eq(order));
    }
    if let Some(state) = filter.state {
        query = query.filter(Column::State.eq(state));
    }
    if let Some(reference) = filter.mandate_reference {
        let approved = mandates_of_member(db, (partner, mode), reference).await?;
        query = query.filter(Column::MandateId.is_in(approved));
    }
    if let Some(least) = filter.amount_min {
        query = query.filter(Column::AmountWon.gte(least));
    }
    if let Some(most) = filter.amount_max {
        query = query.filter(Column::AmountWon.lte(most));
    }
    if let Some(from) = filter.created_from {
        query = query.filter(Column::CreatedAt.gte(from));
    }
    if let Some(to) = filter.created_to {
        query = query.filter(Column::CreatedAt.lt(to));
    }
    Ok(page(query, filter.after, limit).all(db).await?)
}

/// What a member approved whom the partner calls so. Asked for before the payments: within their query it would be looked
/// for among all payments of the partner. Index `(partner_id, reference, status, id)`.
async fn mandates_of_member<C: ConnectionTrait>(
    db: &C,
    (partner, mode): (PartnerId, Mode),
    reference: String,
) -> Result<Vec<MandateId>, TransferError> {
    let approved = mandates::Model::of_partner((partner, mode))
        .filter(mandates::Column::Reference.eq(reference))
        .filter(mandates::Column::Status.is_in([MandateStatus::Active, MandateStatus::Revoked]));
    let ids = approved.select_only().column(mandates::Column::Id);
    Ok(ids.into_tuple().all(db).await?)
}

/// A member's transfers of which nobody knows yet how they end. Index `(member_id, kind, state, created_at, id)`.
#[must_use]
pub fn unsettled_of(member: UserId) -> Select<Entity> {
    use TransferState::{Executing, NeedsReview, Queued, Unknown};
    Entity::find()
        .filter(Column::MemberId.eq(member))
        .filter(Column::Kind.is_in([TransferKind::Payment, TransferKind::Refund]))
        .filter(Column::State.is_in([Queued, Executing, Unknown, NeedsReview]))
}

/// Newest first, from a place on, one row more than asked for.
#[must_use]
pub fn page(query: Select<Entity>, after: Option<Place>, limit: u64) -> Select<Entity> {
    let query = match after {
        Some(place) => query.filter(place.older()),
        None => query,
    };
    query
        .order_by_desc(Column::CreatedAt)
        .order_by_desc(Column::Id)
        .limit(limit + 1)
}

/// Cuts a page that was read with one row more than `limit`, and answers with the place where the rest begins, if any.
pub fn cut<T>(rows: &mut Vec<T>, limit: u64, place: impl Fn(&T) -> Place) -> Option<Place> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let has_more = rows.len() > limit;
    rows.truncate(limit);
    rows.last().filter(|_| has_more).map(place)
}

/// The partner's payment.
///
/// # Errors
/// `NotFound` when there is none of this partner in this mode.
pub async fn payment_of_partner<C: ConnectionTrait>(
    db: &C,
    owner: (PartnerId, Mode),
    id: TransferId,
) -> Result<Model, TransferError> {
    of_partner(db, TransferKind::Payment, owner, id).await
}

/// The partner's refund.
///
/// # Errors
/// `NotFound` when there is none of this partner in this mode.
pub async fn refund_of_partner<C: ConnectionTrait>(
    db: &C,
    owner: (PartnerId, Mode),
    id: TransferId,
) -> Result<Model, TransferError> {
    of_partner(db, TransferKind::Refund, owner, id).await
}

async fn of_partner<C: ConnectionTrait>(
    db: &C,
    kind: TransferKind,
    (partner, mode): (PartnerId, Mode),
    id: TransferId,
) -> Result<Model, TransferError> {
    Entity::find_by_id(id)
        .filter(Column::PartnerId.eq(partner))
        .filter(Column::Mode.eq(mode))
        .filter(Column::Kind.eq(kind))
        .one(db)
        .await?
        .ok_or(TransferError::NotFound)
}

/// Anybody's transfer of a kind: for staff alone.
///
/// # Errors
/// `NotFound` when there is none of this kind.
pub async fn any_of_kind<C: ConnectionTrait>(
    db: &C,
    kind: TransferKind,
    id: TransferId,
) -> Result<Model, TransferError> {
    Entity::find_by_id(id)
        .filter(Column::Kind.eq(kind))
        .one(db)
        .await?
        .ok_or(TransferError::NotFound)
}

/// The refunds of a payment that the caller was allowed to see, newest first. A payment of `n` won has at most `n`.
///
/// # Errors
/// The database's own.
pub async fn refunds_of_payment<C: ConnectionTrait>(
    db: &C,
    payment: TransferId,
    after: Option<Place>,
    limit: u64,
) -> Result<Vec<Model>, TransferError> {
    let query = Entity::find().filter(Column::PaymentId.eq(payment));
    Ok(page(query, after, limit).all(db).await?)
}

/// The row, locked until the transaction ends where the database can; SQLite has one writer.
///
/// # Errors
/// `NotFound` when there is none.
pub async fn lock<C: ConnectionTrait>(tx: &C, id: TransferId) -> Result<Model, TransferError> {
    Entity::find_by_id(id)
        .lock_exclusive()
        .one(tx)
        .await?
        .ok_or(TransferError::NotFound)
}
