//! What a member changes of themselves: the nickname, and the phone number once the new one has shown its code.

use std::net::IpAddr;

use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, SqlErr, sea_query::Expr};
use secrecy::SecretString;

use super::attempts::TooManyAttempts;
use super::password_change::{ProofError, is_password_of};
use super::phone::codes::{self, CodeError, SendError, Wish};
use super::phone::{PhoneNumber, Purpose};
use crate::ids::UserId;
use crate::models::{members, users};
use crate::notifications::sms::texts;
use crate::security::passwords::PasswordError;
use crate::security::sealed::SealError;
use crate::services::Services;
use crate::views::i18n::Language;

pub const MIN_NICKNAME_CHARS: usize = 2;
pub const MAX_NICKNAME_CHARS: usize = 20;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NicknameFault {
    TooShort,
    TooLong,
    /// Letters that are not seen, or turn the line round.
    NotPrintable,
}

#[derive(Debug, thiserror::Error)]
pub enum ProfileError {
    #[error("there is no such member")]
    NoSuchMember,
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
    #[error("a value could not be sealed or opened")]
    Seal(#[from] SealError),
    #[error("the database did not answer")]
    Database(#[from] DbErr),
}

impl From<ProofError> for ProfileError {
    fn from(error: ProofError) -> Self {
        match error {
            ProofError::TooManyAttempts(limit) => limit.into(),
            ProofError::Password(error) => error.into(),
        }
    }
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

/// A nickname as it is kept; `None` for an empty one.
///
/// # Errors
/// [`NicknameFault`].
pub fn read_nickname(typed: &str) -> Result<Option<String>, NicknameFault> {
    let nickname = typed.trim();
    if nickname.chars().any(|letter| letter.is_control() || is_unseen(letter)) {
        return Err(NicknameFault::NotPrintable);
    }
    match nickname.chars().count() {
        0 => Ok(None),
        1..MIN_NICKNAME_CHARS => Err(NicknameFault::TooShort),
        MIN_NICKNAME_CHARS..=MAX_NICKNAME_CHARS => Ok(Some(nickname.to_owned())),
        _ => Err(NicknameFault::TooLong),
    }
}

/// Zero-width letters and those that change the direction of a line.
const fn is_unseen(letter: char) -> bool {
    matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// Keeps the nickname, or none.
///
/// # Errors
/// The database's.
pub async fn rename(services: &Services, member: UserId, nickname: Option<String>) -> Result<(), DbErr> {
    let work = services.db.write(move |transaction| {
        Box::pin(async move {
            members::Entity::update_many()
                .col_expr(members::Column::Nickname, Expr::value(nickname))
                .filter(members::Column::Id.eq(member))
                .exec(transaction)
                .await?;
            Ok::<_, DbErr>(())
        })
    });
    work.await
}

/// Sends a code to the number that a member wants to have, once they have typed their password: who only found an open
/// browser must not take the account over with a phone of theirs.
///
/// # Errors
/// [`ProfileError`].
pub async fn ask_for_number(
    services: &Services,
    user: &users::Model,
    password: SecretString,
    phone: &PhoneNumber,
    peer: Option<IpAddr>,
    language: Language,
) -> Result<(), ProfileError> {
    if !is_password_of(services, user, password).await? {
        return Err(ProfileError::WrongPassword);
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
/// [`ProfileError`]; the old number stays.
pub async fn change_number(
    services: &Services,
    member: UserId,
    phone: &PhoneNumber,
    code: &str,
    language: Language,
) -> Result<(), ProfileError> {
    codes::check(services, Purpose::NewNumber, phone, code).await?;
    let (_, old) = find(services, member).await?;
    replace_number(services, member, phone).await?;
    if let Some(old) = old.filter(|old| old != phone) {
        // It is changed whether or not this arrives.
        services.sms.send(&old, &texts::number_changed(language)).await.ok();
    }
    Ok(())
}

async fn replace_number(services: &Services, member: UserId, phone: &PhoneNumber) -> Result<(), ProfileError> {
    let index = phone.index(&services.sealer)?;
    let sealed = phone.seal(&services.sealer, member)?;
    let row_index = index.clone();
    let work = services.db.write(move |transaction| {
        Box::pin(async move {
            members::Entity::update_many()
                .col_expr(members::Column::PhoneSealed, Expr::value(sealed))
                .col_expr(members::Column::PhoneIndex, Expr::value(row_index))
                .filter(members::Column::Id.eq(member))
                .exec(transaction)
                .await?;
            Ok::<_, DbErr>(())
        })
    });
    let Err(error) = work.await else { return Ok(()) };
    if !matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))) {
        return Err(error.into());
    }
    match members::Model::find_by_phone(services.db.read(), &index).await? {
        Some((_, other)) => Err(ProfileError::PhoneTaken(other)),
        // It was given up at this very moment.
        None => Err(ProfileError::Code(CodeError::Gone)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nickname_has_two_to_twenty_letters_that_are_seen_or_is_left_out() {
        for (typed, read) in [
            ("", Ok(None)),
            ("   ", Ok(None)),
            (" 민지 ", Ok(Some("민지".to_owned()))),
            ("민", Err(NicknameFault::TooShort)),
            (&"가".repeat(20), Ok(Some("가".repeat(20)))),
            (&"가".repeat(21), Err(NicknameFault::TooLong)),
            ("민\u{202e}지", Err(NicknameFault::NotPrintable)),
            ("민\n지", Err(NicknameFault::NotPrintable)),
        ] {
            assert_eq!(read_nickname(typed), read, "{typed:?}");
        }
    }
}
