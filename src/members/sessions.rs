//! Sessions: signing in, and who an access token belongs to. The row decides; the token only names it.

use std::net::IpAddr;

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{DatabaseTransaction, DbErr, EntityTrait, QuerySelect};
use secrecy::{ExposeSecret, SecretString};

use super::attempts::{TooManyAttempts, Trier};
use super::devices::Device;
use super::tokens::{Claims, TokenError};
use super::{MAX_EMAIL_CHARS, normalised_email};
use crate::ids::{SessionId, UserId};
use crate::models::kinds::{EndReason, Role};
use crate::models::{sessions, users};
use crate::security::passwords::{MAX_PASSWORD_CHARS, PasswordError};
use crate::security::sealed::SealError;
use crate::services::Services;

/// Rows of sessions that were over so long ago are deleted when their user signs in.
const KEPT_DAYS: i64 = 90;

/// Who signs in, beside their email and password.
#[derive(Clone, Debug, Default)]
pub struct Caller {
    /// The address, for limits alone: it is not kept with the session.
    pub peer: Option<IpAddr>,
    pub device: Device,
    /// The mark that the browser brought, if any.
    pub mark: Option<String>,
}

/// The two tokens of a session, as its holder keeps them.
#[derive(Clone, Debug)]
pub struct SessionTokens {
    pub access: SecretString,
    pub access_expires_at: DateTime<Utc>,
    pub refresh: SecretString,
    pub refresh_expires_at: DateTime<Utc>,
}

/// A session that was just begun.
#[derive(Clone, Debug)]
pub struct NewSession {
    pub id: SessionId,
    pub user: users::Model,
    pub tokens: SessionTokens,
}

/// Somebody whose session is alive.
#[derive(Clone, Debug)]
pub struct SignedIn {
    pub user: users::Model,
    pub session: sessions::Model,
}

