//! A forgotten password: who shows the code of the account's phone chooses a new one.
//!
//! No answer before the right code tells whether a number has an account, and none takes longer for it: a number that is
//! nobody's gets a message as well, which says so. What a code proves is bound to the hash that may be replaced, so it is
//! good for one change, and for none once the password was changed in another way. The new hash and the end of all sessions
//! are one transaction.

use std::net::IpAddr;

use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, sea_query::Expr};
use secrecy::SecretString;

use super::attempts::Trier;
use super::phone::codes::{self, CodeError, SendError, Wish};
use super::phone::tickets::Proven;
use super::phone::{PhoneNumber, Purpose};
use super::sign_up::{PasswordFault, password_fault};
use crate::models::kinds::EndReason;
use crate::models::{members, sessions, users};
use crate::notifications::sms::texts;
use crate::security::passwords::PasswordError;
use crate::security::sealed::SealError;
use crate::services::Services;
use crate::views::i18n::Language;

#[derive(Debug, thiserror::Error)]
pub enum ForgottenError {
    #[error(transparent)]
    Send(#[from] SendError),
    #[error(transparent)]
    Code(#[from] CodeError),
    #[error("the password was refused")]
    Refused(PasswordFault),
    /// Used, or the password was changed in another way since.
    #[error("what was proven is worth nothing any more")]
    Stale,
    #[error("the password could not be hashed")]
    Password(#[from] PasswordError),
    #[error("a blind index could not be computed")]
    Index(#[from] SealError),
    #[error("the database did not answer")]
    Database(#[from] DbErr),
}

/// Sends a code to a number that has an account, and word that it has none to another.
///
/// # Errors
/// [`ForgottenError`].
pub async fn ask(
    services: &Services,
    phone: &PhoneNumber,
    peer: Option<IpAddr>,
    language: Language,
) -> Result<(), ForgottenError> {
    let wish = Wish {
        purpose: Purpose::NewPassword,
        phone,
        peer,
    };
    // First: who asks too often must not learn of a number by how long the refusal takes.
    let allowed = codes::allow(services, wish).await?;
    let has_account = owner_of(services, phone).await?.is_some();
    let message = |code: &str| {
        if has_account {
            texts::code(language, code)
        } else {
            texts::no_account(language)
        }
    };
    Ok(codes::send_allowed(services, allowed, message).await?)
}

/// What the right code of a number proves.
///
/// # Errors
/// [`ForgottenError`].
pub async fn prove(services: &Services, phone: PhoneNumber, code: &str) -> Result<Proven, ForgottenError> {
    codes::check(services, Purpose::NewPassword, &phone, code).await?;
    // Its code was sent to nobody.
    let owner = owner_of(services, &phone).await?.ok_or(CodeError::Gone)?;
    Ok(Proven {
        phone,
        at: services.clock.now(),
        replaces: index_of(services, &owner)?,
    })
}

/// Whose password may be replaced.
///
/// # Errors
/// `Stale` when it was replaced already.
pub async fn find(services: &Services, proven: &Proven) -> Result<users::Model, ForgottenError> {
    let owner = owner_of(services, &proven.phone).await?;
    let owner = owner.ok_or(ForgottenError::Stale)?;
    if index_of(services, &owner)? == proven.replaces {
        Ok(owner)
    } else {
        Err(ForgottenError::Stale)
    }
}

/// Replaces the password, and ends every session of its owner.
///
/// # Errors
/// [`ForgottenError`]; nothing is changed then.
pub async fn set_password(services: &Services, proven: &Proven, password: SecretString) -> Result<(), ForgottenError> {
    if let Some(fault) = password_fault(&password) {
        return Err(ForgottenError::Refused(fault));
    }
    let owner = find(services, proven).await?;
    let hash = services.sign_ins.passwords.hash(password).await?;
    let (id, replaced, now) = (owner.id, owner.password_hash, services.clock.now());
    let work = services.db.write(move |transaction| {
        Box::pin(async move {
            let changed = users::Entity::update_many()
                .col_expr(users::Column::PasswordHash, Expr::value(hash))
                .filter(users::Column::Id.eq(id))
                .filter(users::Column::PasswordHash.eq(replaced))
                .filter(users::Column::WithdrawnAt.is_null())
                .exec(transaction)
                .await?;
            if changed.rows_affected == 0 {
                return Err(ForgottenError::Stale);
            }
            sessions::Model::end_all_of(transaction, id, EndReason::PasswordChanged, now).await?;
            Ok(())
        })
    });
    work.await?;
    // Who guessed before must not keep the owner out now.
    services
        .sign_ins
        .attempts
        .was_right(Trier::Stranger(&owner.email))
        .await;
    Ok(())
}

async fn owner_of(services: &Services, phone: &PhoneNumber) -> Result<Option<users::Model>, ForgottenError> {
    let index = phone.index(&services.sealer)?;
    let found = members::Model::find_by_phone(services.db.read(), &index).await?;
    Ok(found.map(|(_, user)| user))
}

fn index_of(services: &Services, user: &users::Model) -> Result<String, SealError> {
    services.sealer.blind_index("users.password_hash", &user.password_hash)
}
