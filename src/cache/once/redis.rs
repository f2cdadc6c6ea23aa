//! Taken once over all processes: each verb is one script.

use std::sync::LazyLock;

use chrono::{DateTime, Utc};
use redis::Script;

use super::{Once, Taken};
use crate::cache::link::Miss;
use crate::cache::redis::{Redis, millis, tell_nonsense};

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
    pub(super) async fn keep_once(&self, key: &str, once: &Once) -> Result<(), Miss> {
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

    pub(super) async fn take_once(&self, key: &str, digest: &str, now: DateTime<Utc>) -> Result<Taken, Miss> {
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
