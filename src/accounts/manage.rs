//! An account's name.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, DbErr, EntityTrait, ExprTrait, QueryFilter};

use super::request::read_nickname;
use crate::ids::{AccountId, UserId};
use crate::models::bank_accounts;
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

/// An update of the member's own account.
pub(super) fn owned(member: UserId, id: AccountId, now: DateTime<Utc>) -> sea_orm::UpdateMany<bank_accounts::Entity> {
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
