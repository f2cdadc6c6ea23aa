//! Renewal: a refresh token for a new access token and the next refresh token. A session's row is the family of its tokens.
//!
//! ```text
//!   0 s     sign in             token 1 is good
//!   600 s   1 is shown          rotated: 2 is good, 1 has its grace. The holder gets 2
//!   600+n   1 is shown again    within the grace (30 s): the holder gets the same 2, nothing is written
//!   631 s   1 is shown again    two have it: the session ends, and with it 2 and every access token
//! ```
//!
//! A rotation is one compare-and-set on the row: of many requests that show the token at once one rotates, the others find
//! that theirs is the one just before, and all answer with the same next token (it is computed from the one before). So cards
//! that load side by side, and an answer that was lost on the way and is asked for again within the grace, sign nobody out.
//! One that comes later cannot be told from a thief's, and is treated as such: its owner signs in again.
//!
//! **What a thief gains.** With a copy of the good token: the session, until the owner's browser shows the token that the thief
//! used up; then both are out. If the owner comes first, the copy is an old one and ends the session when it is shown after
//! the grace. A copy that is shown within the grace, so within half a minute of the owner's own visit, gives the thief the
//! same next token; from then on whichever of the two comes second, by more than the grace, ends it. So a thief stays in only
//! for as long as the owner does not come back, and is seen when they do. Signing out, a new password and "sign out
//! everywhere" end a session at once, for each request looks at its row.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::DbErr;

use super::sessions::{self, MakeError, SessionTokens, SignedIn};
use super::sign_out;
use crate::ids::SessionId;
use crate::models::kinds::{EndReason, Role};
use crate::models::sessions::{Model, Rotation};
use crate::security::sealed::SealError;
use crate::services::Services;

/// A look, and another one when somebody else rotated in between.
const LOOKS: u32 = 2;

/// A session that goes on, with its new tokens.
#[derive(Clone, Debug)]
pub struct Renewed {
    pub signed_in: SignedIn,
    pub tokens: SessionTokens,
}

#[derive(Debug, thiserror::Error)]
pub enum NotRenewed {
    #[error("the refresh token is not ours")]
    NotOurs,
    /// `None`: its time was over.
    #[error("the session has ended")]
    Ended(Option<EndReason>),
    /// Nothing was rotated.
    #[error("the session is of somebody who has no business here")]
    NotFor(Role),
    #[error("the new tokens could not be made")]
    Tokens(#[from] MakeError),
    #[error("the database did not answer")]
    Database(#[from] DbErr),
}

impl From<SealError> for NotRenewed {
    fn from(error: SealError) -> Self {
        Self::Tokens(error.into())
    }
}

/// Where a token stands in its session.
enum Standing {
    Good,
    JustBefore,
    Old,
}

/// Gives the next tokens to whoever shows the good refresh token, or, within its grace, the one just before it.
///
/// # Errors
/// [`NotRenewed`]. An older token ends its session.
pub async fn renew(services: &Services, refresh_token: &str) -> Result<Renewed, NotRenewed> {
    renew_for(services, refresh_token, |_| true).await
}

/// As [`renew`], for those roles alone.
///
/// # Errors
/// [`NotRenewed`]; `NotFor` another role, whose token stays as good as it was.
pub async fn renew_for(
    services: &Services,
    refresh_token: &str,
    may: impl Fn(Role) -> bool,
) -> Result<Renewed, NotRenewed> {
    let refresh_tokens = &services.sign_ins.refresh_tokens;
    let shown = refresh_tokens.read(refresh_token).ok_or(NotRenewed::NotOurs)?;
    let (shown_hash, next) = (refresh_tokens.hash(&shown)?, refresh_tokens.after(&shown)?);
    for _ in 0..LOOKS {
        let now = services.clock.now();
        let SignedIn { user, session } = living(services, shown.session, now).await?;
        if !may(user.role) {
            return Err(NotRenewed::NotFor(user.role));
        }
        let session = match standing(services, &session, &shown_hash, now) {
            Standing::JustBefore => session,
            Standing::Good => {
                let rotation = Rotation {
                    shown_hash: shown_hash.clone(),
                    next_hash: refresh_tokens.hash(&next)?,
                    now,
                    expires_at: sessions::idle_end(services, user.role, now, session.ends_at),
                };
                match rotate(services, session, rotation).await? {
                    Some(rotated) => rotated,
                    None => continue,
                }
            }
            Standing::Old => return Err(ended_for_all(services, &session).await?),
        };
        let tokens = sessions::tokens(services, &user, &session, next.to_text().into())?;
        let signed_in = SignedIn { user, session };
        return Ok(Renewed { signed_in, tokens });
    }
    Err(NotRenewed::Ended(None))
}

/// Who the refresh token belongs to, and nothing is rotated or moved on: for what a page asks by itself, which is no use of
/// the session.
///
/// # Errors
/// [`NotRenewed`]. An older token ends its session.
pub async fn recognise(services: &Services, refresh_token: &str) -> Result<SignedIn, NotRenewed> {
    let refresh_tokens = &services.sign_ins.refresh_tokens;
    let shown = refresh_tokens.read(refresh_token).ok_or(NotRenewed::NotOurs)?;
    let now = services.clock.now();
    let signed_in = living(services, shown.session, now).await?;
    match standing(services, &signed_in.session, &refresh_tokens.hash(&shown)?, now) {
        Standing::Good | Standing::JustBefore => Ok(signed_in),
        Standing::Old => Err(ended_for_all(services, &signed_in.session).await?),
    }
}

async fn living(services: &Services, session: SessionId, now: DateTime<Utc>) -> Result<SignedIn, NotRenewed> {
    let found = Model::find_with_user(services.db.read(), session).await?;
    let (session, user) = found.ok_or(NotRenewed::Ended(None))?;
    sessions::alive(session, user, now).map_err(NotRenewed::Ended)
}

/// Ends the session of a token that was rotated away: two have it.
async fn ended_for_all(services: &Services, session: &Model) -> Result<NotRenewed, DbErr> {
    sign_out::end(services, session.id, EndReason::Reused).await?;
    tracing::warn!(
        session = %session.id.0,
        "a refresh token that was rotated away came again; its session is ended for all who hold it"
    );
    Ok(NotRenewed::Ended(Some(EndReason::Reused)))
}

fn standing(services: &Services, session: &Model, shown_hash: &str, now: DateTime<Utc>) -> Standing {
    if session.refresh_hash == shown_hash {
        return Standing::Good;
    }
    let grace = TimeDelta::seconds(services.settings.security.refresh_grace_secs);
    let is_in_grace = session.rotated_at.is_some_and(|at| now <= at + grace);
    if is_in_grace && session.previous_hash.as_deref() == Some(shown_hash) {
        Standing::JustBefore
    } else {
        Standing::Old
    }
}

/// The session after the rotation; `None` when another was faster.
async fn rotate(services: &Services, session: Model, rotation: Rotation) -> Result<Option<Model>, DbErr> {
    let (id, written) = (session.id, rotation.clone());
    let is_ours = services
        .db
        .write(move |transaction| Box::pin(async move { Model::rotate(transaction, id, written).await }))
        .await?;
    Ok(is_ours.then_some(Model {
        refresh_hash: rotation.next_hash,
        previous_hash: Some(rotation.shown_hash),
        rotated_at: Some(rotation.now),
        last_seen_at: rotation.now,
        expires_at: rotation.expires_at,
        ..session
    }))
}
