//! The cache of one process: bounded, and gone when it ends.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use moka::Expiry;
use moka::future::Cache;
use moka::ops::compute::Op;

use super::{Allowance, Dated, Growing, Once, UsedUp};

/// Of each kind; the ones not used for longest are forgotten first.
const REMEMBERED: u64 = 100_000;
/// Nothing is counted over a longer window.
const LONGEST_WINDOW: Duration = Duration::from_hours(1);
/// Nor remembered for longer after the last try.
const LONGEST_TRIED: Duration = Duration::from_hours(24);

/// How many tries there were, and when the last one was.
type Tries = Arc<Mutex<(u32, DateTime<Utc>)>>;
type Times = Arc<Mutex<VecDeque<DateTime<Utc>>>>;

/// Cheap to clone.
#[derive(Clone)]
pub struct Memory {
    values: Cache<String, Kept<Arc<Dated<String>>>>,
    counts: Cache<String, Times>,
    tries: Cache<String, Tries>,
    ticks: Cache<String, Kept<Arc<AtomicU64>>>,
    locks: Cache<String, Kept<String>>,
    pub(super) once: Cache<String, Kept<Once>>,
}

/// Something that is forgotten after a while.
#[derive(Clone)]
pub(super) struct Kept<T> {
    pub(super) what: T,
    pub(super) kept: Duration,
}

/// Each for as long as it says, from its last writing.
struct AsItSays;

impl<T> Expiry<String, Kept<T>> for AsItSays {
    fn expire_after_create(&self, _: &String, kept: &Kept<T>, _: Instant) -> Option<Duration> {
        Some(kept.kept)
    }

    fn expire_after_update(&self, _: &String, kept: &Kept<T>, _: Instant, _: Option<Duration>) -> Option<Duration> {
        Some(kept.kept)
    }
}

impl Default for Memory {
    fn default() -> Self {
        Self {
            values: Cache::builder().max_capacity(REMEMBERED).expire_after(AsItSays).build(),
            counts: Cache::builder()
                .max_capacity(REMEMBERED)
                .time_to_idle(LONGEST_WINDOW)
                .build(),
            tries: Cache::builder()
                .max_capacity(REMEMBERED)
                .time_to_idle(LONGEST_TRIED)
                .build(),
            ticks: Cache::builder().max_capacity(REMEMBERED).expire_after(AsItSays).build(),
            locks: Cache::builder().max_capacity(REMEMBERED).expire_after(AsItSays).build(),
            once: Cache::builder().max_capacity(REMEMBERED).expire_after(AsItSays).build(),
        }
    }
}

impl Memory {
    pub(super) async fn newest(&self, key: &str) -> Option<Dated<String>> {
        self.values.get(key).await.map(|kept| (*kept.what).clone())
    }

    pub(super) async fn put_newer(&self, key: &str, dated: Dated<String>, kept: Duration) {
        let entry = self.values.entry_by_ref(key);
        entry
            .and_compute_with(async |known| match known {
                Some(known) if known.value().what.at > dated.at => Op::Nop,
                _ => Op::Put(Kept {
                    what: Arc::new(dated),
                    kept,
                }),
            })
            .await;
    }

    pub(super) async fn count(&self, key: &str, allowance: Allowance, now: DateTime<Utc>) -> Result<(), UsedUp> {
        let times = self.times(key).await;
        let mut times = times.lock().unwrap_or_else(PoisonError::into_inner);
        let window = forget_old(&mut times, allowance, now);
        match times.front() {
            Some(first) if times.len() >= allowance.count => Err(UsedUp {
                wait: (*first + window - now).to_std().unwrap_or_default(),
            }),
            _ => {
                times.push_back(now);
                Ok(())
            }
        }
    }

    /// Counts what was allowed elsewhere.
    pub(super) async fn note(&self, key: &str, allowance: Allowance, now: DateTime<Utc>) {
        let times = self.times(key).await;
        let mut times = times.lock().unwrap_or_else(PoisonError::into_inner);
        forget_old(&mut times, allowance, now);
        times.push_back(now);
        while times.len() > allowance.count {
            times.pop_front();
        }
    }

    pub(super) async fn give_back(&self, key: &str) {
        if let Some(times) = self.counts.get(key).await {
            times.lock().unwrap_or_else(PoisonError::into_inner).pop_back();
        }
    }

