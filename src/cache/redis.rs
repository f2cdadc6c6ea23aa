//! What is said to Redis: one atomic command or script a verb, over a link that never makes anybody wait for long.

use std::sync::LazyLock;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use redis::{Client, FromRedisValue, RedisResult, Script, ScriptInvocation};
use secrecy::{ExposeSecret, SecretString};
use tokio::time::timeout;

use super::link::{Link, Miss, PATIENCE};
use super::{Allowance, Dated, Growing, Subscriber, UsedUp};
use crate::config::CacheSettings;

/// The address of a Redis that cannot be one. Never holds the address, for a password may be in it.
#[derive(Debug, thiserror::Error)]
#[error("not the address of a Redis, such as redis://user:password@host:port/0")]
pub struct AddressError;

/// Why Redis is of no use now.
#[derive(Debug, thiserror::Error)]
#[error("Redis at {address}: {problem}")]
pub struct CheckError {
    address: String,
    problem: Miss,
}

/// Cheap to clone.
#[derive(Clone)]
pub struct Redis {
    link: Link,
    namespace: String,
}

// A key of another type than ours is somebody's mistake: it goes.

/// A hash of `at` in microseconds and `value`. Numbers of this size are exact in Lua. No clock of ours is a day ahead of
/// another: what says so is not ours.
static PUT_NEWER: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
        if redis.call('TYPE', KEYS[1]).ok ~= 'hash' then redis.call('DEL', KEYS[1]) end
        local known, at = tonumber(redis.call('HGET', KEYS[1], 'at')), tonumber(ARGV[1])
        if known and known > at and known < at + 86400000000 then return end
        redis.call('HSET', KEYS[1], 'at', ARGV[1], 'value', ARGV[2])
        redis.call('PEXPIRE', KEYS[1], ARGV[3])
        ",
    )
});

/// A list of moments in microseconds, oldest first. Answers with the microseconds to wait, 0 when it was counted.
static COUNT: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
        if redis.call('TYPE', KEYS[1]).ok ~= 'list' then redis.call('DEL', KEYS[1]) end
        local now, window = tonumber(ARGV[1]), tonumber(ARGV[2])
        local first = redis.call('LINDEX', KEYS[1], 0)
        while first and (tonumber(first) or 0) + window <= now do
            redis.call('LPOP', KEYS[1])
            first = redis.call('LINDEX', KEYS[1], 0)
        end
        if first and redis.call('LLEN', KEYS[1]) >= tonumber(ARGV[3]) then return first + window - now end
        redis.call('RPUSH', KEYS[1], ARGV[1])
        redis.call('PEXPIRE', KEYS[1], ARGV[4])
        return 0
        ",
    )
});

/// A hash of how many `tries` there were and `at` which microsecond the last one was. Answers with the microseconds to wait,
/// 0 when it was counted. Another process's clock may be a moment ahead, so a free try is never early.
static TRY: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
        if redis.call('TYPE', KEYS[1]).ok ~= 'hash' then redis.call('DEL', KEYS[1]) end
        local tries = tonumber(redis.call('HGET', KEYS[1], 'tries')) or 0
        local at, now = tonumber(redis.call('HGET', KEYS[1], 'at')) or 0, tonumber(ARGV[1])
        local free, first, longest, forget = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
        if at + forget <= now then tries = 0 end
        if tries >= free then
            local wait = math.min(first * 2 ^ math.min(tries - free, 32), longest)
            if at + wait > now then return math.min(at + wait - now, longest) end
        end
        redis.call('HSET', KEYS[1], 'tries', tries + 1, 'at', ARGV[1])
        redis.call('PEXPIRE', KEYS[1], ARGV[6])
        return 0
        ",
    )
});

/// A number that ends with its window. Answers with it.
static TICK: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
        if redis.call('TYPE', KEYS[1]).ok ~= 'string' then redis.call('DEL', KEYS[1]) end
        local count = redis.call('INCR', KEYS[1])
        if count == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
        return count
        ",
    )
});

static UNLOCK: LazyLock<Script> =
    LazyLock::new(|| Script::new(r"if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end"));

impl Redis {
    pub(super) fn new(address: &SecretString, settings: &CacheSettings) -> Result<Self, AddressError> {
        let client = Client::open(address.expose_secret()).map_err(|_| AddressError)?;
        Ok(Self {
            link: Link::new(client, settings.deadline()),
            namespace: settings.namespace.clone(),
        })
    }

    pub(super) async fn newest(&self, key: &str) -> Result<Option<Dated<String>>, Miss> {
        let mut command = redis::cmd("HMGET");
        command.arg(self.name(key)).arg("at").arg("value");
        let (at, value): (Option<String>, Option<String>) = self.run(key, &command).await?;
        let Some((at, value)) = at.zip(value) else {
            return Ok(None);
        };
        let at = at.parse().ok().and_then(DateTime::from_timestamp_micros);
        if at.is_none() {
            tracing::warn!(key, "a value in Redis has no time that can be read, and counts as none");
        }
        Ok(at.map(|at| Dated { value, at }))
    }

