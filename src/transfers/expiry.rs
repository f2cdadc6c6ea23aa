//! Queued payments whose time is over. Only a queued one can expire: the clock proves nothing about any other.

use futures::FutureExt;

use super::TransferError;
use super::state::{self, Change};
use crate::fault;
use crate::log;
use crate::models::kinds::{Actor, EventType, TransferState};
use crate::models::transfers;
use crate::services::Services;

/// Expires the transfer when it is queued and past its time; true when it did.
///
/// # Errors
/// The database's own.
pub async fn expire_if_due(services: &Services, known: &transfers::Model) -> Result<bool, TransferError> {
    let now = services.clock.now();
    let is_due = known.state == TransferState::Queued && known.expires_at.is_some_and(|at| at <= now);
    if !is_due {
        return Ok(false);
    }
    let known = known.clone();
    let expired = services
        .db
        .write(move |tx| {
            async move {
                let change = Change::new(EventType::Expired, Actor::Sweeper);
                let expired = state::apply(tx, &known, change, now).await?;
                fault::point("expire.before_commit");
                Ok(expired)
            }
            .boxed()
        })
        .await;
    match expired {
        Ok(settled) => {
            fault::point("expire.after_commit");
            log::of(&settled).in_scope(|| tracing::info!("expired"));
            services.metrics.settled(&settled);
            Ok(true)
        }
        // Claimed or canceled meanwhile: then it is not ours to expire.
        Err(TransferError::Raced) => Ok(false),
        Err(error) => Err(error),
    }
}
