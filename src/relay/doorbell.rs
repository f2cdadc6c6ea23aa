//! The doorbell of this process: a bounded channel in which each ring waits at most once. Its one ear is a relay: the
//! embedded one, whose workers are here, or the one that passes rings on to RabbitMQ.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::mpsc;

use crate::ids::{RequestId, TransferId};
use crate::models::kinds::TransferKind;

/// Rings that may wait. More than this are found by the sweeper in the database.
const WAITING: usize = 4096;

/// What there is to do, and for which transfer. Never a fact: whoever hears it looks at the row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ring {
    Payment(TransferId),
    Refund(TransferId),
    Inquiry(TransferId),
}

impl Ring {
    /// The ring of a transfer that waits to be executed.
    #[must_use]
    pub const fn execute(kind: TransferKind, transfer: TransferId) -> Self {
        match kind {
            TransferKind::Payment => Self::Payment(transfer),
            TransferKind::Refund => Self::Refund(transfer),
        }
    }

    #[must_use]
    pub const fn transfer(self) -> TransferId {
        match self {
            Self::Payment(transfer) | Self::Refund(transfer) | Self::Inquiry(transfer) => transfer,
        }
    }
}

/// A ring, with the request that accepted its transfer where that is known: for the log alone.
type Waiting = (Ring, Option<RequestId>);

/// Rings the bell for a transfer that has something to do.
#[derive(Clone, Debug)]
pub struct Doorbell {
    sender: mpsc::Sender<Waiting>,
    /// What was rung and is not done yet, so that the sweeper's rings do not pile up behind a slow bank.
    pending: Arc<Mutex<HashSet<Ring>>>,
}

/// The one side that hears the bell.
pub struct Ear {
    receiver: mpsc::Receiver<Waiting>,
    pending: Arc<Mutex<HashSet<Ring>>>,
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
    pub fn ring(&self, ring: Ring) {
        self.ring_for(ring, None);
    }

    /// As [`Self::ring`], for a transfer that this request accepted.
    pub fn ring_for(&self, ring: Ring, request_id: Option<RequestId>) {
        if !lock(&self.pending).insert(ring) {
            return;
        }
        if self.sender.try_send((ring, request_id)).is_err() {
            lock(&self.pending).remove(&ring);
            tracing::debug!(id = %ring.transfer().0.simple(), "the doorbell is full; the sweeper will ring again");
        }
    }
}

impl Ear {
    /// The next ring, `None` when every bell is gone. Safe to drop while waiting.
    pub async fn hear(&mut self) -> Option<Rung> {
        let waiting = self.receiver.recv().await?;
        Some(self.rung(waiting))
    }

    /// Up to `most` rings, as many as wait, at least one; none when every bell is gone. Safe to drop while waiting.
    pub async fn hear_many(&mut self, most: usize) -> Vec<Rung> {
        let mut rings = Vec::new();
        self.receiver.recv_many(&mut rings, most).await;
        rings.into_iter().map(|waiting| self.rung(waiting)).collect()
    }

    fn rung(&self, (ring, request_id): Waiting) -> Rung {
        Rung {
            ring,
            request_id,
            pending: Arc::clone(&self.pending),
        }
    }
}

/// A ring in somebody's hands; when it is dropped the bell may ring so again.
pub struct Rung {
    pub ring: Ring,
    pub request_id: Option<RequestId>,
    pending: Arc<Mutex<HashSet<Ring>>>,
}

impl Drop for Rung {
    fn drop(&mut self) {
        lock(&self.pending).remove(&self.ring);
    }
}

fn lock(pending: &Mutex<HashSet<Ring>>) -> std::sync::MutexGuard<'_, HashSet<Ring>> {
    // A set of rings is whole after any panic.
    pending.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_ring_waits_once_however_often_it_is_rung_and_may_ring_again_when_it_is_done() {
        let (bell, mut ear) = Doorbell::new();
        let ring = Ring::Payment(TransferId::new());
        bell.ring(ring);
        bell.ring(ring);
        let rung = ear.hear().await.unwrap();
        bell.ring(ring);
        assert!(ear.receiver.try_recv().is_err(), "it is in hand");
        drop(rung);
        bell.ring(ring);
        assert_eq!(ear.hear().await.unwrap().ring, ring);
    }
}
