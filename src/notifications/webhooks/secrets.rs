//! An endpoint's secret, changed and shown: for a day the one before signs beside the new one, so that no receiver is cut
//! off.
//!
//! If the process dies before the commit, the old secret is the secret; after it, both sign, and a repeated request gets
//! the new one again.

use chrono::TimeDelta;
use futures::FutureExt;
use sea_orm::ActiveValue::Set;
use secrecy::SecretString;

use super::endpoint_change::seen;
use super::endpoints::{Revealed, find, reveal, stored, write};
use super::{Asker, WebhookError, sign};
use crate::ids::EndpointId;
use crate::models::kinds::Deed;
use crate::models::webhook_endpoints::Model;
use crate::services::Services;
use crate::transfers::idempotency::{IdempotencyKey, Operation};
use crate::transfers::once::once;

/// How long the secret before signs beside the new one.
pub const OVERLAP: TimeDelta = TimeDelta::hours(24);

/// Gives the endpoint a new secret, once for a key. Of an earlier rotation's overlap nothing is left: two sign at most, so
/// `if_match`, the version that the owner has seen, keeps two people from ending each other's.
///
/// # Errors
/// `NotFound`, `VersionConflict`, the key's.
pub async fn rotate(
    services: &Services,
    asker: impl Into<Asker>,
    id: EndpointId,
    key: IdempotencyKey,
    if_match: Option<i64>,
) -> Result<Revealed, WebhookError> {
    let (asker, now) = (asker.into(), services.clock.now());
    let owner = asker.owner;
    let secret = sign::new_secret();
    let sealed = sign::seal(&services.sealer, id, &secret)?;
    let answered = once(services, (owner.partner_id, Operation::RotateSecret), key, move |tx| {
        async move {
            let known = seen(tx, owner, id, if_match).await?;
            asker.record(tx, Deed::SecretRotated, (id.0, &known.url), now).await?;
            let previous = known.secret_sealed.clone();
            let rotated = write(tx, known, now, |row| {
                row.secret_sealed = Set(sealed);
                row.previous_secret_sealed = Set(Some(previous));
                row.previous_ends_at = Set(Some(now + OVERLAP));
            });
            Ok::<_, WebhookError>(stored(&rotated.await?, &secret)?)
        }
        .boxed()
    });
    reveal(services, owner, answered.await?).await
}

/// Ends the secret before at once; nothing to do where none signs any more.
///
/// # Errors
/// `NotFound`, `VersionConflict`.
pub async fn end_previous(
    services: &Services,
    asker: impl Into<Asker>,
    id: EndpointId,
    if_match: Option<i64>,
) -> Result<Model, WebhookError> {
    let (asker, now) = (asker.into(), services.clock.now());
    let written = services.db.write(move |tx| {
        Box::pin(async move {
            let known = seen(tx, asker.owner, id, if_match).await?;
            if known.previous_secret_sealed.is_none() {
                return Ok(known);
            }
            asker.record(tx, Deed::SecretRotated, (id.0, &known.url), now).await?;
            write(tx, known, now, |row| {
                row.previous_secret_sealed = Set(None);
                row.previous_ends_at = Set(None);
            })
            .await
        })
    });
    written.await
}

/// The secret that signs, for who asks to see it: that it was shown is written down before it is.
///
/// # Errors
/// `NotFound`.
pub async fn show(
    services: &Services,
    asker: impl Into<Asker>,
    id: EndpointId,
) -> Result<Option<SecretString>, WebhookError> {
    let (asker, now) = (asker.into(), services.clock.now());
    let written = services.db.write(move |tx| {
        Box::pin(async move {
            let endpoint = find(tx, asker.owner, id).await?;
            asker.record(tx, Deed::SecretShown, (id.0, &endpoint.url), now).await?;
            Ok::<_, WebhookError>(endpoint)
        })
    });
    let endpoint = written.await?;
    Ok(sign::living_secrets(&services.sealer, &endpoint, now)?
        .into_iter()
        .next())
}
