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
//! Comparing, counting the guess and taking are one script at Redis, one entry lock in memory: of two at once one is right.
//! What can happen around an outage, and the worst that comes of it:
//! - Redis dies after a code was kept: it is not in memory, so it is `Nothing`. The person asks for a new code.
//! - A write that timed out but happened: its code was told to nobody. It can be guessed as any other, five times.
//! - A taking that timed out but happened: the code is gone, the answer here is `Nothing`. The person asks for a new code.
//! - Redis comes back with an older code while a newer one is in memory: for the rest of the older one's three minutes
//!   both are right, each once, and each may be guessed five times. Both were sent to the same phone.
//! - The outage, and the next request reaches another process: that one knows nothing. The person asks for a new code.
//! - Redis fails over to a replica that lagged: a taken code may be there again. What it opens is guarded by the database:
//!   a phone number signs up once, a new password is bound to the one that it replaces.

use std::sync::LazyLock;
use std::time::Duration;

use chrono::{DateTime, Utc};
use moka::ops::compute::Op;
use redis::Script;

use super::Cache;
use super::link::Miss;
use super::memory::{Kept, Memory};
use super::redis::{Redis, millis, tell_nonsense};

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

impl Memory {
    async fn keep_once(&self, key: &str, once: Once) {
        let kept = once.kept;
        self.once.insert(key.to_owned(), Kept { what: once, kept }).await;
    }

    async fn forget_once(&self, key: &str) {
        self.once.invalidate(key).await;
    }

    async fn take_once(&self, key: &str, digest: &str, now: DateTime<Utc>) -> Taken {
        let mut taken = Taken::Nothing;
        let entry = self.once.entry_by_ref(key);
        entry
            .and_compute_with(async |known| {
                let Some(mut once) = known.map(moka::Entry::into_value) else {
                    return Op::Nop;
                };
                taken = once.what.guess(digest, now);
                match taken {
                    Taken::Wrong { guesses_left: 1.. } => Op::Put(once),
                    Taken::Wrong { guesses_left: 0 } | Taken::Right | Taken::Nothing => Op::Remove,
                }
            })
            .await;
        taken
    }
}

impl Once {
    fn guess(&mut self, digest: &str, now: DateTime<Utc>) -> Taken {
        if now >= self.until {
            return Taken::Nothing;
        }
        if self.digest == digest {
            return Taken::Right;
        }
        self.guesses = self.guesses.saturating_sub(1);
        Taken::Wrong {
            guesses_left: self.guesses,
        }
    }
}

/// A hash of `digest`, `until` in microseconds and `guesses`.
static KEEP: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
        redis.call('DEL', KEYS[1])
        redis.call('HSET', KEYS[1], 'digest', ARGV[1], 'until', ARGV[2], 'guesses', ARGV[3])
        redis.call('PEXPIRE', KEYS[1], ARGV[4])
        return 1
        ",
    )
});

/// Answers with -2 when it is right, -1 when there is nothing, else how many guesses are left.
static TAKE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
        if redis.call('TYPE', KEYS[1]).ok ~= 'hash' then redis.call('DEL', KEYS[1]) return -1 end
        local known = redis.call('HMGET', KEYS[1], 'digest', 'until', 'guesses')
        local over, guesses = tonumber(known[2] or ''), tonumber(known[3] or '')
        if not known[1] or not over or not guesses or over <= tonumber(ARGV[2]) then
            redis.call('DEL', KEYS[1])
            return -1
        end
        if known[1] == ARGV[1] then
            redis.call('DEL', KEYS[1])
            return -2
        end
        if guesses <= 1 then
            redis.call('DEL', KEYS[1])
            return 0
        end
        redis.call('HSET', KEYS[1], 'guesses', guesses - 1)
        return guesses - 1
        ",
    )
});

impl Redis {
    async fn keep_once(&self, key: &str, once: &Once) -> Result<(), Miss> {
        let mut call = KEEP.key(self.name(key));
        call.arg(&once.digest)
            .arg(once.until.timestamp_micros())
            .arg(once.guesses)
            .arg(millis(once.kept));
        let asking = self
            .link()
            .ask(|mut connection| async move { call.invoke_async::<i64>(&mut connection).await });
        tell_nonsense(key, asking.await).map(|_| ())
    }

    async fn take_once(&self, key: &str, digest: &str, now: DateTime<Utc>) -> Result<Taken, Miss> {
        let mut call = TAKE.key(self.name(key));
        call.arg(digest).arg(now.timestamp_micros());
        let asking = self
            .link()
            .ask(|mut connection| async move { call.invoke_async::<i64>(&mut connection).await });
        Ok(match tell_nonsense(key, asking.await)? {
            -2 => Taken::Right,
            -1 => Taken::Nothing,
            left => Taken::Wrong {
                guesses_left: u32::try_from(left).unwrap_or(0),
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use futures::future::join_all;

    use super::*;

    fn once(digest: &str) -> Once {
        Once {
            digest: digest.to_owned(),
            guesses: 5,
            until: DateTime::UNIX_EPOCH + TimeDelta::minutes(3),
            kept: Duration::from_mins(3),
        }
    }

    fn at(secs: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(secs)
    }

    #[tokio::test]
    async fn of_a_hundred_at_once_one_takes_it() {
        let cache = Cache::default();
        assert_eq!(cache.keep_once("a", once("right")).await, Keeping::Kept);
        let tries = join_all((0..100).map(|_| cache.take_once("a", "right", at(0)))).await;
        assert_eq!(tries.iter().filter(|taken| **taken == Taken::Right).count(), 1);
        assert_eq!(tries.iter().filter(|taken| **taken == Taken::Nothing).count(), 99);
    }

    #[tokio::test]
    async fn of_a_hundred_wrong_guesses_at_once_five_are_looked_at_and_then_it_is_gone() {
        let cache = Cache::default();
        cache.keep_once("a", once("right")).await;
        let tries = join_all((0..100).map(|_| cache.take_once("a", "wrong", at(0)))).await;
        let looked_at = |taken: &&Taken| matches!(taken, Taken::Wrong { .. });
        assert_eq!(tries.iter().filter(looked_at).count(), 5);
        assert_eq!(cache.take_once("a", "right", at(0)).await, Taken::Nothing);
    }

    #[tokio::test]
    async fn it_is_over_at_its_time_and_another_takes_its_place() {
        let cache = Cache::default();
        cache.keep_once("a", once("first")).await;
        cache.keep_once("a", once("second")).await;
        let wrong = cache.take_once("a", "first", at(179)).await;
        assert_eq!(wrong, Taken::Wrong { guesses_left: 4 });
        assert_eq!(cache.take_once("a", "second", at(180)).await, Taken::Nothing);
        cache.keep_once("a", once("third")).await;
        assert_eq!(cache.take_once("b", "third", at(179)).await, Taken::Nothing);
        assert_eq!(cache.take_once("a", "third", at(179)).await, Taken::Right);
    }
}
