//! What processes share for a while and may forget: in memory, or in Redis where one is named.
//!
//! ```text
//!   verb ─▶ Memory ───────────────────────────────────────▶ what this process knows
//!       └─▶ Redis ─▶ link ─▶ an answer within the deadline ─▶ what all know, and memory is told
//!                     └────▶ down, slow, or nonsense ───────▶ what this process knows
//! ```
//!
//! An outage is never an error here: what was written through memory stays readable, attempts are counted by each process
//! for itself, a lock holds within the process, and what may be taken once (`once/`) is in one place alone. No decision about money may read any of it; a test of the house keeps
//! `transfers/` and `relay/` from naming it. Keys hold ids and blind indexes, never what identifies a person.

mod link;
mod memory;
mod once;
mod redis;
mod subscriber;

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::config::CacheSettings;
use memory::Memory;
pub use once::{Keeping, Once, Taken};
use redis::Redis;
pub use redis::{AddressError, CheckError};
pub use subscriber::{Heard, Subscriber};

/// The cache of this process. Cheap to clone.
#[derive(Clone)]
pub enum Cache {
    Memory(Memory),
    /// Memory takes over while Redis does not answer.
    Redis(Redis, Memory),
}

/// A value with the moment at which it was true.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dated<T> {
    pub value: T,
    /// In whole microseconds.
    pub at: DateTime<Utc>,
}

/// So many within any span of this length.
#[derive(Clone, Copy, Debug)]
pub struct Allowance {
    pub count: usize,
    pub window: Duration,
}

/// Some tries at once, and then each waits twice as long as the one before.
#[derive(Clone, Copy, Debug)]
pub struct Growing {
    pub free: u32,
    /// Before the first that is not free.
    pub first: Duration,
    pub longest: Duration,
    /// After the last one.
    pub forgotten_after: Duration,
}

impl Growing {
    /// How long after the last of so many tries the next one may come.
    fn wait_after(self, tries: u32) -> Duration {
        match tries.checked_sub(self.free) {
            None => Duration::ZERO,
            Some(waited) => {
                let factor = 2_u32.checked_pow(waited).unwrap_or(u32::MAX);
                self.first.saturating_mul(factor).min(self.longest)
            }
        }
    }
}

/// Nothing is left of an allowance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UsedUp {
    /// Until the oldest that counts is out of the window.
    pub wait: Duration,
}

/// A lock in our hands, until it is given back or its time is over.
#[derive(Debug)]
pub struct Lock {
    key: String,
    /// Tells our lock from the next one's under the same key.
    token: String,
    /// Whether Redis gave it, or memory while Redis did not answer.
    is_shared: bool,
}

impl Cache {
    /// By the settings. Connects at the first use, and not before.
    ///
    /// # Errors
    /// When Redis' address cannot be read.
    pub fn new(settings: &CacheSettings) -> Result<Self, AddressError> {
        let memory = Memory::default();
        Ok(match settings.redis() {
            Some(address) => Self::Redis(Redis::new(address, settings)?, memory),
            None => Self::Memory(memory),
        })
    }

    /// The newest value that is known under the key.
    pub async fn newest<T: DeserializeOwned>(&self, key: &str) -> Option<Dated<T>> {
        let known = match self {
            Self::Memory(memory) => memory.newest(key).await,
            Self::Redis(redis, memory) => {
                let (shared, own) = (redis.newest(key).await.ok().flatten(), memory.newest(key).await);
                // Ours is the newer one after Redis forgot, or when it was away while we learned.
                shared.into_iter().chain(own).max_by_key(|dated| dated.at)
            }
        }?;
        match serde_json::from_str(&known.value) {
            Ok(value) => Some(Dated { value, at: known.at }),
            Err(error) => {
                tracing::warn!(key, %error, "a value in the cache cannot be read, and counts as none");
                None
            }
        }
    }

    /// Keeps the value under the key, unless a newer one is there.
    pub async fn put_newer<T: Serialize>(&self, key: &str, dated: &Dated<T>, kept: Duration) {
        let value = match serde_json::to_string(&dated.value) {
            Ok(value) => value,
            Err(error) => {
                tracing::error!(key, %error, "a value cannot be written to the cache");
                return;
            }
        };
        let dated = Dated { value, at: dated.at };
        let memory = match self {
            Self::Memory(memory) => memory,
            Self::Redis(redis, memory) => {
                redis.put_newer(key, &dated, kept).await.ok();
                memory
            }
        };
        memory.put_newer(key, dated, kept).await;
    }

