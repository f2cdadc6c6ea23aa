//! Staff cancel a payment that nobody has taken yet, by `transfers/cancel.rs`. The partner is told as of every cancellation.
//!
//! If the process dies before the commit, the payment is queued still and the dialog may be sent again; after it, the
//! payment is canceled, and the bank is never asked for it.

use futures::FutureExt;
use serde_json::json;

use super::action::{self, Act, ActionError, Done};
use super::audit::{self, Record, Subject};
use crate::ids::TransferId;
use crate::models::kinds::{StaffDeed, TransferKind, TransferState};
use crate::models::transfers;
use crate::services::Services;
use crate::transfers::TransferError;
use crate::transfers::cancel::{self, Caller};

/// Cancels the queued payment.
///
/// # Errors
/// `VersionConflict`; `NotCancelable` in any other state, canceled included, and for a refund; the database's own.
pub async fn cancel(services: &Services, act: Act, payment: TransferId) -> Result<Done<transfers::Model>, ActionError> {
    let now = services.clock.now();
    let sending = act.sending(StaffDeed::Canceled, payment.0, []);
    let done = action::once(services, sending, move |tx| {
        async move {
            let known = action::as_seen(tx, payment, act.version).await?;
            let state = known.state;
            if known.kind != TransferKind::Payment || state == TransferState::Canceled {
                return Err(TransferError::NotCancelable { state }.into());
            }
            let caller = Caller::Staff(json!({ "staff": act.signature() }));
            let canceled = cancel::cancel_for(tx, known, caller, now).await?;
            let record = Record::of(StaffDeed::Canceled, Subject::transfer(&canceled), &act.reason);
            audit::record(tx, &act.by, record, now).await?;
            Ok((TransferState::Canceled.as_str().to_owned(), canceled))
        }
        .boxed()
    });
    let done = done.await?;
    if let Some(canceled) = &done.made {
        cancel::told(services, canceled);
    }
    Ok(done)
}
