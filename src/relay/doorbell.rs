//! The in-process doorbell: a bounded channel of ids. A ring that does not fit is dropped, and the sweeper rings again.

use tokio::sync::mpsc;

use crate::ids::TransferId;

/// Rings that may wait. More than this are found by the sweeper in the database.
const WAITING: usize = 4096;

/// Rings the bell for a transfer that has something to do.
#[derive(Clone, Debug)]
pub struct Doorbell(mpsc::Sender<TransferId>);

/// The side that hears it.
pub type Ring = mpsc::Receiver<TransferId>;

impl Doorbell {
    /// A bell and the one ear that hears it.
    #[must_use]
    pub fn new() -> (Self, Ring) {
        let (sender, receiver) = mpsc::channel(WAITING);
        (Self(sender), receiver)
    }

    /// Never waits and never fails: a lost ring costs a moment, not a payment.
    pub fn ring(&self, transfer: TransferId) {
        if self.0.try_send(transfer).is_err() {
            tracing::debug!(transfer = %transfer.0, "the doorbell is full; the sweeper will find it");
        }
    }
}
