//! Takes a queued transfer to the bank.

use crate::ids::TransferId;
use crate::services::Services;
use crate::transfers::execute;

/// An error leaves the row as it is: queued and rung again, or executing until its lease is over.
pub async fn perform(services: &Services, transfer: TransferId) {
    if let Err(error) = execute::execute(services, transfer).await {
        tracing::error!(transfer = %transfer.0, %error, "a transfer could not be executed now");
    }
}
