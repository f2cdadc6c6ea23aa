//! Keys whose first request is still running in this process: the second waits for its answer, though not for ever.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::TransferError;
use super::idempotency::Operation;
use crate::ids::PartnerId;

type Name = (PartnerId, Operation, String);

/// The keys in use. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct KeysInUse(Arc<Mutex<HashMap<Name, Arc<Semaphore>>>>);

/// A key in somebody's hands, free again when it is dropped.
pub struct InUse {
    keys: KeysInUse,
    name: Name,
    permit: Option<OwnedSemaphorePermit>,
}

impl KeysInUse {
    /// Takes the key, waiting for who has it for `patience` at most.
    ///
    /// # Errors
    /// `KeyInUse` when that was not enough.
    pub async fn enter(
        &self,
        partner: PartnerId,
        operation: Operation,
        key: &str,
        patience: Duration,
    ) -> Result<InUse, TransferError> {
        let name = (partner, operation, key.to_owned());
        let turn = Arc::clone(
            self.lock()
                .entry(name.clone())
                .or_insert_with(|| Arc::new(Semaphore::new(1))),
        );
        let permit = tokio::time::timeout(patience, turn.acquire_owned()).await;
        let mut in_use = InUse {
            keys: self.clone(),
            name,
            permit: None,
        };
        match permit {
            Ok(Ok(permit)) => {
                in_use.permit = Some(permit);
                Ok(in_use)
            }
            Ok(Err(_)) | Err(_) => Err(TransferError::KeyInUse),
        }
    }

    /// Whether no key is in use.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.lock().is_empty()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Name, Arc<Semaphore>>> {
        // A map of keys is whole after any panic.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for InUse {
    fn drop(&mut self) {
        let mut keys = self.keys.lock();
        self.permit = None;
        // Ours and the map's: nobody waits for it any more.
        if keys.get(&self.name).is_some_and(|turn| Arc::strong_count(turn) == 1) {
            keys.remove(&self.name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATIENCE: Duration = Duration::from_millis(20);

    #[tokio::test]
    async fn a_key_is_in_one_hand_at_a_time_and_leaves_nothing_behind() {
        let (keys, partner) = (KeysInUse::default(), PartnerId::new());
        let enter = |key: &'static str| keys.enter(partner, Operation::CreatePayment, key, PATIENCE);
        let first = enter("a").await.unwrap();
        let other = enter("b").await.unwrap();
        assert!(matches!(enter("a").await, Err(TransferError::KeyInUse)));
        drop(first);
        drop(enter("a").await.unwrap());
        drop(other);
        assert!(keys.is_idle(), "{keys:?}");
    }
}
