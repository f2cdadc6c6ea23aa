//! Letting an account go: not while money of it is under way, and together with its mandates.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, SimpleExpr};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, ExprTrait, QueryFilter, QuerySelect,
};

use super::AccountRow;
use super::manage::owned;
use crate::ids::{AccountId, UserId};
use crate::models::kinds::AccountState;
use crate::models::{bank_accounts, transfers};
use crate::partners::mandates::{Of, revoke_within};
use crate::services::Services;
use crate::transfers::find;

#[derive(Debug, thiserror::Error)]
pub enum UnlinkError {
    #[error("the member has no such account")]
    NotFound,
    /// The bank is being asked about it at this moment.
    #[error("the link is in hand")]
    LinkInHand,
    /// Money of it is under way, or it is not known whether it moved.
    #[error("payments or refunds of the account are not settled")]
    Unsettled,
    #[error("the database did not answer")]
    Database(#[from] DbErr),
}

/// An account that was let go of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unlinked {
    /// Consents on it that ended with it.
    pub revoked_mandates: u64,
}

/// Lets the member's account go: its consents end, so nothing new is charged, and its number can be linked again. The row
/// stays, with its sealed numbers: a refund of an old payment finds its way.
///
/// Not while money of it is under way. A payment is accepted under a shared lock on its mandate, so those rows come first
/// here: once they are ours every payment that was accepted before is seen, and the next one finds its mandate ended. A
/// payment at a checkout, and the approval of a mandate, are accepted under a shared lock on the account itself.
///
/// # Errors
/// [`UnlinkError`]; nothing is written then.
pub async fn unlink(services: &Services, member: UserId, id: AccountId) -> Result<Unlinked, UnlinkError> {
    let now = services.clock.now();
    services
        .db
        .write(move |transaction| Box::pin(unlink_within(transaction, member, id, now)))
        .await
}

async fn unlink_within(
    transaction: &DatabaseTransaction,
    member: UserId,
    id: AccountId,
    now: DateTime<Utc>,
) -> Result<Unlinked, UnlinkError> {
    let account = AccountRow::find_owned_by(transaction, member, id)
        .await?
        .ok_or(UnlinkError::NotFound)?;
    if account.linking_until.is_some_and(|until| now < until) {
        return Err(UnlinkError::LinkInHand);
    }
    let before = revoke_within(transaction, Of::Account(id), now).await?;
    // SQLite ignores the lock: it has one writer.
    let account = bank_accounts::Entity::find_by_id(id)
        .lock_exclusive()
        .one(transaction)
        .await?;
    account.ok_or(UnlinkError::NotFound)?;
    // One that was approved for it since those were looked for.
    let revoked_mandates = before + revoke_within(transaction, Of::Account(id), now).await?;
    if !unsettled(transaction, member, id, 1).await?.is_empty() {
        return Err(UnlinkError::Unsettled);
    }
    let unlinked = owned(member, id, now)
        .col_expr(bank_accounts::Column::UnlinkedAt, Expr::value(now))
        .col_expr(bank_accounts::Column::LiveNumberKey, Expr::value(None::<String>))
        .filter(not_in_hand(now))
        .exec(transaction)
        .await?;
    if unlinked.rows_affected == 0 {
        // Somebody went on with the link since it was read.
        return Err(UnlinkError::LinkInHand);
    }
    Ok(Unlinked { revoked_mandates })
}

/// Payments and refunds of the account whose money is under way or not known of, the newest first.
///
/// # Errors
/// The database's.
pub async fn unsettled(
    db: &impl ConnectionTrait,
    member: UserId,
    account: AccountId,
    limit: u64,
) -> Result<Vec<transfers::Model>, DbErr> {
    let of_account = find::unsettled_of(member).filter(transfers::Column::AccountId.eq(account));
    let mut rows = find::page(of_account, None, limit).all(db).await?;
    find::cut(&mut rows, limit, find::Place::of);
    Ok(rows)
}

/// Lets a pending account of the member's go whose number was wrong; nothing happens to one that is linked, gone, or in
/// somebody's hands.
///
/// # Errors
/// The database's.
pub(super) async fn let_go_of_pending(
    transaction: &DatabaseTransaction,
    member: UserId,
    id: AccountId,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    owned(member, id, now)
        .col_expr(bank_accounts::Column::UnlinkedAt, Expr::value(now))
        .col_expr(bank_accounts::Column::LiveNumberKey, Expr::value(None::<String>))
        .filter(bank_accounts::Column::State.eq(AccountState::Pending))
        .filter(not_in_hand(now))
        .exec(transaction)
        .await?;
    Ok(())
}

fn not_in_hand(now: DateTime<Utc>) -> SimpleExpr {
    let until = bank_accounts::Column::LinkingUntil;
    until.is_null().or(until.lte(now))
}
