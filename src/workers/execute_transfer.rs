//! Takes a queued transfer to the bank.

use crate::ids::TransferId;
use crate::services::Services;
use crate::transfers::execute;

/// Waits for the bank's turn, unless `over` comes first: then the transfer stays queued and the answer is false.
/// An error leaves the row as it is: queued and rung again, or executing until its lease is over.
pub async fn perform(services: &Services, transfer: TransferId, over: impl Future<Output = ()>) -> bool {
    let turn = tokio::select! {
        biased;
        () = over => return false,
        turn = services.bank.money_turn() => turn,
    };
    if let Err(error) = execute::execute_in(services, turn, transfer).await {
        tracing::error!(id = %transfer.0.simple(), %error, "a transfer could not be executed now");
    }
    services.webhooks.wake();
    true
}
