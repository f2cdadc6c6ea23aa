//! An account's name, and letting it go.

use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, ExprTrait, QueryFilter, sea_query::Expr};

use super::AccountRow;
use super::request::read_nickname;
use crate::ids::{AccountId, UserId};
use crate::models::bank_accounts;
use crate::partners::mandates::{Of, revoke_within};
use crate::services::Services;

#[derive(Debug, thiserror::Error)]
pub enum RenameError {
    #[error("the nickname is too long")]
    TooLong,
    #[error("the member has no such account")]
    NotFound,
    #[error("the database did not answer")]
    Database(#[from] DbErr),
}

#[derive(Debug, thiserror::Error)]
pub enum UnlinkError {
    #[error("the member has no such account")]
    NotFound,
    /// The bank is being asked about it at this moment.
    #[error("the link is in hand")]
    LinkInHand,
    #[error("the database did not answer")]
    Database(#[from] DbErr),
}

/// An account that was let go of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unlinked {
    /// Consents on it that ended with it.
    pub revoked_mandates: u64,
}

/// Gives the member's account another name; an empty one is the bank's.
///
/// # Errors
/// [`RenameError`].
pub async fn rename(services: &Services, member: UserId, id: AccountId, typed: &str) -> Result<(), RenameError> {
    let nickname = read_nickname(typed).ok_or(RenameError::TooLong)?;
    let now = services.clock.now();
    let renamed = services
        .db
        .write(move |transaction| {
            Box::pin(async move {
                owned(member, id, now)
                    .col_expr(bank_accounts::Column::Nickname, Expr::value(nickname))
                    .exec(transaction)
                    .await
            })
        })
        .await?;
    if renamed.rows_affected == 0 {
        return Err(RenameError::NotFound);
    }
    Ok(())
}

/// Lets the member's account go at any time: its consents end, so nothing new is charged, and its number can be linked
/// again. The row stays, with its sealed numbers: what was accepted before goes on to its end, and refunds find their way.
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
    let revoked_mandates = revoke_within(transaction, Of::Account(id), now).await?;
    owned(member, id, now)
        .col_expr(bank_accounts::Column::UnlinkedAt, Expr::value(now))
        .col_expr(bank_accounts::Column::LiveNumberKey, Expr::value(None::<String>))
        .exec(transaction)
        .await?;
    Ok(Unlinked { revoked_mandates })
}

/// An update of the member's own account.
fn owned(member: UserId, id: AccountId, now: DateTime<Utc>) -> sea_orm::UpdateMany<bank_accounts::Entity> {
    bank_accounts::Entity::update_many()
        .col_expr(
            bank_accounts::Column::Version,
            Expr::col(bank_accounts::Column::Version).add(1),
        )
        .col_expr(bank_accounts::Column::UpdatedAt, Expr::value(now))
        .filter(bank_accounts::Column::Id.eq(id))
        .filter(bank_accounts::Column::MemberId.eq(member))
        .filter(bank_accounts::Column::UnlinkedAt.is_null())
}
