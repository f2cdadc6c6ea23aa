//! The codes of authenticator apps: RFC 6238 over HMAC-SHA-1, six digits, a new one each thirty seconds.
//!
//! A code is right in its own step and in the one beside it, for clocks go apart. Which step it is of is told, so that
//! whoever keeps the last one takes each code once.

use chrono::{DateTime, Utc};
use data_encoding::BASE32_NOPAD;
use hmac::{Hmac, KeyInit, Mac};
use rand::RngCore;
use sha1::Sha1;
use subtle::ConstantTimeEq;

pub const DIGITS: usize = 6;
pub const STEP_SECS: i64 = 30;
const DRIFT_STEPS: i64 = 1;
/// As long as the hash, as RFC 4226 recommends.
const SECRET_BYTES: usize = 20;

/// What an app and we share. Shown by nothing but [`TotpSecret::to_text`].
#[derive(Clone)]
pub struct TotpSecret([u8; SECRET_BYTES]);

impl std::fmt::Debug for TotpSecret {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("TotpSecret").finish_non_exhaustive()
    }
}

impl TotpSecret {
    #[must_use]
    pub fn random() -> Self {
        let mut bytes = [0_u8; SECRET_BYTES];
        rand::rng().fill_bytes(&mut bytes);
        Self(bytes)
    }

    /// The secret of a text in Base32; `None` when it is not one of ours.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = BASE32_NOPAD.decode(text.as_bytes()).ok()?;
        bytes.try_into().ok().map(Self)
    }

    /// In Base32, as apps take it.
    #[must_use]
    pub fn to_text(&self) -> String {
        BASE32_NOPAD.encode(&self.0)
    }

    /// The step in which this code is right, `None` when it is in none that counts at this moment.
    #[must_use]
    pub fn step_of(&self, code: &str, now: DateTime<Utc>) -> Option<i64> {
        let present = step_at(now);
        let steps = present - DRIFT_STEPS..=present + DRIFT_STEPS;
        // Each is compared, however early one is right.
        steps.fold(None, |found, step| {
            let right = self.code_at(step)?;
            let is_right = bool::from(right.as_bytes().ct_eq(code.as_bytes()));
            if is_right { Some(step) } else { found }
        })
    }

    /// The code of a step.
    #[must_use]
    pub fn code_at(&self, step: i64) -> Option<String> {
        let mut mac = Hmac::<Sha1>::new_from_slice(&self.0).ok()?;
        mac.update(&step.to_be_bytes());
        let hash = mac.finalize().into_bytes();
        // RFC 4226, 5.3: the last four bits say which four bytes the number is in.
        let at = usize::from(hash.last()? & 0x0f);
        let bytes: [u8; 4] = hash.get(at..at + 4)?.try_into().ok()?;
        let number = u32::from_be_bytes(bytes) & 0x7fff_ffff;
        Some(format!("{:06}", number % 1_000_000))
    }
}

/// The step that a moment is in.
#[must_use]
pub fn step_at(now: DateTime<Utc>) -> i64 {
    now.timestamp().div_euclid(STEP_SECS)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The secret of RFC 6238, appendix B: `12345678901234567890` in letters.
    fn secret() -> TotpSecret {
        TotpSecret(*b"12345678901234567890")
    }

    fn at(secs: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(secs, 0).unwrap()
    }

    #[test]
    fn codes_are_those_of_the_rfc() {
        for (secs, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(secret().code_at(step_at(at(secs))).as_deref(), Some(code), "{secs}");
            assert_eq!(secret().step_of(code, at(secs)), Some(secs / 30), "{secs}");
        }
    }

    #[test]
    fn a_code_is_right_one_step_early_and_one_late_and_no_further() {
        let (noon, step) = (at(1_800_000_000), 60_000_000);
        for (drift, is_right) in [(-2, false), (-1, true), (0, true), (1, true), (2, false)] {
            let code = secret().code_at(step + drift).unwrap();
            assert_eq!(
                secret().step_of(&code, noon),
                is_right.then_some(step + drift),
                "{drift}"
            );
        }
        for wrong in ["", "0", "000000", "1234567", "12345a"] {
            assert_eq!(secret().step_of(wrong, noon), None, "{wrong}");
        }
    }

    #[test]
    fn a_secret_survives_its_text_and_does_not_show_itself() {
        let (made, other) = (TotpSecret::random(), TotpSecret::random());
        assert_ne!(made.to_text(), other.to_text());
        assert_eq!(made.to_text().len(), 32);
        assert_eq!(TotpSecret::parse(&made.to_text()).unwrap().0, made.0);
        assert_eq!(format!("{made:?}"), "TotpSecret { .. }");
        for strange in ["", "AAAA", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "!"] {
            assert!(TotpSecret::parse(strange).is_none(), "{strange}");
        }
    }
}
