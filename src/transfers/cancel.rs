//! Canceling a payment that nobody has taken yet. A claimed one may have reached the bank and is not cancelable.

use futures::FutureExt;

use super::state::{self, Change};
use super::{TransferError, find};
use crate::fault;
use crate::ids::{PartnerId, TransferId};
use crate::models::kinds::{Actor, EventType, TransferState};
use crate::models::transfers;
use crate::services::Services;

/// Cancels the partner's payment when it is still queued. Canceling a canceled one answers the same again.
///
/// # Errors
/// `NotCancelable` in any other state, `VersionConflict` when `if_match` is not the present version.
pub async fn cancel_payment(
    services: &Services,
    partner: PartnerId,
    id: TransferId,
    if_match: Option<i64>,
) -> Result<transfers::Model, TransferError> {
    let now = services.clock.now();
    let canceled = services
        .db
        .write(move |tx| {
            async move {
                let payment = find::payment_of_partner(tx, partner, id).await?;
                if let Some(expected) = if_match
                    && expected != payment.version
                {
                    return Err(TransferError::VersionConflict {
                        current: payment.version,
                        state: payment.state,
                    });
                }
                match payment.state {
                    TransferState::Canceled => Ok(payment),
                    TransferState::Queued => {
                        let change = Change::new(EventType::Canceled, Actor::Partner);
                        let applied = state::apply(tx, &payment, change, now).await;
                        fault::point("cancel.before_commit");
                        match applied {
                            // A worker of another process claimed it between our look and our write.
                            Err(TransferError::Raced) => {
                                let state = state::load(tx, id).await?.state;
                                Err(TransferError::NotCancelable { state })
                            }
                            other => other,
                        }
                    }
                    state => Err(TransferError::NotCancelable { state }),
                }
            }
            .boxed()
        })
        .await?;
    fault::point("cancel.after_commit");
    Ok(canceled)
}
