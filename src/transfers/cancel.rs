//! Canceling a payment that nobody has taken yet. A claimed one may have reached the bank and is not cancelable.

use chrono::{DateTime, Utc};
use futures::FutureExt;
use sea_orm::DatabaseTransaction;
use serde_json::Value;

use super::state::{self, Change};
use super::{TransferError, find};
use crate::fault;
use crate::ids::{PartnerId, TransferId};
use crate::log;
use crate::models::kinds::{Actor, EventType, Mode, TransferState};
use crate::models::transfers;
use crate::services::Services;

/// Cancels the partner's payment when it is still queued. Canceling a canceled one answers the same again.
///
/// # Errors
/// `NotCancelable` in any other state, `VersionConflict` when `if_match` is not the present version.
pub async fn cancel_payment(
    services: &Services,
    owner: (PartnerId, Mode),
    id: TransferId,
    if_match: Option<i64>,
) -> Result<transfers::Model, TransferError> {
    let now = services.clock.now();
    let (canceled, is_new) = services
        .db
        .write(move |tx| {
            async move {
                let payment = find::payment_of_partner(tx, owner, id).await?;
                if let Some(expected) = if_match
                    && expected != payment.version
                {
                    return Err(TransferError::VersionConflict {
                        current: payment.version,
                        state: payment.state,
                    });
                }
                let before = payment.state;
                let canceled = cancel_known(tx, payment, now).await?;
                let is_new = canceled.state != before;
                Ok::<_, TransferError>((canceled, is_new))
            }
            .boxed()
        })
        .await?;
    if is_new {
        told(services, &canceled);
    } else {
        log::about(&canceled);
    }
    Ok(canceled)
}

/// What follows the commit of a cancellation.
pub(crate) fn told(services: &Services, canceled: &transfers::Model) {
    fault::point("cancel.after_commit");
    log::about(canceled);
    services.metrics.settled(canceled);
}

/// Whose wish it is, as the history keeps it.
#[derive(Clone, Debug)]
pub(crate) enum Caller {
    Partner,
    /// With the facts of the event.
    Staff(Value),
}

impl Caller {
    fn change(self) -> Change {
        match self {
            Self::Partner => Change::new(EventType::Canceled, Actor::Partner),
            Self::Staff(detail) => Change::new(EventType::Canceled, Actor::Staff).detail(detail),
        }
    }
}

/// Cancels the payment as its partner knows it; [`cancel_for`] another.
///
/// # Errors
/// `NotCancelable`, with the state that it is in by now; `Raced` when it may be canceled all the same.
pub async fn cancel_known(
    tx: &DatabaseTransaction,
    known: transfers::Model,
    at: DateTime<Utc>,
) -> Result<transfers::Model, TransferError> {
    cancel_for(tx, known, Caller::Partner, at).await
}

pub(crate) async fn cancel_for(
    tx: &DatabaseTransaction,
    known: transfers::Model,
    caller: Caller,
    at: DateTime<Utc>,
) -> Result<transfers::Model, TransferError> {
    match known.state {
        TransferState::Canceled => Ok(known),
        TransferState::Queued => {
            let applied = state::apply(tx, &known, caller.change(), at).await;
            fault::point("cancel.before_commit");
            match applied {
                // A worker of another process claimed it, or its time ended, between the look and the write.
                Err(TransferError::Raced) => {
                    let now = state::load(tx, known.id).await?;
                    match now.state {
                        TransferState::Canceled => Ok(now),
                        TransferState::Queued => Err(TransferError::Raced),
                        state => Err(TransferError::NotCancelable { state }),
                    }
                }
                other => other,
            }
        }
        state => Err(TransferError::NotCancelable { state }),
    }
}
