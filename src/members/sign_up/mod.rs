//! Signing up: what was typed is read into a new member, or each field's fault is told.
//!
//! The number's owner has shown its code before. That an account exists is told to them alone: of a number that has one
//! already, and of an email as often as [`EMAILS`] allows, since whoever asks has a phone that can be held to account.

mod form;
mod phone;

use std::time::Duration;

use chrono::NaiveDate;
use sea_orm::{DbErr, EntityTrait, SqlErr};

pub use form::{BirthDateFault, EmailFault, Faults, NameFault, PasswordFault, SignUpForm, password_fault};
pub use phone::{ask, prove};

use super::attempts::TooManyAttempts;
use super::phone::PhoneNumber;
use super::phone::codes::too_many;
use crate::bank::BirthDate;
use crate::cache::Allowance;
use crate::ids::UserId;
use crate::models::kinds::Role;
use crate::models::{members, users};
use crate::security::passwords::PasswordError;
use crate::security::sealed::{Place, SealError, Sealer};
use crate::services::Services;

/// Where a member's birth date is sealed for.
const BIRTH_DATE_COLUMN: &str = "members.birth_date";
/// Forms without a fault that one number may send: each may tell of one email that it is taken.
const EMAILS: Allowance = Allowance {
    count: 10,
    window: Duration::from_hours(1),
};

#[derive(Debug, thiserror::Error)]
pub enum SignUpError {
    #[error("a field was refused")]
    Refused(Faults),
    /// Said openly: the form cannot be useful without it, and the limit of attempts keeps it from being a directory.
    #[error("the email has a member already")]
    EmailTaken,
    #[error("the phone number has a member already")]
    PhoneTaken,
    #[error(transparent)]
    TooManyAttempts(#[from] TooManyAttempts),
    #[error("the password could not be hashed")]
    Password(#[from] PasswordError),
    #[error("a value could not be sealed")]
    Seal(#[from] SealError),
    #[error("the database did not answer")]
    Database(#[from] DbErr),
}

/// The account that a number has already. For who has shown its code.
///
/// # Errors
/// The database's, or the index cannot be computed.
pub async fn account_of(services: &Services, phone: &PhoneNumber) -> Result<Option<users::Model>, SignUpError> {
    let index = phone.index(&services.sealer)?;
    let found = members::Model::find_by_phone(services.db.read(), &index).await?;
    Ok(found.map(|(_, user)| user))
}

/// Makes a member of what was typed. The owner of `phone` has shown its code.
///
/// # Errors
/// [`SignUpError`]; nothing is written then.
pub async fn sign_up(services: &Services, form: SignUpForm, phone: &PhoneNumber) -> Result<users::Model, SignUpError> {
    let now = services.clock.now();
    let checked = form::check(&form, now).map_err(SignUpError::Refused)?;
    let phone_index = phone.index(&services.sealer)?;
    let attempts = format!("sign-up-emails:{phone_index}");
    services.cache.count(&attempts, EMAILS, now).await.map_err(too_many)?;
    // Before the costly hash; the unique index has the last word.
    if users::Model::find_by_email(services.db.read(), &checked.email)
        .await?
        .is_some()
    {
        return Err(SignUpError::EmailTaken);
    }
    let id = UserId::new();
    let user = users::Model {
        id,
        email: checked.email,
        password_hash: services.sign_ins.passwords.hash(form.password).await?,
        role: Role::Member,
        name: checked.name,
        created_at: now,
        withdrawn_at: None,
    };
    let member = members::Model {
        id,
        per_payment_limit_won: None,
        daily_limit_won: None,
        birth_date_sealed: seal_birth_date(&services.sealer, id, checked.birth_date)?,
        phone_sealed: Some(phone.seal(&services.sealer, id)?),
        phone_index: Some(phone_index),
        phone_tail_index: Some(phone.tail_index(&services.sealer)?),
        nickname: checked.nickname,
        created_at: now,
    };
    write(services, user.clone(), member).await?;
    Ok(user)
}

/// Both rows or none; the unique indexes have the last word.
async fn write(services: &Services, user: users::Model, member: members::Model) -> Result<(), SignUpError> {
    let (user_row, member_row) = (users::ActiveModel::from(user), members::ActiveModel::from(member));
    services
        .db
        .write(|transaction| {
            Box::pin(async move {
                users::Entity::insert(user_row)
                    .exec_without_returning(transaction)
                    .await
                    .map_err(|error| taken(error, SignUpError::EmailTaken))?;
                members::Entity::insert(member_row)
                    .exec_without_returning(transaction)
                    .await
                    .map_err(|error| taken(error, SignUpError::PhoneTaken))?;
                Ok::<_, SignUpError>(())
            })
        })
        .await
}

/// Seals a birth date for a member's row.
///
/// # Errors
/// When the cipher refuses.
pub fn seal_birth_date(sealer: &Sealer, member: UserId, birth_date: NaiveDate) -> Result<String, SealError> {
    sealer.seal(birth_date_place(member), &birth_date.format("%Y%m%d").to_string())
}

/// Seals that no birth date is known any more.
///
/// # Errors
/// When the cipher refuses.
pub fn seal_no_birth_date(sealer: &Sealer, member: UserId) -> Result<String, SealError> {
    sealer.seal(birth_date_place(member), "")
}

/// The birth date of a member, as the bank wants it.
///
/// # Errors
/// When the row was altered or sealed with another key.
pub fn open_birth_date(sealer: &Sealer, member: &members::Model) -> Result<BirthDate, SealError> {
    sealer
        .open(birth_date_place(member.id), &member.birth_date_sealed)
        .map(BirthDate::new)
}

const fn birth_date_place(member: UserId) -> Place {
    Place {
        column: BIRTH_DATE_COLUMN,
        row: member.0,
    }
}

fn taken(error: DbErr, what: SignUpError) -> SignUpError {
    match error.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(_)) => what,
        _ => SignUpError::Database(error),
    }
}
