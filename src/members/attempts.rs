//! How often one may try a password, or the code of a second factor: a bounded memory of recent tries, which all processes share where there is a Redis.
//! While it is away each process counts for itself, so that guesses stay few then, too.
//!
//! ```text
//!   tries of one email    1 … 5 at once · 6th after 1 s · 7th after 2 s · 4 s · 8 s … · from the 16th on after 15 min
//!   forgotten             by the right password, or a day after the last one
//! ```
//!
//! A try counts from its beginning, so that many at once gain nothing, and one that comes too early is refused unread and
//! not counted: whoever hammers does not make it longer. An email that nobody has waits as any other. So a stranger has
//! some hundred guesses a day at one email, from however many addresses.
//!
//! That would let a stranger keep an owner out, and does not where it matters: a browser in which the owner has signed in
//! before carries a mark (`devices.rs`) and has tries of its own, which wait in the same way. A password that is asked for
//! within a session is counted for its user, apart from both, and so is a code of a second factor, whatever the session: who
//! tries codes knows the password, and could come with a new session each time.

use std::net::IpAddr;
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::phone::network::network_of;
use crate::cache::{Allowance, Cache, Growing, UsedUp};
use crate::ids::UserId;
use crate::security::sealed::Sealer;

/// Wrong passwords.
const TRIES: Growing = Growing {
    free: 5,
    first: Duration::from_secs(1),
    longest: Duration::from_mins(15),
    forgotten_after: Duration::from_hours(24),
};
const WINDOW: Duration = Duration::from_mins(15);
/// Attempts to sign in from one address within the window: an office shares one.
const PER_PEER: usize = 100;
/// New members from one address within the window.
const SIGN_UPS_PER_PEER: usize = 100;

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too many attempts; the next one is possible in {retry_after_secs} seconds")]
pub struct TooManyAttempts {
    pub retry_after_secs: i64,
}

