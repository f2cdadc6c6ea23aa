//! Partner keys: `naru_sk_{test|live}_…`, stored as a hash, shown once.

use rand::RngCore;
use secrecy::SecretString;
use sha2::{Digest, Sha256};

use crate::models::kinds::{Mode, Scope};

/// The day of the API that new keys are answered in.
pub const API_VERSION: &str = "2026-11-01";
const PREFIX: &str = "naru_sk_";
/// 128 random bits, which no search finds, so that one round of SHA-256 keeps them.
const SECRET_LENGTH: usize = 22;

/// Every scope, as `partner_keys.scopes` holds them.
#[must_use]
pub fn all_scopes() -> String {
    let words: Vec<_> = Scope::ALL.iter().map(|scope| scope.as_str()).collect();
    words.join(",")
}

/// The random part of a new key: 160 bits.
const RANDOM_BYTES: usize = 20;

/// The text of a new key.
#[must_use]
pub fn generate(mode: Mode) -> SecretString {
    let mut secret = [0_u8; RANDOM_BYTES];
    rand::rng().fill_bytes(&mut secret);
    format!("{PREFIX}{}_{}", mode.as_str(), hex::encode(secret)).into()
}

/// What is stored of a key.
#[must_use]
pub fn hash(key: &str) -> String {
    hex::encode(Sha256::digest(key.as_bytes()))
}

/// Whether a text can be a key at all.
#[must_use]
pub fn looks_like_one(text: &str) -> bool {
    mode(text).is_some()
}

/// Whether a key is for trial or for real money, as its text says.
#[must_use]
pub fn mode(key: &str) -> Option<Mode> {
    let (mode, secret) = key.strip_prefix(PREFIX)?.split_once('_')?;
    let is_secret = secret.len() >= SECRET_LENGTH && secret.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    Mode::parse(mode).filter(|_| is_secret)
}

/// The part of a key by which its owner recognises it.
#[must_use]
pub fn hint(key: &str) -> String {
    let end: String = key
        .chars()
        .rev()
        .take(4)
        .collect::<Vec<_>>()
        .into_iter()
        .rev()
        .collect();
    let mode = mode(key).map_or("", Mode::as_str);
    format!("{PREFIX}{mode}_…{end}")
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    #[test]
    fn a_new_key_is_one_and_no_two_are_the_same() {
        let [one, other] = [generate(Mode::Live), generate(Mode::Live)];
        assert_eq!(mode(one.expose_secret()), Some(Mode::Live));
        assert_ne!(one.expose_secret(), other.expose_secret());
    }

    #[test]
    fn a_key_says_its_mode_and_a_hint_hides_the_rest() {
        let key = "naru_sk_test_demo_0000000000000000000000000000";
        assert_eq!(mode(key), Some(Mode::Test));
        assert_eq!(hint(key), "naru_sk_test_…0000");
        for other in [
            "",
            "naru_sk_",
            "naru_sk_prod_0000000000000000000000",
            "naru_sk_test_short",
            "sk_test_1",
        ] {
            assert!(!looks_like_one(other), "{other}");
        }
    }
}
