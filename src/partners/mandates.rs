//! What a member lets a partner take: lowering its limits, and ending it.
//!
//! A payment is accepted under a shared lock on its mandate's row (`transfers/accept.rs`), and whoever changes the row
//! waits for those: so a payment is under the old limit and promised before, or under the new one. Payments that were
//! promised go on to their end.
//!
//! If the process dies before the commit, nothing changed and the member sees so; after it, the partner's news is there,
//! for it is written in the same transaction.

use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, QuerySelect,
};

pub use super::revocation::{Of, revoke_within};
use crate::ids::{MandateId, UserId};
use crate::models::kinds::{LimitScope, MandateStatus};
use crate::models::{daily_usage, mandates};
use crate::money::Won;
use crate::services::Services;

/// The limits that a member wants, both of them as consented at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OwnLimits {
    pub per_payment: Won,
    pub daily: Won,
}

/// Why a mandate stays as it is. Nothing is written then.
#[derive(Debug, thiserror::Error)]
pub enum MandateError {
    #[error("the member has no such mandate")]
    NotFound,
    #[error("the mandate has ended")]
    Ended,
    #[error("the mandate changed since it was looked at")]
    Changed,
    #[error("a limit is more than was consented to")]
    OverConsent { per_payment: bool, daily: bool },
    #[error("the database did not answer")]
    Database(#[from] DbErr),
}

/// Sets the limits of the member's mandate, from the next payment on.
///
/// # Errors
/// [`MandateError`].
pub async fn set_limits(
    services: &Services,
    member: UserId,
    id: MandateId,
    version: i64,
    wanted: OwnLimits,
) -> Result<(), MandateError> {
    services
        .db
        .write(move |tx| Box::pin(set_within(tx, member, id, version, wanted)))
        .await
}

async fn set_within(
    tx: &DatabaseTransaction,
    member: UserId,
    id: MandateId,
    version: i64,
    wanted: OwnLimits,
) -> Result<(), MandateError> {
    let mandate = looked_at(tx, member, id, version).await?;
    let over = (
        wanted.per_payment.get() > mandate.per_payment_limit_won,
        wanted.daily.get() > mandate.daily_limit_won,
    );
    if let (per_payment, daily) = over
        && (per_payment || daily)
    {
        return Err(MandateError::OverConsent { per_payment, daily });
    }
    let own = |wanted: Won, consented_won: i64| Some(wanted.get()).filter(|won| *won < consented_won);
    let per_payment = own(wanted.per_payment, mandate.per_payment_limit_won);
    let daily = own(wanted.daily, mandate.daily_limit_won);
    let changes = [
        (mandates::Column::OwnPerPaymentLimitWon, Expr::value(per_payment)),
        (mandates::Column::OwnDailyLimitWon, Expr::value(daily)),
    ];
    change(tx, &mandate, changes).await
}

/// Ends the member's mandate.
///
/// # Errors
/// [`MandateError`].
pub async fn revoke(services: &Services, member: UserId, id: MandateId, version: i64) -> Result<(), MandateError> {
    let now = services.clock.now();
    services
        .db
        .write(move |tx| {
            Box::pin(async move {
                looked_at(tx, member, id, version).await?;
                revoke_within(tx, Of::Mandate(id), now).await?;
                Ok(())
            })
        })
        .await
}

/// The mandate as the member looked at it, its row locked.
async fn looked_at(
    tx: &DatabaseTransaction,
    member: UserId,
    id: MandateId,
    version: i64,
) -> Result<mandates::Model, MandateError> {
    let found = mandates::Entity::find_by_id(id)
        .filter(mandates::Column::MemberId.eq(member))
        .filter(mandates::Column::Status.ne(MandateStatus::Pending))
        .lock_exclusive()
        .one(tx)
        .await?;
    let mandate = found.ok_or(MandateError::NotFound)?;
    if mandate.status == MandateStatus::Revoked {
        Err(MandateError::Ended)
    } else if mandate.version == version {
        Ok(mandate)
    } else {
        Err(MandateError::Changed)
    }
}

/// Compare-and-set on the version, which goes on by one.
pub(super) async fn change(
    tx: &DatabaseTransaction,
    known: &mandates::Model,
    changes: [(mandates::Column, Expr); 2],
) -> Result<(), MandateError> {
    let mut update = mandates::Entity::update_many()
        .col_expr(mandates::Column::Version, Expr::value(known.version + 1))
        .filter(mandates::Column::Id.eq(known.id))
        .filter(mandates::Column::Version.eq(known.version));
    for (column, value) in changes {
        update = update.col_expr(column, value);
    }
    if update.exec(tx).await?.rows_affected == 1 {
        Ok(())
    } else {
        Err(MandateError::Changed)
    }
}

/// What a Korean day (`20261126`) has used of each of these mandates, by id. One that is not in it was not charged.
///
/// # Errors
/// The database's.
pub async fn used_on(
    db: &impl ConnectionTrait,
    mandates: impl IntoIterator<Item = MandateId> + Send,
    day: &str,
) -> Result<Vec<(MandateId, Won)>, DbErr> {
    let of_these = Condition::all()
        .add(daily_usage::Column::OwnerId.is_in(mandates.into_iter().map(|id| id.0)))
        .add(daily_usage::Column::Day.eq(day))
        .add(daily_usage::Column::Scope.eq(LimitScope::Mandate));
    let rows = daily_usage::Entity::find().filter(of_these).all(db).await?;
    Ok(rows
        .into_iter()
        .map(|row| (MandateId(row.owner_id), Won::new(row.used_won)))
        .collect())
}
