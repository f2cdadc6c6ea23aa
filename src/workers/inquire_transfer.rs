//! Asks the bank about an unknown transfer.

use crate::ids::TransferId;
use crate::services::Services;
use crate::transfers::inquire;

/// An error leaves the transfer unknown; its next look is planned.
pub async fn perform(services: &Services, transfer: TransferId) {
    if let Err(error) = inquire::inquire(services, transfer).await {
        tracing::error!(id = %transfer.0.simple(), %error, "a transfer could not be asked about now");
    }
    services.webhooks.wake();
}