/// A fault of ours while tokens are made.
#[derive(Debug, thiserror::Error)]
pub enum MakeError {
    #[error("the access token could not be signed")]
    Token(#[from] TokenError),
    #[error("the refresh token could not be made")]
    Refresh(#[from] SealError),
}

#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// One answer for an unknown email and a wrong password.
    #[error("the email and the password do not belong together")]
    WrongCredentials,
    #[error(transparent)]
    TooManyAttempts(#[from] TooManyAttempts),
    #[error("the password could not be checked")]
    Password(#[from] PasswordError),
    #[error("the session's tokens could not be made")]
    Tokens(#[from] MakeError),
    #[error("the database did not answer")]
    Database(#[from] DbErr),
}

/// Why an access token opens nothing.
#[derive(Debug, thiserror::Error)]
pub enum NotSignedIn {
    #[error("there is no token, or it is not ours")]
    NoToken,
    #[error("the token is past its time")]
    Expired,
    /// `None`: its time was over.
    #[error("the session has ended")]
    Ended(Option<EndReason>),
    #[error("the database did not answer")]
    Database(#[from] DbErr),
}

/// Checks email and password and begins a new session, never an old one: a session fixed on somebody before is not theirs
/// after.
///
/// # Errors
/// [`SignInError`]; a wrong email and a wrong password look and take the same.
pub async fn sign_in(
    services: &Services,
    email: &str,
    password: SecretString,
    caller: Caller,
) -> Result<NewSession, SignInError> {
    let email = normalised_email(email);
    if email.chars().count() > MAX_EMAIL_CHARS {
        // Nobody's, and not to be remembered as an attempt either.
        return Err(SignInError::WrongCredentials);
    }
    let sign_ins = &services.sign_ins;
    let known_device = caller
        .mark
        .as_deref()
        .and_then(|mark| sign_ins.marks.known(mark, &email));
    let trier = known_device.map_or(Trier::Stranger(&email), Trier::KnownDevice);
    let now = services.clock.now();
    sign_ins.attempts.begin_sign_in(trier, caller.peer, now).await?;
    if password.expose_secret().chars().count() > MAX_PASSWORD_CHARS {
        return Err(SignInError::WrongCredentials);
    }
    let user = users::Model::find_by_email(services.db.read(), &email).await?;
    let hash = user.as_ref().map(|user| user.password_hash.clone());
    let matches = sign_ins.passwords.verify(password, hash).await?;
    match user {
        Some(user) if matches => {
            sign_ins.attempts.signed_in(trier, caller.peer).await;
            begin(services, user, caller.device).await
        }
        _ => Err(SignInError::WrongCredentials),
    }
}

/// Begins a session for somebody who has shown who they are.
///
/// # Errors
/// When the password was changed or the membership ended since `user` was read: all sessions ended then, and one that was
/// asked for with the old password must not come after. When the row cannot be written or the tokens not be made.
pub async fn begin(services: &Services, user: users::Model, device: Device) -> Result<NewSession, SignInError> {
    let shown = user.password_hash.clone();
    let (row, session) = new(services, user, device)?;
    services
        .db
        .write(|transaction| Box::pin(begin_within(transaction, row, shown)))
        .await?;
    Ok(session)
}

async fn begin_within(
    transaction: &DatabaseTransaction,
    row: sessions::Model,
    shown_hash: String,
) -> Result<(), SignInError> {
    if !is_as_read(transaction, row.user_id, &shown_hash).await? {
        return Err(SignInError::WrongCredentials);
    }
    insert(transaction, row).await?;
    Ok(())
}

/// Whether the user is there and their password is still the one that was shown. Whoever changes a password has the user's
/// row first, so one of the two waits for the other. `SQLite` ignores the lock: it has one writer.
async fn is_as_read(transaction: &DatabaseTransaction, user: UserId, shown_hash: &str) -> Result<bool, DbErr> {
    let found = users::Entity::find_by_id(user).lock_shared().one(transaction).await?;
    Ok(found.is_some_and(|user| user.password_hash == shown_hash && user.withdrawn_at.is_none()))
}

/// A new session's row and tokens, for who writes it together with something else.
///
/// # Errors
/// When the tokens cannot be made.
pub fn new(
    services: &Services,
    user: users::Model,
    device: Device,
) -> Result<(sessions::Model, NewSession), MakeError> {
    let (now, id) = (services.clock.now(), SessionId::new());
    let refresh_tokens = &services.sign_ins.refresh_tokens;
    let refresh = refresh_tokens.first(id)?;
    let ends_at = now + services.settings.session_times(user.role).at_most;
    let row = sessions::Model {
        id,
        user_id: user.id,
        device: device.into_text(),
        refresh_hash: refresh_tokens.hash(&refresh)?,
        previous_hash: None,
        rotated_at: None,
        created_at: now,
        last_seen_at: now,
        expires_at: idle_end(services, user.role, now, ends_at),
        ends_at,
        factor_shown_at: None,
        ended_at: None,
        ended_reason: None,
    };
    let tokens = tokens(services, &user, &row, refresh.to_text().into())?;
    Ok((row, NewSession { id, user, tokens }))
}

/// Writes a new session, and deletes what its user left behind long ago.
///
/// # Errors
/// The database's.
pub async fn insert(transaction: &DatabaseTransaction, row: sessions::Model) -> Result<(), DbErr> {
    let before = row.created_at - TimeDelta::days(KEPT_DAYS);
    sessions::Model::sweep_of(transaction, row.user_id, before).await?;
    sessions::Entity::insert(sessions::ActiveModel::from(row))
        .exec_without_returning(transaction)
        .await?;
    Ok(())
}

/// Ends a session and writes another of the same user in its place, in the transaction of what they have shown meanwhile.
/// False, and then the transaction is to be undone: the old one ended before, the password was changed or the membership
/// ended. The user's row is had first, in the order of all who change more of theirs.
///
/// # Errors
/// The database's.
pub async fn replace(
    transaction: &DatabaseTransaction,
    old: SessionId,
    row: sessions::Model,
    shown_hash: &str,
) -> Result<bool, DbErr> {
    let (user, now) = (row.user_id, row.created_at);
    if !is_as_read(transaction, user, shown_hash).await? {
        return Ok(false);
    }
    if !sessions::Model::end_owned_by(transaction, user, old, EndReason::Replaced, now).await? {
        return Ok(false);
    }
    insert(transaction, row).await?;
    Ok(true)
}

/// When a session that is used now ends unless it is used again.
pub(super) fn idle_end(services: &Services, role: Role, now: DateTime<Utc>, ends_at: DateTime<Utc>) -> DateTime<Utc> {
    ends_at.min(now + services.settings.session_times(role).idle)
}

/// A new access token beside a refresh token.
pub(super) fn tokens(
    services: &Services,
    user: &users::Model,
    session: &sessions::Model,
    refresh: SecretString,
) -> Result<SessionTokens, MakeError> {
    let now = services.clock.now();
    let access_ends = now + services.settings.session_times(user.role).access;
    let access_expires_at = access_ends.min(session.expires_at);
    let access = services.sign_ins.tokens.sign(&Claims {
        sub: user.id.0,
        sid: session.id.0,
        role: user.role,
        iat: now.timestamp(),
        exp: access_expires_at.timestamp(),
    })?;
    Ok(SessionTokens {
        access: access.into(),
        access_expires_at,
        refresh,
        refresh_expires_at: session.expires_at,
    })
}

/// Who the access token belongs to: one look at its session's row, with the user.
///
/// # Errors
/// [`NotSignedIn`].
pub async fn recognise(services: &Services, token: &str) -> Result<SignedIn, NotSignedIn> {
    let now = services.clock.now();
    let claims = services.sign_ins.tokens.read(token, now).map_err(|error| match error {
        TokenError::Expired => NotSignedIn::Expired,
        TokenError::NotOurs | TokenError::NotSigned => NotSignedIn::NoToken,
    })?;
    let found = sessions::Model::find_with_user(services.db.read(), claims.session()).await?;
    match found {
        Some((session, user)) if user.id == claims.user() => alive(session, user, now).map_err(NotSignedIn::Ended),
        _ => Err(NotSignedIn::Ended(None)),
    }
}

/// The session, when it opens something; else why not.
pub(super) fn alive(
    session: sessions::Model,
    user: users::Model,
    now: DateTime<Utc>,
) -> Result<SignedIn, Option<EndReason>> {
    if user.withdrawn_at.is_some() {
        // Begun while its user withdrew, or was let out of the desk.
        let is_staff = user.role.is_staff();
        return Err(Some(if is_staff {
            EndReason::LetOut
        } else {
            EndReason::Withdrawn
        }));
    }
    if session.is_alive(now) {
        Ok(SignedIn { user, session })
    } else {
        Err(session.ended_reason)
    }
}