    pub(super) async fn put_newer(&self, key: &str, dated: &Dated<String>, kept: Duration) -> Result<(), Miss> {
        let mut call = PUT_NEWER.key(self.name(key));
        call.arg(dated.at.timestamp_micros())
            .arg(&dated.value)
            .arg(millis(kept));
        let asking = self
            .link
            .ask(|mut connection| async move { call.invoke_async(&mut connection).await });
        tell_nonsense(key, asking.await)
    }

    /// `None` when it was counted.
    pub(super) async fn count(
        &self,
        key: &str,
        allowance: Allowance,
        now: DateTime<Utc>,
    ) -> Result<Option<UsedUp>, Miss> {
        let mut call = COUNT.key(self.name(key));
        call.arg(now.timestamp_micros())
            .arg(micros(allowance.window))
            .arg(allowance.count)
            .arg(millis(allowance.window));
        self.wait_of(key, call).await
    }

    /// `None` when it was counted.
    pub(super) async fn try_once(
        &self,
        key: &str,
        growing: Growing,
        now: DateTime<Utc>,
    ) -> Result<Option<UsedUp>, Miss> {
        let mut call = TRY.key(self.name(key));
        call.arg(now.timestamp_micros())
            .arg(growing.free)
            .arg(micros(growing.first))
            .arg(micros(growing.longest))
            .arg(micros(growing.forgotten_after))
            .arg(millis(growing.forgotten_after));
        self.wait_of(key, call).await
    }

    /// Kept for sixty windows, as in memory.
    pub(super) async fn tick(&self, key: &str, window: Duration) -> Result<u64, Miss> {
        let mut call = TICK.key(self.name(key));
        call.arg(millis(window.saturating_mul(60)));
        let asking = self
            .link
            .ask(|mut connection| async move { call.invoke_async(&mut connection).await });
        tell_nonsense(key, asking.await)
    }

    /// Asks a script that answers with the microseconds to wait.
    async fn wait_of(&self, key: &str, call: ScriptInvocation<'_>) -> Result<Option<UsedUp>, Miss> {
        let asking = self
            .link
            .ask(|mut connection| async move { call.invoke_async(&mut connection).await });
        let wait_us: u64 = tell_nonsense(key, asking.await)?;
        Ok((wait_us > 0).then_some(UsedUp {
            wait: Duration::from_micros(wait_us),
        }))
    }

    pub(super) async fn give_back(&self, key: &str) -> Result<(), Miss> {
        self.run(key, redis::cmd("RPOP").arg(self.name(key))).await
    }

    pub(super) async fn remove(&self, key: &str) -> Result<(), Miss> {
        self.run(key, redis::cmd("DEL").arg(self.name(key))).await
    }

    /// Whether it is ours now.
    pub(super) async fn lock(&self, key: &str, token: &str, held_at_most: Duration) -> Result<bool, Miss> {
        let mut command = redis::cmd("SET");
        command
            .arg(self.name(key))
            .arg(token)
            .arg("NX")
            .arg("PX")
            .arg(millis(held_at_most));
        let set: Option<String> = self.run(key, &command).await?;
        Ok(set.is_some())
    }

    pub(super) async fn unlock(&self, key: &str, token: &str) -> Result<(), Miss> {
        let mut call = UNLOCK.key(self.name(key));
        call.arg(token);
        let asking = self
            .link
            .ask(|mut connection| async move { call.invoke_async(&mut connection).await });
        tell_nonsense(key, asking.await)
    }

    pub(super) async fn publish(&self, channel: &str, text: &str) -> Result<(), Miss> {
        self.run(channel, redis::cmd("PUBLISH").arg(self.name(channel)).arg(text))
            .await
    }

    pub(super) fn subscriber(&self, channel: &str) -> Subscriber {
        Subscriber::new(self.link.client().clone(), self.name(channel))
    }

    pub(super) async fn check(&self) -> Result<Duration, CheckError> {
        let client = self.link.client();
        let asking = async {
            let mut connection = client.get_multiplexed_async_connection().await?;
            let begun = Instant::now();
            redis::cmd("PING").query_async::<()>(&mut connection).await?;
            Ok(begun.elapsed())
        };
        let answer = timeout(PATIENCE, asking).await.unwrap_or(Err(Miss::Slow(PATIENCE)));
        answer.map_err(|problem| CheckError {
            address: client.get_connection_info().addr().to_string(),
            problem,
        })
    }

    async fn run<T: FromRedisValue>(&self, key: &str, command: &redis::Cmd) -> Result<T, Miss> {
        let asking = self
            .link
            .ask(|mut connection| async move { command.query_async(&mut connection).await as RedisResult<T> });
        tell_nonsense(key, asking.await)
    }

    pub(super) const fn link(&self) -> &Link {
        &self.link
    }

    pub(super) fn name(&self, key: &str) -> String {
        format!("{}:{key}", self.namespace)
    }
}

/// An outage is told once, by the link; a key that holds something strange each time.
pub(super) fn tell_nonsense<T>(key: &str, answer: Result<T, Miss>) -> Result<T, Miss> {
    if let Err(why @ Miss::Nonsense(_)) = &answer {
        tracing::warn!(key, %why, "a key in Redis holds what is not ours, and counts as empty");
    }
    answer
}

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

/// At least one: Redis refuses a time of nothing.
pub(super) fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX).max(1)
}
