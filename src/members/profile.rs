//! What a member sees of themselves, and the nickname that they choose.

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, UpdateMany};

use super::phone::PhoneNumber;
use crate::ids::UserId;
use crate::models::{members, users};
use crate::security::sealed::SealError;
use crate::services::Services;

#[derive(Debug, thiserror::Error)]
pub enum ProfileError {
    #[error("there is no such member, or no more")]
    NoSuchMember,
    #[error("the number could not be opened")]
    Seal(#[from] SealError),
    #[error("the database did not answer")]
    Database(#[from] DbErr),
}

/// The member with the number that is kept of them.
///
/// # Errors
/// When the row is missing or was altered, or the database does not answer.
pub async fn find(services: &Services, member: UserId) -> Result<(members::Model, Option<PhoneNumber>), ProfileError> {
    let found = members::Entity::find_by_id(member).one(services.db.read()).await?;
    let found = found.ok_or(ProfileError::NoSuchMember)?;
    let phone = match &found.phone_sealed {
        Some(sealed) => Some(PhoneNumber::open(&services.sealer, member, sealed)?),
        None => None,
    };
    Ok((found, phone))
}

/// Keeps the nickname, or none.
///
/// # Errors
/// [`ProfileError`].
pub async fn rename(services: &Services, member: UserId, nickname: Option<String>) -> Result<(), ProfileError> {
    let change = members::Entity::update_many().col_expr(members::Column::Nickname, Expr::value(nickname));
    write(services, member, change).await
}

/// Changes the member's own row, unless they have withdrawn meanwhile: the row is held first, so that a withdrawal is
/// either seen here or waits, and forgets what was written.
pub(super) async fn write(
    services: &Services,
    member: UserId,
    change: UpdateMany<members::Entity>,
) -> Result<(), ProfileError> {
    let work = services.db.write(move |transaction| {
        Box::pin(async move {
            change.filter(members::Column::Id.eq(member)).exec(transaction).await?;
            let user = users::Entity::find_by_id(member).one(transaction).await?;
            match user {
                Some(user) if user.withdrawn_at.is_none() => Ok(()),
                _ => Err(ProfileError::NoSuchMember),
            }
        })
    });
    work.await
}
