//! How often one may try: a bounded memory of recent attempts by email and by peer address, which all processes share
//! where there is a Redis. While it is away each process counts for itself, so that guesses stay few then, too.
//!
//! An attempt counts from its beginning, so that many at once gain nothing; a right password forgets those of its email.
//! Anybody can use up the attempts of an email they know. That costs its owner a quarter of an hour at most, and is the
//! price of guesses being few.

use std::net::IpAddr;
use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::cache::{Allowance, Cache, UsedUp};
use crate::security::sealed::Sealer;

const WINDOW: Duration = Duration::from_mins(15);
/// Wrong passwords for one email within the window.
const PER_EMAIL: usize = 10;
/// Attempts to sign in from one address within the window: an office shares one.
const PER_PEER: usize = 100;
/// New members from one address within the window.
const SIGN_UPS_PER_PEER: usize = 100;

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too many attempts; the next one is possible in {retry_after_secs} seconds")]
pub struct TooManyAttempts {
    pub retry_after_secs: i64,
}

/// The recent attempts. Cheap to clone.
#[derive(Clone)]
pub struct Attempts {
    cache: Cache,
    sealer: Sealer,
}

impl Attempts {
    #[must_use]
    pub const fn new(cache: Cache, sealer: Sealer) -> Self {
        Self { cache, sealer }
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
            self.count(&self.of_peer(peer), PER_PEER, now).await?;
        }
        self.count(&self.of_email(email), PER_EMAIL, now).await
    }

    /// Forgets the attempts of an email whose owner has shown the right password, and takes this one off the address:
    /// an office full of people who know their passwords is no attack.
    pub async fn signed_in(&self, email: &str, peer: Option<IpAddr>) {
        self.cache.give_back_all(&self.of_email(email)).await;
        if let Some(peer) = peer {
            self.cache.give_back(&self.of_peer(peer)).await;
        }
    }

    /// Counts an attempt to sign up.
    ///
    /// # Errors
    /// When the address has used up its attempts.
    pub async fn begin_sign_up(&self, peer: Option<IpAddr>, now: DateTime<Utc>) -> Result<(), TooManyAttempts> {
        match peer {
            Some(peer) => {
                let key = self.key("sign-up", &peer.to_string());
                self.count(&key, SIGN_UPS_PER_PEER, now).await
            }
            None => Ok(()),
        }
    }

    async fn count(&self, key: &str, count: usize, now: DateTime<Utc>) -> Result<(), TooManyAttempts> {
        let allowance = Allowance { count, window: WINDOW };
        let counted = self.cache.count(key, allowance, now).await;
        counted.map_err(|UsedUp { wait }| TooManyAttempts {
            retry_after_secs: i64::try_from(wait.as_secs()).unwrap_or(i64::MAX).max(1),
        })
    }

    fn of_email(&self, email: &str) -> String {
        self.key("email", email)
    }

    fn of_peer(&self, peer: IpAddr) -> String {
        self.key("peer", &peer.to_string())
    }

    /// Emails and addresses are people's: the cache gets their blind index.
    fn key(&self, of: &'static str, text: &str) -> String {
        let index = self.sealer.blind_index(of, text).unwrap_or_else(|error| {
            tracing::error!(%error, "attempts cannot be told apart, and are counted together");
            String::new()
        });
        format!("attempts:{of}:{index}")
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;

    use super::*;

    fn attempts() -> Attempts {
        let sealer = Sealer::new(&"1".repeat(64).into(), &"2".repeat(64).into()).unwrap();
        Attempts::new(Cache::default(), sealer)
    }

    fn at(second: i64) -> DateTime<Utc> {
        Utc.timestamp_opt(1_800_000_000 + second, 0).unwrap()
    }

    #[tokio::test]
    async fn the_eleventh_attempt_for_an_email_waits_until_the_first_is_a_quarter_of_an_hour_old() {
        let attempts = attempts();
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
        let attempts = attempts();
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
        let attempts = attempts();
        let peer = Some(IpAddr::from([203, 0, 113, 7]));
        for _ in 0..=PER_PEER {
            attempts.begin_sign_in("a@naru.test", peer, at(0)).await.unwrap();
            attempts.signed_in("a@naru.test", peer).await;
        }
    }

    #[tokio::test]
    async fn one_address_cannot_try_many_emails_without_end() {
        let attempts = attempts();
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
