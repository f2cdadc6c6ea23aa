//! Codes to phones: six digits for three minutes, five guesses, and few of them an hour.
//!
//! A code is known to the phone alone: the cache has its keyed hash under the blind index of the number (`cache/once/`
//! says where it is in an outage, and that it is taken once). A new code ends the one before.

use std::net::IpAddr;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use secrecy::SecretString;

pub use super::checking::{CodeError, check};
use super::limits::Limits;
pub use super::limits::pause_left_secs;
pub(crate) use super::limits::too_many;
use super::{PhoneNumber, Purpose};
use crate::cache::{Keeping, Once};
use crate::members::attempts::TooManyAttempts;
use crate::notifications::sms::SmsError;
use crate::security::sealed::{SealError, Sealer};
use crate::services::Services;

/// How long a code is good for.
pub const LIVES_SECS: i64 = 180;
pub const DIGITS: usize = 6;
/// Wrong guesses until a code is gone.
pub const GUESSES: u32 = 5;
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
    send_allowed(services, allow(services, wish).await?, message).await
}

/// A wish that was counted, and may be followed.
pub struct Allowed<'a> {
    wish: Wish<'a>,
    limits: Limits,
}

/// Counts a wish, before anything is looked up for it.
///
/// # Errors
/// [`SendError::TooMany`], or when the blind index cannot be computed.
pub async fn allow<'a>(services: &Services, wish: Wish<'a>) -> Result<Allowed<'a>, SendError> {
    let limits = Limits::of(services, wish.phone, wish.peer)?;
    limits.count(services, services.clock.now()).await?;
    Ok(Allowed { wish, limits })
}

/// As [`send`], for a wish that was counted.
///
/// # Errors
/// [`SendError`].
pub async fn send_allowed(
    services: &Services,
    Allowed { wish, limits }: Allowed<'_>,
    message: impl FnOnce(&str) -> SecretString,
) -> Result<(), SendError> {
    let code = keep(services, &wish, services.clock.now()).await?;
    if let Err(error) = services.sms.send(wish.phone, &message(&code)).await {
        limits.give_pause_back(services).await;
        return Err(error.into());
    }
    Ok(())
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

pub(super) fn key(sealer: &Sealer, purpose: Purpose, phone: &PhoneNumber) -> Result<String, SealError> {
    Ok(format!("codes:{}:{}", purpose.as_str(), phone.index(sealer)?))
}

pub(super) fn digest(sealer: &Sealer, purpose: Purpose, phone: &PhoneNumber, code: &str) -> Result<String, SealError> {
    sealer.blind_index("code", &format!("{}:{}:{code}", purpose.as_str(), phone.digits()))
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
