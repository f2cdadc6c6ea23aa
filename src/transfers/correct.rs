//! A person decides how a transfer ended, with a reason and evidence: the one way out of `needs_review`, and the only
//! one out of a final state. No bank call is made.
//!
//! If the process dies before the commit nothing was decided; after it the decision, its event, the sums of the payment
//! and the partner's news stand together.

use chrono::{DateTime, Utc};
use futures::FutureExt;
use sea_orm::ActiveValue::Set;
use sea_orm::DatabaseTransaction;
use serde_json::json;

use super::state::{self, Change};
use super::{TransferError, find, refund_sums};
use crate::ids::{TransferId, UserId};
use crate::log;
use crate::models::kinds::{Actor, FailureCode, TransferKind, TransferState};
use crate::models::transfers;
use crate::services::Services;

/// How it ended, as a person found out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// The money moved.
    Succeeded,
    /// It did not.
    Failed(FailureCode),
}

impl Decision {
    #[must_use]
    pub const fn state(self) -> TransferState {
        match self {
            Self::Succeeded => TransferState::Succeeded,
            Self::Failed(_) => TransferState::Failed,
        }
    }
}

/// A decision with everything that answers for it.
#[derive(Clone, Debug)]
pub struct Correction {
    pub transfer_id: TransferId,
    /// The version that the person has seen.
    pub version: i64,
    pub decision: Decision,
    pub reason: String,
    /// Where it can be looked up again: the bank's statement row, a call, a letter.
    pub evidence: String,
    pub staff: UserId,
}

/// Corrects the transfer as its reader knows it. Whether `staff` may is for the caller to check.
///
/// # Errors
/// `VersionConflict` when it changed since it was seen; `NotCorrectable` when it was never sent, is in hand, or ended
/// like this already; `HasRefunds` when a payment with refunds would turn out not to be paid; `RefundExceedsRemaining`
/// when more would be given back than was paid; or the database's failure. Nothing is written then.
pub async fn correct(services: &Services, correction: Correction) -> Result<transfers::Model, TransferError> {
    let now = services.clock.now();
    let corrected = services
        .db
        .write(move |tx| async move { decide(tx, &correction, now).await }.boxed())
        .await?;
    told(services, &corrected);
    Ok(corrected)
}

/// As [`correct`], in the caller's transaction; [`told`] follows its commit.
pub(crate) async fn decide(
    tx: &DatabaseTransaction,
    correction: &Correction,
    now: DateTime<Utc>,
) -> Result<transfers::Model, TransferError> {
    let known = find::lock(tx, correction.transfer_id).await?;
    refuse_unless_correctable(&known, correction)?;
    let corrected = state::apply(tx, &known, change(&known, correction), now).await?;
    refund_sums::follow(tx, known.state, &corrected, Actor::Staff, now).await?;
    Ok(corrected)
}

pub(crate) fn told(services: &Services, corrected: &transfers::Model) {
    log::about(corrected);
    services.metrics.settled(corrected);
}

fn refuse_unless_correctable(known: &transfers::Model, correction: &Correction) -> Result<(), TransferError> {
    let state = known.state;
    if known.version != correction.version {
        let current = known.version;
        return Err(TransferError::VersionConflict { current, state });
    }
    if !state::may_be_corrected(state, correction.decision.state()) {
        return Err(TransferError::NotCorrectable { state });
    }
    let went_back = known.refunded_won + known.refund_reserved_won;
    if known.kind == TransferKind::Payment && state == TransferState::Succeeded && went_back > 0 {
        return Err(TransferError::HasRefunds { state });
    }
    Ok(())
}

fn change(known: &transfers::Model, correction: &Correction) -> Change {
    let failure = match correction.decision {
        Decision::Succeeded => None,
        Decision::Failed(failure) => Some(failure),
    };
    let columns = transfers::ActiveModel {
        failure_code: Set(failure),
        bank_code: Set(None),
        unknown_reason: Set(None),
        ..Default::default()
    };
    let detail = json!({
        "from": known.state,
        // For staff alone: `TimelineEntry` leaves it out.
        "staff": { "id": correction.staff, "reason": correction.reason, "evidence": correction.evidence },
    });
    Change::correction(correction.decision.state())
        .detail(detail)
        .columns(columns)
}
