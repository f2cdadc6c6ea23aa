//! A lead decides how a transfer ended, by `transfers/correct.rs`, under the dialog and with its row in the audit.
//!
//! If the process dies before the commit nothing was decided; after it the decision, its event, the sums of the payment,
//! the partner's news and the audit stand together.

use futures::FutureExt;
use serde_json::json;

use super::action::{self, Act, ActionError, Done};
use super::audit::{self, Record, Subject};
use crate::ids::TransferId;
use crate::models::kinds::StaffDeed;
use crate::models::transfers;
use crate::services::Services;
use crate::transfers::correct::{self, Correction, Decision};

/// Decides. Whether `act.by` may is for the caller to check.
///
/// # Errors
/// As `transfers::correct::correct`, and as [`action::once`].
pub async fn correct(
    services: &Services,
    act: Act,
    id: TransferId,
    (decision, evidence): (Decision, String),
) -> Result<Done<transfers::Model>, ActionError> {
    let now = services.clock.now();
    let failure = match decision {
        Decision::Succeeded => "",
        Decision::Failed(failure) => failure.as_str(),
    };
    let sending = act.sending(StaffDeed::Corrected, id.0, [failure, evidence.as_str()]);
    let done = action::once(services, sending, move |tx| {
        async move {
            let correction = Correction {
                transfer_id: id,
                version: act.version,
                decision,
                reason: act.reason.clone(),
                evidence,
                staff: act.by.staff,
            };
            let corrected = correct::decide(tx, &correction, now).await?;
            let detail = json!({ "to": corrected.state, "evidence": correction.evidence });
            let record = Record::of(StaffDeed::Corrected, Subject::transfer(&corrected), &act.reason).with(detail);
            audit::record(tx, &act.by, record, now).await?;
            Ok((corrected.state.as_str().to_owned(), corrected))
        }
        .boxed()
    });
    let done = done.await?;
    if let Some(corrected) = &done.made {
        correct::told(services, corrected);
    }
    Ok(done)
}
