//! What may be taken once: the digest of a code, with how often it may be guessed and until when.
//!
//! A code is kept in exactly one place, Redis or the memory of one process, so that it cannot be taken from both:
//!
//! ```text
//!   keep ─▶ Redis says "kept" ───────────▶ in Redis; a code of an outage is taken out of this process's memory
//!       └─▶ no answer, or none in time ──▶ `Unclear`: it may be there, so nobody may be told of THIS code.
//!                                          The caller makes another and keeps that one here (`keep_here`).
//!   take ─▶ Redis: right ────────────────▶ gone there in the same step; right
//!       ├─▶ Redis: wrong, or nothing ────▶ memory decides: it has a code of an outage, or nothing
//!       └─▶ no answer, or none in time ──▶ memory decides
//! ```
//!
//! Comparing, counting and taking are one step, so of two at once one is right. The worst that comes of an outage:
//! - Redis dies after a code was kept, or a taking timed out but happened: `Nothing`. The person asks for a new code. So
//!   also where the next request reaches another process, which knows nothing of a code in memory.
//! - A write that timed out but happened, however late: its code was told to nobody, and can be guessed five times.
//! - Redis comes back with an older code while a newer one is in memory: for the rest of the older one's three minutes
//!   both are right, each once, and each may be guessed five times. Both were sent to the same phone.
//! - Redis fails over to a replica that lagged: a taken code may be there again. What it opens is guarded by the database:
//!   a phone number signs up once, a new password is bound to the one that it replaces.

mod memory;
mod redis;

use std::time::Duration;

use chrono::{DateTime, Utc};

use super::Cache;

/// Something that may be taken once.
#[derive(Clone, Debug)]
pub struct Once {
    /// Keyed, so that who reads the cache learns nothing.
    pub digest: String,
    /// Wrong guesses until it is gone.
    pub guesses: u32,
    pub until: DateTime<Utc>,
    /// As long as `until` is away.
    pub kept: Duration,
}

/// Whether it is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keeping {
    Kept,
    /// Redis gave no answer: it may have it.
    Unclear,
}

/// What became of a guess.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// It is gone.
    Right,
    /// At 0 it is gone.
    Wrong { guesses_left: u32 },
    /// Never kept, over, taken, or guessed at too often.
    Nothing,
}

impl Cache {
    /// Keeps it in the place of any other under the key.
    pub async fn keep_once(&self, key: &str, once: Once) -> Keeping {
        match self {
            Self::Memory(memory) => memory.keep_once(key, once).await,
            Self::Redis(redis, memory) => {
                if redis.keep_once(key, &once).await.is_err() {
                    return Keeping::Unclear;
                }
                memory.forget_once(key).await;
            }
        }
        Keeping::Kept
    }

    /// As [`Self::keep_once`], in this process alone.
    pub async fn keep_once_here(&self, key: &str, once: Once) {
        let (Self::Memory(memory) | Self::Redis(_, memory)) = self;
        memory.keep_once(key, once).await;
    }

    /// Compares, counts the guess, and takes what is right, in one step.
    pub async fn take_once(&self, key: &str, digest: &str, now: DateTime<Utc>) -> Taken {
        let memory = match self {
            Self::Memory(memory) => memory,
            Self::Redis(redis, memory) => match redis.take_once(key, digest, now).await {
                Ok(Taken::Right) => return Taken::Right,
                Ok(there) => {
                    let here = memory.take_once(key, digest, now).await;
                    return if here == Taken::Nothing { there } else { here };
                }
                Err(_) => memory,
            },
        };
        memory.take_once(key, digest, now).await
    }
}
