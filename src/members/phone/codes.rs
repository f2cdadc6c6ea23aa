//! Codes to phones: six digits for three minutes, five guesses, and few of them an hour.
//!
//! A code is known to the phone alone: the cache has its keyed hash under the blind index of the number (`cache/once.rs`
//! says where it is in an outage, and that it is taken once). A new code ends the one before.

use std::net::IpAddr;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use secrecy::SecretString;

use super::{PhoneNumber, Purpose};
use crate::cache::{Allowance, Keeping, Once, Taken, UsedUp};
use crate::members::attempts::TooManyAttempts;
use crate::notifications::sms::SmsError;
use crate::security::sealed::{SealError, Sealer};
use crate::services::Services;

/// How long a code is good for.
pub const LIVES_SECS: i64 = 180;
pub const DIGITS: usize = 6;
/// Wrong guesses until a code is gone.
pub const GUESSES: u32 = 5;
/// Until the next one may be asked for.
pub const PAUSE_SECS: u32 = 30;

const HOUR: Duration = Duration::from_hours(1);
const PAUSE: Allowance = Allowance {
    count: 1,
    window: Duration::from_secs(PAUSE_SECS as u64),
};
const PER_PHONE: Allowance = Allowance { count: 5, window: HOUR };
/// From one address: an office shares one.
const PER_PEER: Allowance = Allowance {
    count: 20,
    window: HOUR,
};

#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// The last code is too young, or there were too many within an hour.
    #[error(transparent)]
    TooMany(#[from] TooManyAttempts),
    /// Another may be asked for at once.
    #[error("the message could not be sent")]
    NotSent(#[from] SmsError),
    #[error("the blind index could not be computed")]
    Index(#[from] SealError),
}

/// Why a code proves nothing.
#[derive(Debug, thiserror::Error)]
pub enum CodeError {
    /// No six digits; it was not counted as a guess.
    #[error("not a code")]
    NotACode,
    #[error("not the code; {guesses_left} guesses are left")]
    Wrong { guesses_left: u32 },
    /// Never sent, over, used, or guessed at too often: a new one is needed.
    #[error("there is no code for this number")]
    Gone,
    #[error("the blind index could not be computed")]
    Index(#[from] SealError),
}

/// What somebody asks for.
pub struct Wish<'a> {
    pub purpose: Purpose,
    pub phone: &'a PhoneNumber,
    /// From where.
    pub peer: Option<IpAddr>,
}

/// Makes a new code for a number and sends what `message` makes of it. A message may leave the code out: whoever asks for
/// a number that is nobody's is answered in the same way, and has no code to type.
///
/// # Errors
/// [`SendError`].
pub async fn send(
    services: &Services,
    wish: Wish<'_>,
    message: impl FnOnce(&str) -> SecretString,
) -> Result<(), SendError> {
    let now = services.clock.now();
    let limits = Limits::of(services, &wish)?;
    limits.count(services, now).await?;
    let code = keep(services, &wish, now).await?;
    if let Err(error) = services.sms.send(wish.phone, &message(&code)).await {
        limits.give_back(services).await;
        return Err(error.into());
    }
    Ok(())
}

/// Whether the typed text is the code of the number. What is right is taken, and is right once.
///
/// # Errors
/// [`CodeError`].
pub async fn check(services: &Services, purpose: Purpose, phone: &PhoneNumber, typed: &str) -> Result<(), CodeError> {
    let code: String = typed.chars().filter(|letter| !letter.is_whitespace()).collect();
    if code.len() != DIGITS || !code.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(CodeError::NotACode);
    }
    let digest = digest(&services.sealer, purpose, phone, &code)?;
    let key = key(&services.sealer, purpose, phone)?;
    match services.cache.take_once(&key, &digest, services.clock.now()).await {
        Taken::Right => Ok(()),
        Taken::Wrong { guesses_left: 0 } | Taken::Nothing => Err(CodeError::Gone),
        Taken::Wrong { guesses_left } => Err(CodeError::Wrong { guesses_left }),
    }
}

/// The seconds until another code may be asked for.
#[must_use]
pub fn pause_left_secs(asked_at: DateTime<Utc>, now: DateTime<Utc>) -> u32 {
    let waited = u32::try_from((now - asked_at).num_seconds()).unwrap_or(0);
    PAUSE_SECS.saturating_sub(waited)
}

/// Keeps a new code, and answers with the one that may be told.
async fn keep(services: &Services, wish: &Wish<'_>, now: DateTime<Utc>) -> Result<String, SealError> {
    let key = key(&services.sealer, wish.purpose, wish.phone)?;
    let of = |code: &str| {
        Ok::<_, SealError>(Once {
            digest: digest(&services.sealer, wish.purpose, wish.phone, code)?,
            guesses: GUESSES,
            until: now + TimeDelta::seconds(LIVES_SECS),
            kept: Duration::from_secs(LIVES_SECS.unsigned_abs()),
        })
    };
    let code = new_code();
    match services.cache.keep_once(&key, of(&code)?).await {
        Keeping::Kept => Ok(code),
        Keeping::Unclear => {
            let code = new_code();
            services.cache.keep_once_here(&key, of(&code)?).await;
            Ok(code)
        }
    }
}

fn new_code() -> String {
    format!("{:0DIGITS$}", rand::random_range(0..1_000_000_u32))
}

/// How often messages are sent: to one phone, for whatever purpose, and from one address.
struct Limits {
    pause: String,
    phone: String,
    peer: Option<String>,
}

impl Limits {
    fn of(services: &Services, wish: &Wish<'_>) -> Result<Self, SealError> {
        let index = wish.phone.index(&services.sealer)?;
        let peer = match wish.peer {
            Some(peer) => Some(services.sealer.blind_index("peer", &network_of(peer))?),
            None => None,
        };
        Ok(Self {
            pause: format!("codes:pause:{index}"),
            phone: format!("codes:phone:{index}"),
            peer: peer.map(|index| format!("codes:peer:{index}")),
        })
    }

    /// What is refused is not counted, so that nobody's impatience uses up what an office shares.
    async fn count(&self, services: &Services, now: DateTime<Utc>) -> Result<(), TooManyAttempts> {
        let cache = &services.cache;
        cache.count(&self.pause, PAUSE, now).await.map_err(too_many)?;
        if let Err(used_up) = cache.count(&self.phone, PER_PHONE, now).await {
            cache.give_back(&self.pause).await;
            return Err(too_many(used_up));
        }
        if let Some(peer) = &self.peer
            && let Err(used_up) = cache.count(peer, PER_PEER, now).await
        {
            self.give_back(services).await;
            return Err(too_many(used_up));
        }
        Ok(())
    }

    /// A message that failed is nobody's fault, but the address goes on being counted: it may try for ever.
    async fn give_back(&self, services: &Services) {
        services.cache.give_back(&self.pause).await;
        services.cache.give_back(&self.phone).await;
    }
}

/// Of IPv6 the half that a provider gives to one customer, who has all addresses in it.
fn network_of(peer: IpAddr) -> String {
    match peer.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}")
        }
    }
}