/// For whom a try counts.
#[derive(Clone, Copy, Debug)]
pub enum Trier<'a> {
    /// Somebody who types this email where its owner is not known.
    Stranger(&'a str),
    /// A browser where the owner has signed in before, by what its mark says.
    KnownDevice(&'a str),
    /// Who is signed in as this user, and asked for the password again.
    SignedIn(UserId),
    /// Who has shown this user's password, and is asked for their second factor.
    Factor(UserId),
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
    /// When it comes too early, or the address has used up its attempts. Such an attempt is not counted.
    pub async fn begin_sign_in(
        &self,
        trier: Trier<'_>,
        peer: Option<IpAddr>,
        now: DateTime<Utc>,
    ) -> Result<(), TooManyAttempts> {
        if let Some(peer) = peer {
            self.count(&self.of_peer(peer), PER_PEER, now).await?;
        }
        let begun = self.begin(trier, now).await;
        if let (Err(_), Some(peer)) = (begun, peer) {
            // Nothing was looked at, and the rest of the office has done nothing.
            self.cache.give_back(&self.of_peer(peer)).await;
        }
        begun
    }

    /// Counts a try of a password before it is looked at.
    ///
    /// # Errors
    /// When it comes too early. Such a one is not counted.
    pub async fn begin(&self, trier: Trier<'_>, now: DateTime<Utc>) -> Result<(), TooManyAttempts> {
        let begun = self.cache.try_once(&self.of(trier), TRIES, now).await;
        begun.map_err(|used_up| {
            let limit = TooManyAttempts::from(used_up);
            tracing::info!(
                wait_secs = limit.retry_after_secs,
                "a password or a code came too early after wrong ones"
            );
            limit
        })
    }

    /// Forgets the tries of who has shown the right password, and takes this one off the address: an office full of people
    /// who know their passwords is no attack.
    pub async fn signed_in(&self, trier: Trier<'_>, peer: Option<IpAddr>) {
        self.was_right(trier).await;
        if let Some(peer) = peer {
            self.cache.give_back(&self.of_peer(peer)).await;
        }
    }

    /// Forgets the tries of who has shown the right password.
    pub async fn was_right(&self, trier: Trier<'_>) {
        self.cache.forget_tries(&self.of(trier)).await;
    }

    /// Counts an attempt to sign up.
    ///
    /// # Errors
    /// When the address has used up its attempts.
    pub async fn begin_sign_up(&self, peer: Option<IpAddr>, now: DateTime<Utc>) -> Result<(), TooManyAttempts> {
        match peer {
            Some(peer) => {
                let key = self.key("sign-up", &network_of(peer));
                self.count(&key, SIGN_UPS_PER_PEER, now).await
            }
            None => Ok(()),
        }
    }

    async fn count(&self, key: &str, count: usize, now: DateTime<Utc>) -> Result<(), TooManyAttempts> {
        let allowance = Allowance { count, window: WINDOW };
        Ok(self.cache.count(key, allowance, now).await?)
    }

    fn of(&self, trier: Trier<'_>) -> String {
        match trier {
            Trier::Stranger(email) => self.key("email", email),
            Trier::KnownDevice(nonce) => self.key("device", nonce),
            Trier::SignedIn(user) => self.key("user", &user.0.simple().to_string()),
            Trier::Factor(user) => self.key("factor", &user.0.simple().to_string()),
        }
    }

    fn of_peer(&self, peer: IpAddr) -> String {
        self.key("peer", &network_of(peer))
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

impl From<UsedUp> for TooManyAttempts {
    fn from(UsedUp { wait }: UsedUp) -> Self {
        // A part of a second is waited for as a whole one, or who comes then would come too early.
        let whole_secs = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        Self {
            retry_after_secs: i64::try_from(whole_secs).unwrap_or(i64::MAX).max(1),
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;

    use super::Trier::Stranger;
    use super::*;

    fn attempts() -> Attempts {
        let sealer = Sealer::new(&"1".repeat(64).into(), &"2".repeat(64).into()).unwrap();
        Attempts::new(Cache::default(), sealer)
    }

    fn at(second: i64) -> DateTime<Utc> {
        Utc.timestamp_opt(1_800_000_000 + second, 0).unwrap()
    }

    #[tokio::test]
    async fn after_five_tries_each_waits_twice_as_long_as_the_one_before_up_to_a_quarter_of_an_hour() {
        let (attempts, mut now, mut waits) = (attempts(), 0, Vec::new());
        for _ in 0..100 {
            if let Err(early) = attempts.begin(Stranger("a@naru.test"), at(now)).await {
                // Asking again and again meanwhile changes nothing.
                assert_eq!(attempts.begin(Stranger("a@naru.test"), at(now)).await, Err(early));
                attempts.begin(Stranger("b@naru.test"), at(0)).await.ok();
                waits.push(early.retry_after_secs);
                now += early.retry_after_secs;
                attempts.begin(Stranger("a@naru.test"), at(now)).await.unwrap();
            }
        }
        assert_eq!(waits.len(), 95);
        assert_eq!(&waits[..12], [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]);
        assert!(now > 21 * 3600, "a hundred guesses took {now} s");
    }

    #[tokio::test]
    async fn a_right_password_forgets_the_wrong_ones_before_it_and_so_does_a_day() {
        let attempts = attempts();
        let use_up = async |now| {
            for _ in 0..5 {
                attempts.begin(Stranger("a@naru.test"), at(now)).await.unwrap();
            }
            attempts.begin(Stranger("a@naru.test"), at(now)).await.unwrap_err();
        };
        use_up(0).await;
        attempts.signed_in(Stranger("a@naru.test"), None).await;
        use_up(0).await;
        use_up(24 * 3600).await;
    }

    #[tokio::test]
    async fn what_strangers_try_holds_up_neither_a_known_device_nor_who_is_signed_in() {
        let (attempts, user) = (attempts(), UserId::new());
        for trier in [
            Stranger("a@naru.test"),
            Trier::KnownDevice("n"),
            Trier::SignedIn(user),
            Trier::Factor(user),
        ] {
            for _ in 0..5 {
                attempts.begin(trier, at(0)).await.unwrap();
            }
            attempts.begin(trier, at(0)).await.unwrap_err();
        }
    }

    #[tokio::test]
    async fn right_passwords_use_up_no_address() {
        let attempts = attempts();
        let peer = Some(IpAddr::from([203, 0, 113, 7]));
        for _ in 0..=PER_PEER {
            let trier = Stranger("a@naru.test");
            attempts.begin_sign_in(trier, peer, at(0)).await.unwrap();
            attempts.signed_in(trier, peer).await;
        }
    }

    #[tokio::test]
    async fn one_address_cannot_try_many_emails_without_end() {
        let attempts = attempts();
        let peer = Some(IpAddr::from([203, 0, 113, 7]));
        for n in 0..PER_PEER {
            let email = format!("{n}@naru.test");
            attempts.begin_sign_in(Stranger(&email), peer, at(0)).await.unwrap();
        }
        let trier = Stranger("x@naru.test");
        attempts.begin_sign_in(trier, peer, at(0)).await.unwrap_err();
        let other = Some(IpAddr::from([203, 0, 113, 8]));
        attempts.begin_sign_in(trier, other, at(0)).await.unwrap();
    }
}
