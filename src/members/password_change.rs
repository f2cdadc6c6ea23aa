//! A new password from within a session, against the present one. All other sessions end with it, and this one goes on as
//! a new one: whoever had copied its tokens is out as well.
//!
//! If the process dies before the commit, the old password and all sessions stand. After it, the new password does and the
//! old sessions have ended; a browser that never got its answer signs in with the new one.

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter};
use secrecy::{ExposeSecret, SecretString};

use super::attempts::{TooManyAttempts, Trier};
use super::devices::Device;
use super::sessions::{self, MakeError, NewSession, SignedIn};
use super::sign_up::{PasswordFault, password_fault};
use crate::ids::SessionId;
use crate::models::kinds::EndReason;
use crate::models::{sessions as session_rows, users};
use crate::security::passwords::{MAX_PASSWORD_CHARS, PasswordError};
use crate::services::Services;

#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    #[error("the new password was refused")]
    Refused(PasswordFault),
    /// Also when it was right and another request has changed it meanwhile.
    #[error("it is not the present password")]
    WrongPassword,
    #[error(transparent)]
    TooManyAttempts(#[from] TooManyAttempts),
    #[error("a password could not be hashed")]
    Password(#[from] PasswordError),
    #[error("the session's tokens could not be made")]
    Tokens(#[from] MakeError),
    #[error("the database did not answer")]
    Database(#[from] DbErr),
}

/// Why a present password could not be checked.
#[derive(Debug, thiserror::Error)]
pub enum ProofError {
    #[error(transparent)]
    TooManyAttempts(#[from] TooManyAttempts),
    #[error("the password could not be checked")]
    Password(#[from] PasswordError),
}

impl From<ProofError> for ChangeError {
    fn from(error: ProofError) -> Self {
        match error {
            ProofError::TooManyAttempts(limit) => limit.into(),
            ProofError::Password(error) => error.into(),
        }
    }
}

/// Changes the password, ends every session, and begins one for who changed it. A second factor that was shown in theirs
/// counts on.
///
/// # Errors
/// [`ChangeError`]; nothing is changed then.
pub async fn change(
    services: &Services,
    who: &SignedIn,
    present: SecretString,
    new: SecretString,
    device: Device,
) -> Result<NewSession, ChangeError> {
    if let Some(fault) = password_fault(&new) {
        return Err(ChangeError::Refused(fault));
    }
    let user = &who.user;
    if !is_password_of(services, user, present).await? {
        return Err(ChangeError::WrongPassword);
    }
    let hash = services.sign_ins.passwords.hash(new).await?;
    let (mut row, session) = sessions::new(services, user.clone(), device)?;
    row.factor_shown_at = who.session.factor_shown_at;
    let (from, replaced) = (who.session.id, user.password_hash.clone());
    services
        .db
        .write(move |tx| Box::pin(write(tx, from, replaced, hash, row)))
        .await?;
    Ok(session)
}

/// Whether somebody who is signed in has shown their password: counted, and each wrong one waits longer.
///
/// # Errors
/// When it comes too early, or cannot be checked.
pub async fn is_password_of(
    services: &Services,
    user: &users::Model,
    password: SecretString,
) -> Result<bool, ProofError> {
    let (sign_ins, trier) = (&services.sign_ins, Trier::SignedIn(user.id));
    sign_ins.attempts.begin(trier, services.clock.now()).await?;
    if password.expose_secret().chars().count() > MAX_PASSWORD_CHARS {
        return Ok(false);
    }
    let hash = Some(user.password_hash.clone());
    let is_right = sign_ins.passwords.verify(password, hash).await?;
    if is_right {
        sign_ins.attempts.was_right(trier).await;
    }
    Ok(is_right)
}

/// The user's row before their sessions, in the order of all who change both.
async fn write(
    tx: &DatabaseTransaction,
    from: SessionId,
    replaced: String,
    hash: String,
    mut session: session_rows::Model,
) -> Result<(), ChangeError> {
    let user = session.user_id;
    let changed = users::Entity::update_many()
        .col_expr(users::Column::PasswordHash, Expr::value(hash))
        .filter(users::Column::Id.eq(user))
        .filter(users::Column::PasswordHash.eq(replaced))
        .filter(users::Column::WithdrawnAt.is_null())
        .exec(tx)
        .await?;
    if changed.rows_affected == 0 {
        return Err(ChangeError::WrongPassword);
    }
    let now = session.created_at;
    let why = EndReason::PasswordChanged;
    if !session_rows::Model::end_owned_by(tx, user, from, why, now).await? {
        // Somebody ended it meanwhile, perhaps with the second factor that it had shown.
        session.factor_shown_at = None;
    }
    session_rows::Model::end_all_of(tx, user, why, now).await?;
    sessions::insert(tx, session).await?;
    Ok(())
}
