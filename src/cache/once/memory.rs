//! Taken once within a process: compared, counted and taken under the lock of its entry.

use chrono::{DateTime, Utc};
use moka::ops::compute::Op;

use super::{Once, Taken};
use crate::cache::memory::{Kept, Memory};

impl Memory {
    pub(super) async fn keep_once(&self, key: &str, once: Once) {
        let kept = once.kept;
        self.once.insert(key.to_owned(), Kept { what: once, kept }).await;
    }

    pub(super) async fn forget_once(&self, key: &str) {
        self.once.invalidate(key).await;
    }

    pub(super) async fn take_once(&self, key: &str, digest: &str, now: DateTime<Utc>) -> Taken {
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use chrono::TimeDelta;
    use futures::future::join_all;

    use super::*;
    use crate::cache::{Cache, Keeping};

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