    /// Takes one of the allowance under the key. What is refused is not counted.
    ///
    /// # Errors
    /// When all of it is used.
    pub async fn count(&self, key: &str, allowance: Allowance, now: DateTime<Utc>) -> Result<(), UsedUp> {
        match self {
            Self::Memory(memory) => memory.count(key, allowance, now).await,
            Self::Redis(redis, memory) => match redis.count(key, allowance, now).await {
                Ok(None) => {
                    memory.note(key, allowance, now).await;
                    Ok(())
                }
                Ok(Some(used_up)) => Err(used_up),
                Err(_) => memory.count(key, allowance, now).await,
            },
        }
    }

    /// How often this was asked for the key in the current window of this length, this time included. Windows begin at
    /// whole multiples of their length.
    pub async fn tick(&self, key: &str, window: Duration, now: DateTime<Utc>) -> u64 {
        let length_us = i64::try_from(window.as_micros()).unwrap_or(i64::MAX).max(1);
        let key = format!("{key}:{}", now.timestamp_micros() / length_us);
        match self {
            Self::Memory(memory) => memory.tick(&key, window).await,
            Self::Redis(redis, memory) => match redis.tick(&key, window).await {
                Ok(count) => count,
                Err(_) => memory.tick(&key, window).await,
            },
        }
    }

    /// Gives back what was taken last under the key.
    pub async fn give_back(&self, key: &str) {
        let memory = match self {
            Self::Memory(memory) => memory,
            Self::Redis(redis, memory) => {
                redis.give_back(key).await.ok();
                memory
            }
        };
        memory.give_back(key).await;
    }

    /// Counts a try under the key. One that comes too early is refused and not counted.
    ///
    /// # Errors
    /// When it has to wait.
    pub async fn try_once(&self, key: &str, growing: Growing, now: DateTime<Utc>) -> Result<(), UsedUp> {
        match self {
            Self::Memory(memory) => memory.try_once(key, growing, now).await,
            Self::Redis(redis, memory) => match redis.try_once(key, growing, now).await {
                Ok(None) => {
                    memory.note_try(key, growing, now).await;
                    Ok(())
                }
                Ok(Some(used_up)) => Err(used_up),
                Err(_) => memory.try_once(key, growing, now).await,
            },
        }
    }

    /// Forgets all tries under the key.
    pub async fn forget_tries(&self, key: &str) {
        let memory = match self {
            Self::Memory(memory) => memory,
            Self::Redis(redis, memory) => {
                redis.remove(key).await.ok();
                memory
            }
        };
        memory.forget_tries(key).await;
    }

    /// The lock under the key, `None` while somebody has it. It frees itself after `held_at_most`.
    pub async fn lock(&self, key: &str, held_at_most: Duration) -> Option<Lock> {
        let token = Uuid::new_v4().simple().to_string();
        let (is_ours, is_shared) = match self {
            Self::Memory(memory) => (memory.lock(key, &token, held_at_most).await, false),
            Self::Redis(redis, memory) => match redis.lock(key, &token, held_at_most).await {
                Ok(is_ours) => (is_ours, true),
                Err(_) => (memory.lock(key, &token, held_at_most).await, false),
            },
        };
        is_ours.then(|| Lock {
            key: key.to_owned(),
            token,
            is_shared,
        })
    }

    /// Gives a lock back, unless its time was over and somebody else has it now.
    pub async fn unlock(&self, lock: Lock) {
        match self {
            // Where this fails it frees itself.
            Self::Redis(redis, _) if lock.is_shared => redis.unlock(&lock.key, &lock.token).await.unwrap_or(()),
            Self::Memory(memory) | Self::Redis(_, memory) => memory.unlock(&lock.key, &lock.token).await,
        }
    }

    /// Tells the other processes that listen to the channel just now; without Redis there is none. False where Redis did not
    /// take it.
    pub async fn publish(&self, channel: &str, text: &str) -> bool {
        match self {
            Self::Memory(_) => true,
            Self::Redis(redis, _) => redis.publish(channel, text).await.is_ok(),
        }
    }

    /// Whether other processes may be told.
    #[must_use]
    pub const fn is_shared(&self) -> bool {
        matches!(self, Self::Redis(..))
    }

    /// Hears what is published on the channel; `None` where there are no other processes to hear.
    #[must_use]
    pub fn subscriber(&self, channel: &str) -> Option<Subscriber> {
        match self {
            Self::Memory(_) => None,
            Self::Redis(redis, _) => Some(redis.subscriber(channel)),
        }
    }

    /// Asks Redis over a connection of its own how long it takes to answer; `None` without Redis.
    ///
    /// # Errors
    /// What is wrong. What to do about it is told by `naru doctor`.
    pub async fn check(&self) -> Result<Option<Duration>, CheckError> {
        match self {
            Self::Memory(_) => Ok(None),
            Self::Redis(redis, _) => redis.check().await.map(Some),
        }
    }
}

impl Default for Cache {
    fn default() -> Self {
        Self::Memory(Memory::default())
    }
}
