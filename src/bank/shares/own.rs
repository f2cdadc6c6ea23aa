//! What this process may use and what it has told the others that it uses: it gives back only what counts no more. Plain
//! data without a clock.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use crate::bank::gate::REACHES;
use crate::bank::gate::limits::Share;

/// A call that was made with a share counts for so long after the share became smaller, with some more for the task that
/// was about to make it.
const COUNTS_FOR: Duration = Duration::from_secs(1)
    .saturating_add(REACHES)
    .saturating_add(Duration::from_millis(100));

/// The share of one process.
#[derive(Debug, Default)]
pub struct Own {
    /// Shares that were larger than the next, and until when each was used.
    larger: VecDeque<(Instant, u32)>,
    used: Option<Share>,
}

/// What a renewal decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decision {
    /// What the gate may use from now on.
    pub used: Share,
    /// What the others must count as taken.
    pub told: Share,
}

impl Own {
    /// From now on at most this is used: before it is told, so that nobody else uses it as well.
    ///
    /// `free` is what the others have not taken, ours included; `running` are calls in hand.
    pub fn decide(&mut self, target: Share, free: Share, running: u32, now: Instant) -> Decision {
        let before = self.used.unwrap_or(Share { at_once: 0, per_sec: 0 });
        let used = Share {
            at_once: target.at_once.min(free.at_once),
            per_sec: target.per_sec.min(free.per_sec),
        };
        if used.per_sec < before.per_sec {
            self.larger.push_back((now, before.per_sec));
        }
        while self.larger.front().is_some_and(|(until, _)| *until + COUNTS_FOR <= now) {
            self.larger.pop_front();
        }
        self.used = Some(used);
        // Calls in hand were counted before the smaller share held, so it is told with the next renewal. Those of a share that
        // was larger still may run on.
        let at_once = used.at_once.max(before.at_once).max(running);
        let counted = self
            .larger
            .iter()
            .map(|(_, per_sec)| *per_sec)
            .max()
            .unwrap_or_default();
        Decision {
            used,
            told: Share {
                at_once,
                per_sec: used.per_sec.max(counted),
            },
        }
    }
}

#[cfg(test)]
mod tests;
