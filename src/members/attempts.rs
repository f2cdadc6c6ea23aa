//! How often one may try: a bounded memory of recent attempts by email and by peer address.
//!
//! An attempt counts from its beginning, so that many at once gain nothing; a right password forgets those of its email.
//! Anybody can use up the attempts of an email they know. That costs its owner a quarter of an hour at most, and is the
//! price of guesses being few.

use std::collections::VecDeque;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use moka::future::Cache;

const WINDOW_SECS: u16 = 15 * 60;
/// Wrong passwords for one email within the window.
const PER_EMAIL: usize = 10;
/// Attempts to sign in from one address within the window: an office shares one.
const PER_PEER: usize = 100;
/// New members from one address within the window.
const SIGN_UPS_PER_PEER: usize = 100;
/// Emails and addresses remembered at the same time; the ones not seen for longest are forgotten first.
const REMEMBERED: u64 = 100_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too many attempts; the next one is possible in {retry_after_secs} seconds")]
pub struct TooManyAttempts {
    pub retry_after_secs: i64,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Key {
    Email(String),
    Peer(IpAddr),
    SignUp(IpAddr),
}

type Times = Arc<Mutex<VecDeque<DateTime<Utc>>>>;

/// The recent attempts that this process saw. Cheap to clone.
#[derive(Clone)]
pub struct Attempts(Cache<Key, Times>);

impl Attempts {
    #[must_use]
    pub fn new() -> Self {
        Self(
            Cache::builder()
                .max_capacity(REMEMBERED)
                .time_to_idle(Duration::from_secs(u64::from(WINDOW_SECS)))
                .build(),
        )
    }

    /// Counts an attempt to sign in before its password is looked at.
    ///
    /// # Errors
    /// When the email or the address has used up its attempts. Such an attempt is not counted.
    pub async fn begin_sign_in(
        &self,
        email: &str,
        peer: Option<IpAddr>,
        now: DateTime<Utc>,
    ) -> Result<(), TooManyAttempts> {
        if let Some(peer) = peer {
            self.count(Key::Peer(peer), PER_PEER, now).await?;
        }
        self.count(Key::Email(email.to_owned()), PER_EMAIL, now).await
    }

    /// Forgets the attempts of an email whose owner has shown the right password, and takes this one off the address:
    /// an office full of people who know their passwords is no attack.
    pub async fn signed_in(&self, email: &str, peer: Option<IpAddr>) {
        self.0.invalidate(&Key::Email(email.to_owned())).await;
        let Some(peer) = peer else { return };
        if let Some(times) = self.0.get(&Key::Peer(peer)).await {
            times.lock().unwrap_or_else(PoisonError::into_inner).pop_back();
        }
    }

    /// Counts an attempt to sign up.
    ///
    /// # Errors
    /// When the address has used up its attempts.
    pub async fn begin_sign_up(&self, peer: Option<IpAddr>, now: DateTime<Utc>) -> Result<(), TooManyAttempts> {
        match peer {
            Some(peer) => self.count(Key::SignUp(peer), SIGN_UPS_PER_PEER, now).await,
            None => Ok(()),
        }
    }

    async fn count(&self, key: Key, limit: usize, now: DateTime<Utc>) -> Result<(), TooManyAttempts> {
        let times = self.0.get_with(key, async { Times::default() }).await;
        let mut times = times.lock().unwrap_or_else(PoisonError::into_inner);
        let window = TimeDelta::seconds(i64::from(WINDOW_SECS));
        while times.front().is_some_and(|first| *first + window <= now) {
            times.pop_front();
        }
        match times.front() {
            Some(first) if times.len() >= limit => Err(TooManyAttempts {
                retry_after_secs: (*first + window - now).num_seconds().max(1),
            }),
            _ => {
                times.push_back(now);
                Ok(())
            }
        }
    }
}

impl Default for Attempts {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;

    use super::*;

    fn at(second: i64) -> DateTime<Utc> {
        Utc.timestamp_opt(1_800_000_000 + second, 0).unwrap()
    }

    #[tokio::test]
    async fn the_eleventh_attempt_for_an_email_waits_until_the_first_is_a_quarter_of_an_hour_old() {
        let attempts = Attempts::new();
        for second in 0..10 {
            attempts.begin_sign_in("a@naru.test", None, at(second)).await.unwrap();
        }
        let refused = attempts.begin_sign_in("a@naru.test", None, at(10)).await.unwrap_err();
        assert_eq!(refused.retry_after_secs, 890);
        attempts.begin_sign_in("b@naru.test", None, at(10)).await.unwrap();
        attempts.begin_sign_in("a@naru.test", None, at(900)).await.unwrap();
        attempts.begin_sign_in("a@naru.test", None, at(900)).await.unwrap_err();
    }

    #[tokio::test]
    async fn a_right_password_forgets_the_wrong_ones_before_it() {
        let attempts = Attempts::new();
        for _ in 0..9 {
            attempts.begin_sign_in("a@naru.test", None, at(0)).await.unwrap();
        }
        attempts.signed_in("a@naru.test", None).await;
        for _ in 0..10 {
            attempts.begin_sign_in("a@naru.test", None, at(1)).await.unwrap();
        }
    }

    #[tokio::test]
    async fn right_passwords_use_up_no_address() {
        let attempts = Attempts::new();
        let peer = Some(IpAddr::from([203, 0, 113, 7]));
        for _ in 0..=PER_PEER {
            attempts.begin_sign_in("a@naru.test", peer, at(0)).await.unwrap();
            attempts.signed_in("a@naru.test", peer).await;
        }
    }

    #[tokio::test]
    async fn one_address_cannot_try_many_emails_without_end() {
        let attempts = Attempts::new();
        let peer = Some(IpAddr::from([203, 0, 113, 7]));
        for n in 0..PER_PEER {
            attempts
                .begin_sign_in(&format!("{n}@naru.test"), peer, at(0))
                .await
                .unwrap();
        }
        attempts.begin_sign_in("x@naru.test", peer, at(0)).await.unwrap_err();
        attempts
            .begin_sign_in("x@naru.test", Some(IpAddr::from([203, 0, 113, 8])), at(0))
            .await
            .unwrap();
    }
}
