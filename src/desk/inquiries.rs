//! Staff have the bank asked now, not when the next look is due. Only of an unknown transfer: of any other the bank's
//! answer is known, or nothing was asked of it yet.
//!
//! The wish is written first: the next look is due now, with who wanted it in the history. Then this process looks, by the
//! same `transfers/inquire.rs` as the workers, with no transaction open. If the process dies before the commit, nothing
//! was wished; after it, the sweeper finds the look that is due. Asking twice costs a call, never money.

use std::time::Duration;

use futures::FutureExt;
use tracing::Instrument;

use super::action::{self, Act, ActionError, Done};
use super::audit::{self, Record, Subject};
use crate::ids::TransferId;
use crate::models::kinds::{StaffDeed, TransferState};
use crate::services::Services;
use crate::transfers::{TransferError, inquire, state};

/// How long a page waits for the bank before it says that it is being asked.
const PATIENCE: Duration = Duration::from_secs(4);

/// What came of asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// The bank's answer decided the transfer, or handed it to a person.
    Settled(TransferState),
    /// The bank was asked, and it is not known still.
    StillUnknown,
    /// The bank has not answered yet; what it says is written down when it does.
    Asking,
}

/// Asks the bank what became of the transfer.
///
/// # Errors
/// `NotInquirable` in any other state than unknown; `BankClosed` in the bank's maintenance, when nobody asks it;
/// `VersionConflict`; the database's own.
pub async fn ask_now(services: &Services, act: Act, id: TransferId) -> Result<Done<Look>, ActionError> {
    let now = services.clock.now();
    let windows = services.calendar.windows();
    let sending = act.sending(StaffDeed::BankAsked, id.0, []);
    let done = action::once(services, sending, move |tx| {
        async move {
            let known = action::as_seen(tx, id, act.version).await?;
            if known.state != TransferState::Unknown {
                return Err(ActionError::NotInquirable { state: known.state });
            }
            if windows.money_waits_until(now).is_some() {
                return Err(ActionError::BankClosed);
            }
            let asked = inquire::hasten(tx, &known, act.signature(), now).await?;
            let record = Record::of(StaffDeed::BankAsked, Subject::transfer(&asked), &act.reason);
            audit::record(tx, &act.by, record, now).await?;
            Ok(("asked".to_owned(), asked.checks))
        }
        .boxed()
    });
    let Done { answer, made } = done.await?;
    let made = match made {
        Some(checks) => Some(look(services, id, checks).await?),
        None => None,
    };
    Ok(Done { answer, made })
}

/// Looks after so many looks, in a task of its own: whoever waits for the page may go away, and the answer is written down all the same.
async fn look(services: &Services, id: TransferId, checks: i64) -> Result<Look, TransferError> {
    let own = services.clone();
    let looking = tokio::spawn(async move { inquire::inquire(&own, id).await }.in_current_span());
    match tokio::time::timeout(PATIENCE, looking).await {
        Ok(Ok(Ok(()))) => {}
        Ok(Ok(Err(error))) => {
            tracing::warn!(%error, "the look that staff wanted failed; the next one is due");
            return Ok(Look::Asking);
        }
        // It panicked, or takes its time.
        Ok(Err(_)) | Err(_) => return Ok(Look::Asking),
    }
    let known = state::load(services.db.read(), id).await?;
    Ok(match known.state {
        // The bank had no turn for it: the look was not counted, and comes again.
        TransferState::Unknown if known.checks <= checks => Look::Asking,
        TransferState::Unknown => Look::StillUnknown,
        settled => Look::Settled(settled),
    })
}
