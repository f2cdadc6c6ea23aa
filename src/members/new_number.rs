//! Another phone number in the place of a member's, once it has shown its code. Until then the old one stays.

use std::net::IpAddr;

use sea_orm::sea_query::Expr;
use sea_orm::{DbErr, EntityTrait, SqlErr};
use secrecy::SecretString;

use super::attempts::TooManyAttempts;
use super::password_change::{ProofError, is_password_of};
use super::phone::codes::{self, CodeError, SendError, Wish};
use super::phone::{PhoneNumber, Purpose};
use super::profile::{self, ProfileError};
use crate::ids::UserId;
use crate::models::{members, users};
use crate::notifications::sms::texts;
use crate::security::passwords::PasswordError;
use crate::security::sealed::SealError;
use crate::services::Services;
use crate::views::i18n::Language;

#[derive(Debug, thiserror::Error)]
pub enum NewNumberError {
    #[error("not the password")]
    WrongPassword,
    #[error(transparent)]
    TooManyAttempts(#[from] TooManyAttempts),
    #[error(transparent)]
    Send(#[from] SendError),
    #[error(transparent)]
    Code(#[from] CodeError),
    /// Told to who has shown the number's code.
    #[error("the number has another account")]
    PhoneTaken(users::Model),
    #[error("the password could not be checked")]
    Password(#[from] PasswordError),
    #[error("a value could not be sealed")]
    Seal(#[from] SealError),
    #[error("the member's row could not be read or written")]
    Profile(#[from] ProfileError),
    #[error("the database did not answer")]
    Database(#[from] DbErr),
}

impl From<ProofError> for NewNumberError {
    fn from(error: ProofError) -> Self {
        match error {
            ProofError::TooManyAttempts(limit) => limit.into(),
            ProofError::Password(error) => error.into(),
        }
    }
}

/// Sends a code to the number that a member wants to have, once they have typed their password: who only found an open
/// browser must not take the account over with a phone of theirs.
///
/// # Errors
/// [`NewNumberError`].
pub async fn ask(
    services: &Services,
    user: &users::Model,
    password: SecretString,
    phone: &PhoneNumber,
    peer: Option<IpAddr>,
    language: Language,
) -> Result<(), NewNumberError> {
    if !is_password_of(services, user, password).await? {
        return Err(NewNumberError::WrongPassword);
    }
    send_code(services, phone, peer, language).await?;
    Ok(())
}

/// Another code to the same number.
///
/// # Errors
/// [`SendError`].
pub async fn send_code(
    services: &Services,
    phone: &PhoneNumber,
    peer: Option<IpAddr>,
    language: Language,
) -> Result<(), SendError> {
    let wish = Wish {
        purpose: Purpose::NewNumber,
        phone,
        peer,
    };
    codes::send(services, wish, |code| texts::code(language, code)).await
}

/// Puts the number in the place of the old one, when its code is right, and tells the old one.
///
/// # Errors
/// [`NewNumberError`]; the old number stays.
pub async fn change(
    services: &Services,
    member: UserId,
    phone: &PhoneNumber,
    code: &str,
    language: Language,
) -> Result<(), NewNumberError> {
    codes::check(services, Purpose::NewNumber, phone, code).await?;
    let (_, old) = profile::find(services, member).await?;
    replace(services, member, phone).await?;
    if let Some(old) = old.filter(|old| old != phone) {
        // It is changed whether or not this arrives.
        services.sms.send(&old, &texts::number_changed(language)).await.ok();
    }
    Ok(())
}

async fn replace(services: &Services, member: UserId, phone: &PhoneNumber) -> Result<(), NewNumberError> {
    let index = phone.index(&services.sealer)?;
    let tail_index = phone.tail_index(&services.sealer)?;
    let sealed = phone.seal(&services.sealer, member)?;
    let change = members::Entity::update_many()
        .col_expr(members::Column::PhoneSealed, Expr::value(sealed))
        .col_expr(members::Column::PhoneIndex, Expr::value(index.clone()))
        .col_expr(members::Column::PhoneTailIndex, Expr::value(tail_index));
    match profile::write(services, member, change).await {
        Ok(()) => return Ok(()),
        Err(ProfileError::Database(error)) if is_taken(&error) => {}
        Err(other) => return Err(other.into()),
    }
    match members::Model::find_by_phone(services.db.read(), &index).await? {
        Some((_, other)) => Err(NewNumberError::PhoneTaken(other)),
        // It was given up at this very moment.
        None => Err(NewNumberError::Code(CodeError::Gone)),
    }
}

fn is_taken(error: &DbErr) -> bool {
    matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_)))
}
