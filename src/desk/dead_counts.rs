//! How many dead letters there are, as this process was told a moment ago.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::Mutex;
use tokio::time::timeout;

use crate::relay::dead;
use crate::services::Services;

/// How long a count is good for.
const FRESH: Duration = Duration::from_secs(15);
/// A page does not wait longer for a count.
const PATIENCE: Duration = Duration::from_millis(800);

/// How many there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeadCount {
    /// Everything is in one process: nothing can be dead.
    NoBroker,
    /// The broker does not tell now.
    Unclear,
    Known(u64),
}

type Taken = (Instant, DeadCount);

/// The last count of this process. Cheap to clone.
#[derive(Clone, Default)]
pub struct DeadCounts(Arc<Mutex<Option<Taken>>>);

impl DeadCounts {
    /// How many there are, a few seconds ago at most; many who ask at once ask the broker once.
    pub async fn fresh(&self, services: &Services) -> DeadCount {
        let Some(broker) = services.settings.relay.broker() else {
            return DeadCount::NoBroker;
        };
        let mut last = self.0.lock().await;
        if let Some((at, count)) = *last
            && at.elapsed() < FRESH
        {
            return count;
        }
        let count = match timeout(PATIENCE, dead::count(&broker)).await {
            Ok(Ok(count)) => DeadCount::Known(count),
            Ok(Err(error)) => {
                tracing::debug!(%error, "dead letters cannot be counted");
                DeadCount::Unclear
            }
            Err(_) => DeadCount::Unclear,
        };
        *last = Some((Instant::now(), count));
        count
    }

    /// After a deed the next who asks is told the new count.
    pub(super) async fn forget(&self) {
        *self.0.lock().await = None;
    }
}