    /// Kept for sixty windows: a clock that is behind counts on.
    pub(super) async fn tick(&self, key: &str, window: Duration) -> u64 {
        let none = Kept {
            what: Arc::new(AtomicU64::new(0)),
            kept: window.saturating_mul(60),
        };
        let entry = self.ticks.entry_by_ref(key).or_insert(none).await;
        entry.value().what.fetch_add(1, Ordering::Relaxed) + 1
    }

    pub(super) async fn try_once(&self, key: &str, growing: Growing, now: DateTime<Utc>) -> Result<(), UsedUp> {
        let tries = self.tries_of(key).await;
        let mut tries = tries.lock().unwrap_or_else(PoisonError::into_inner);
        let (count, at) = remembered(*tries, growing, now);
        let next_at = at + growing.wait_after(count);
        if count >= growing.free && now < next_at {
            let wait = (next_at - now).to_std().unwrap_or_default();
            return Err(UsedUp {
                wait: wait.min(growing.longest),
            });
        }
        *tries = (count.saturating_add(1), now);
        Ok(())
    }

    /// Counts what was allowed elsewhere.
    pub(super) async fn note_try(&self, key: &str, growing: Growing, now: DateTime<Utc>) {
        let tries = self.tries_of(key).await;
        let mut tries = tries.lock().unwrap_or_else(PoisonError::into_inner);
        *tries = (remembered(*tries, growing, now).0.saturating_add(1), now);
    }

    pub(super) async fn forget_tries(&self, key: &str) {
        self.tries.invalidate(key).await;
    }

    pub(super) async fn lock(&self, key: &str, token: &str, held_at_most: Duration) -> bool {
        let lock = Kept {
            what: token.to_owned(),
            kept: held_at_most,
        };
        self.locks.entry_by_ref(key).or_insert(lock).await.is_fresh()
    }

    pub(super) async fn unlock(&self, key: &str, token: &str) {
        let entry = self.locks.entry_by_ref(key);
        entry
            .and_compute_with(async |held| match held {
                Some(held) if held.value().what == token => Op::Remove,
                _ => Op::Nop,
            })
            .await;
    }

    async fn tries_of(&self, key: &str) -> Tries {
        let none = async { Arc::new(Mutex::new((0, DateTime::UNIX_EPOCH))) };
        self.tries.get_with_by_ref(key, none).await
    }

    async fn times(&self, key: &str) -> Times {
        self.counts.get_with_by_ref(key, async { Times::default() }).await
    }
}

/// The tries that still count.
fn remembered(tries: (u32, DateTime<Utc>), growing: Growing, now: DateTime<Utc>) -> (u32, DateTime<Utc>) {
    let forgotten_after = TimeDelta::from_std(growing.forgotten_after).unwrap_or(TimeDelta::MAX);
    if now - tries.1 >= forgotten_after {
        return (0, tries.1);
    }
    tries
}

/// Answers with the window.
fn forget_old(times: &mut VecDeque<DateTime<Utc>>, allowance: Allowance, now: DateTime<Utc>) -> TimeDelta {
    let window = TimeDelta::from_std(allowance.window).unwrap_or(TimeDelta::MAX);
    while times.front().is_some_and(|first| now - *first >= window) {
        times.pop_front();
    }
    window
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_lock_is_held_by_one_and_given_back_by_its_holder_alone() {
        let memory = Memory::default();
        let minute = Duration::from_mins(1);
        assert!(memory.lock("a", "mine", minute).await);
        assert!(!memory.lock("a", "yours", minute).await);
        memory.unlock("a", "yours").await;
        assert!(!memory.lock("a", "yours", minute).await);
        memory.unlock("a", "mine").await;
        assert!(memory.lock("a", "yours", minute).await);
    }

    #[tokio::test]
    async fn a_lock_and_a_value_end_with_their_time() {
        let memory = Memory::default();
        let (no_time, dated) = (
            Duration::ZERO,
            Dated {
                value: "1".to_owned(),
                at: DateTime::UNIX_EPOCH,
            },
        );
        assert!(memory.lock("a", "mine", no_time).await);
        assert!(memory.lock("a", "yours", no_time).await);
        memory.put_newer("a", dated.clone(), no_time).await;
        assert_eq!(memory.newest("a").await, None);
        memory.put_newer("a", dated.clone(), LONGEST_WINDOW).await;
        assert_eq!(memory.newest("a").await, Some(dated));
    }
}
