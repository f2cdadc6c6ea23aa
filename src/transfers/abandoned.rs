//! A claimed transfer whose worker is gone: it may have reached the bank, so it becomes unknown and is asked about.

use futures::FutureExt;
use serde_json::json;

use super::TransferError;
use super::settle::{self, Verdict};
use crate::bank::UnknownReason;
use crate::fault;
use crate::log;
use crate::models::kinds::{Actor, TransferState};
use crate::models::transfers;
use crate::services::Services;

/// Declares the transfer unknown when its lease is over; true when it did.
///
/// # Errors
/// The database's own.
pub async fn declare_unknown_if_due(services: &Services, known: &transfers::Model) -> Result<bool, TransferError> {
    let now = services.clock.now();
    let is_due = known.state == TransferState::Executing && known.lease_until.is_some_and(|until| until <= now);
    if !is_due {
        return Ok(false);
    }
    let known = known.clone();
    let declared = services
        .db
        .write(move |tx| {
            async move {
                let reason = UnknownReason::WorkerDied.as_str();
                let verdict = Verdict::Unknown {
                    reason,
                    bank_code: None,
                };
                let detail = json!({ "reason": reason });
                // Its first look is due at once: the bank had all of the lease to finish.
                let unknown = settle::apply_verdict(tx, &known, &verdict, Actor::Sweeper, detail, now, now).await?;
                fault::point("abandon.before_commit");
                Ok(unknown)
            }
            .boxed()
        })
        .await;
    match declared {
        Ok(settled) => {
            fault::point("abandon.after_commit");
            log::of(&settled).in_scope(|| tracing::info!("its worker is gone; the bank will be asked"));
            services.metrics.settled(&settled);
            Ok(true)
        }
        // Its worker lives after all and settled it.
        Err(TransferError::Raced) => Ok(false),
        Err(error) => Err(error),
    }
}
