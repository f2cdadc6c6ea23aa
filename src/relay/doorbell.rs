//! The in-process doorbell: a bounded channel of ids in which each id waits at most once.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::mpsc;

use crate::ids::TransferId;

/// Rings that may wait. More than this are found by the sweeper in the database.
const WAITING: usize = 4096;

/// Rings the bell for a transfer that has something to do.
#[derive(Clone, Debug)]
pub struct Doorbell {
    sender: mpsc::Sender<TransferId>,
    /// Ids that were rung and are not done yet, so that the sweeper's rings do not pile up behind a slow bank.
    pending: Arc<Mutex<HashSet<TransferId>>>,
}

/// The one side that hears the bell.
pub struct Ear {
    receiver: mpsc::Receiver<TransferId>,
    pending: Arc<Mutex<HashSet<TransferId>>>,
}

impl Doorbell {
    /// A bell and the ear that hears it.
    #[must_use]
    pub fn new() -> (Self, Ear) {
        let (sender, receiver) = mpsc::channel(WAITING);
        let pending = Arc::new(Mutex::new(HashSet::new()));
        (
            Self {
                sender,
                pending: Arc::clone(&pending),
            },
            Ear { receiver, pending },
        )
    }

    /// Never waits and never fails: a ring that does not fit costs a moment, not a payment.
    pub fn ring(&self, transfer: TransferId) {
        if !lock(&self.pending).insert(transfer) {
            return;
        }
        if self.sender.try_send(transfer).is_err() {
            lock(&self.pending).remove(&transfer);
            tracing::debug!(transfer = %transfer.0, "the doorbell is full; the sweeper will ring again");
        }
    }
}

impl Ear {
    /// The next id, `None` when every bell is gone. Safe to drop while waiting.
    pub async fn hear(&mut self) -> Option<Rung> {
        let transfer = self.receiver.recv().await?;
        Some(Rung {
            transfer,
            pending: Arc::clone(&self.pending),
        })
    }
}

/// An id in a worker's hands; when it is dropped the bell may ring for it again.
pub struct Rung {
    pub transfer: TransferId,
    pending: Arc<Mutex<HashSet<TransferId>>>,
}

impl Drop for Rung {
    fn drop(&mut self) {
        lock(&self.pending).remove(&self.transfer);
    }
}

fn lock(pending: &Mutex<HashSet<TransferId>>) -> std::sync::MutexGuard<'_, HashSet<TransferId>> {
    // A set of ids is whole after any panic.
    pending.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_id_waits_once_however_often_it_is_rung_and_may_ring_again_when_it_is_done() {
        let (bell, mut ear) = Doorbell::new();
        let transfer = TransferId::new();
        bell.ring(transfer);
        bell.ring(transfer);
        let rung = ear.hear().await.unwrap();
        bell.ring(transfer);
        assert!(ear.receiver.try_recv().is_err(), "it is in hand");
        drop(rung);
        bell.ring(transfer);
        assert_eq!(ear.hear().await.unwrap().transfer, transfer);
    }
}