/// Rounded up, so that who waits as long as told does not come too early.
pub(crate) fn too_many(UsedUp { wait }: UsedUp) -> TooManyAttempts {
    let secs = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
    TooManyAttempts {
        retry_after_secs: i64::try_from(secs).unwrap_or(i64::MAX).max(1),
    }
}

fn key(sealer: &Sealer, purpose: Purpose, phone: &PhoneNumber) -> Result<String, SealError> {
    Ok(format!("codes:{}:{}", purpose.as_str(), phone.index(sealer)?))
}

fn digest(sealer: &Sealer, purpose: Purpose, phone: &PhoneNumber, code: &str) -> Result<String, SealError> {
    sealer.blind_index("code", &format!("{}:{}:{code}", purpose.as_str(), phone.digits()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_addresses_of_one_customer_are_one_network() {
        let network = |peer: &str| network_of(peer.parse().unwrap());
        assert_eq!(network("2001:db8:1:2::1"), network("2001:db8:1:2:ffff::9"));
        assert_ne!(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"));
        assert_eq!(network("::ffff:203.0.113.7"), network("203.0.113.7"));
        assert_ne!(network("203.0.113.7"), network("203.0.113.8"));
    }

    #[test]
    fn codes_have_six_digits_and_do_not_come_again() {
        let codes: std::collections::BTreeSet<String> = (0..100).map(|_| new_code()).collect();
        assert!(codes.len() > 90, "{codes:?}");
        for code in codes {
            assert!(
                code.len() == DIGITS && code.bytes().all(|byte| byte.is_ascii_digit()),
                "{code}"
            );
        }
    }

    #[test]
    fn the_pause_is_told_until_it_is_over() {
        let asked = DateTime::UNIX_EPOCH;
        for (secs, left) in [(0, 30), (6, 24), (29, 1), (30, 0), (3_600, 0), (-5, 30)] {
            assert_eq!(pause_left_secs(asked, asked + TimeDelta::seconds(secs)), left, "{secs}");
        }
    }
}
