//! Sessions: signing in and out, and who a token belongs to. The row decides; the token only names it.

use std::net::IpAddr;

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{DbErr, EntityTrait};
use secrecy::{ExposeSecret, SecretString};

use super::attempts::TooManyAttempts;
use super::tokens::{Claims, TokenError};
use super::{MAX_EMAIL_CHARS, normalised_email};
use crate::ids::SessionId;
use crate::models::{sessions, users};
use crate::security::passwords::{MAX_PASSWORD_CHARS, PasswordError};
use crate::services::Services;

/// A session that was just begun.
#[derive(Clone, Debug)]
pub struct NewSession {
    pub id: SessionId,
    pub user: users::Model,
    pub token: String,
    pub expires_at: DateTime<Utc>,
}

/// Somebody whose session is alive.
#[derive(Clone, Debug)]
pub struct SignedIn {
    pub user: users::Model,
    pub session: sessions::Model,
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
    #[error("the session token could not be made")]
    Token(#[from] TokenError),
    #[error("the database did not answer")]
    Database(#[from] DbErr),
}

/// Why a token opens nothing.
#[derive(Debug, thiserror::Error)]
pub enum NotSignedIn {
    #[error("there is no token, or it is not ours")]
    NoToken,
    #[error("the session has ended")]
    Ended,
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
    peer: Option<IpAddr>,
) -> Result<NewSession, SignInError> {
    let email = normalised_email(email);
    if email.chars().count() > MAX_EMAIL_CHARS {
        // Nobody's, and not to be remembered as an attempt either.
        return Err(SignInError::WrongCredentials);
    }
    let sign_ins = &services.sign_ins;
    sign_ins
        .attempts
        .begin_sign_in(&email, peer, services.clock.now())
        .await?;
    if password.expose_secret().chars().count() > MAX_PASSWORD_CHARS {
        return Err(SignInError::WrongCredentials);
    }
    let user = users::Model::find_by_email(services.db.read(), &email).await?;
    let hash = user.as_ref().map(|user| user.password_hash.clone());
    let matches = sign_ins.passwords.verify(password, hash).await?;
    match user {
        Some(user) if matches => {
            sign_ins.attempts.signed_in(&email, peer).await;
            begin(services, user).await
        }
        _ => Err(SignInError::WrongCredentials),
    }
}

/// Begins a session for somebody who has shown who they are.
///
/// # Errors
/// When the row cannot be written or the token not be signed.
pub async fn begin(services: &Services, user: users::Model) -> Result<NewSession, SignInError> {
    let now = services.clock.now();
    let expires_at = now + TimeDelta::seconds(services.settings.security.session_secs);
    let id = SessionId::new();
    let session = sessions::Model {
        id,
        user_id: user.id,
        created_at: now,
        expires_at,
        ended_at: None,
    };
    let token = services.sign_ins.tokens.sign(&Claims {
        sub: user.id.0,
        sid: session.id.0,
        role: user.role,
        iat: now.timestamp(),
        exp: expires_at.timestamp(),
    })?;
    let row = sessions::ActiveModel::from(session);
    services
        .db
        .write(|transaction| {
            Box::pin(async move {
                sessions::Entity::insert(row)
                    .exec_without_returning(transaction)
                    .await?;
                Ok::<_, DbErr>(())
            })
        })
        .await?;
    Ok(NewSession {
        id,
        user,
        token,
        expires_at,
    })
}

/// Who the token belongs to: one look at its session's row, with the user.
///
/// # Errors
/// [`NotSignedIn`].
pub async fn recognise(services: &Services, token: &str) -> Result<SignedIn, NotSignedIn> {
    let now = services.clock.now();
    let claims = services.sign_ins.tokens.read(token, now).map_err(|error| match error {
        TokenError::Expired => NotSignedIn::Ended,
        TokenError::NotOurs | TokenError::NotSigned => NotSignedIn::NoToken,
    })?;
    let found = sessions::Model::find_with_user(services.db.read(), claims.session()).await?;
    match found {
        Some((session, user)) if session.is_alive(now) && user.id == claims.user() => Ok(SignedIn { user, session }),
        _ => Err(NotSignedIn::Ended),
    }
}

/// Ends the session: from the commit on its token opens nothing, wherever it is kept.
///
/// # Errors
/// The database's.
pub async fn sign_out(services: &Services, session: SessionId) -> Result<(), DbErr> {
    let now = services.clock.now();
    services
        .db
        .write(move |transaction| Box::pin(async move { sessions::Model::end(transaction, session, now).await }))
        .await
}
