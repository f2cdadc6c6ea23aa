//! Passwords: argon2id off the request's thread, few at a time, and as slow for an unknown person as for a known one.

use std::sync::Arc;

use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use rand::RngCore;
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Semaphore;

use crate::plain_text::whole;

/// OWASP's first choice for argon2id: 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// Each takes a core and 19 MiB, so more at once would slow every other request.
const AT_ONCE: usize = 2;
const SALT_BYTES: usize = 16;

pub const MIN_PASSWORD_CHARS: usize = 10;
/// Longer ones are refused unread: hashing is not for bodies.
pub const MAX_PASSWORD_CHARS: usize = 128;

/// Checked when nobody has the email, so that the time of an answer does not tell who exists. No password gives it.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$bmFydS1uYXJ1LW5hcnUhIQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Hashes and checks passwords. Cheap to clone.
#[derive(Clone)]
pub struct Passwords {
    turns: Arc<Semaphore>,
}

#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    #[error("the password hash cannot be computed or read")]
    Hash(#[from] argon2::password_hash::Error),
    #[error("the password parameters are out of range")]
    Parameters,
    #[error("the hashing task ended early")]
    Ended,
}

impl Passwords {
    #[must_use]
    pub fn new() -> Self {
        Self {
            turns: Arc::new(Semaphore::new(AT_ONCE)),
        }
    }

    /// The hash to store, with its parameters and salt in it.
    ///
    /// # Errors
    /// When the hash cannot be computed.
    pub async fn hash(&self, password: SecretString) -> Result<String, PasswordError> {
        self.take_turn(move || {
            let mut salt = [0_u8; SALT_BYTES];
            rand::rng().fill_bytes(&mut salt);
            let salt = SaltString::encode_b64(&salt)?;
            let hash = hasher()?.hash_password(typed(&password).as_bytes(), &salt)?;
            Ok(hash.to_string())
        })
        .await
    }

    /// Whether the password gives this hash. `None`, for nobody, takes as long and is never right.
    ///
    /// # Errors
    /// When the stored hash cannot be read.
    pub async fn verify(&self, password: SecretString, hash: Option<String>) -> Result<bool, PasswordError> {
        self.take_turn(move || {
            let stored = PasswordHash::new(hash.as_deref().unwrap_or(NOBODY))?;
            let matches = match hasher()?.verify_password(typed(&password).as_bytes(), &stored) {
                Ok(()) => true,
                Err(argon2::password_hash::Error::Password) => false,
                Err(error) => return Err(error.into()),
            };
            Ok(matches && hash.is_some())
        })
        .await
    }

    async fn take_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, PasswordError> + Send + 'static,
    ) -> Result<T, PasswordError> {
        let turn = Arc::clone(&self.turns)
            .acquire_owned()
            .await
            .map_err(|_| PasswordError::Ended)?;
        tokio::task::spawn_blocking(move || {
            // Held by the work and not by the caller: one who goes away does not let a third one in.
            let _turn = turn;
            work()
        })
        .await
        .map_err(|_| PasswordError::Ended)?
    }
}

impl Default for Passwords {
    fn default() -> Self {
        Self::new()
    }
}

/// The password as every keyboard sends it (RFC 8265: NFC).
fn typed(password: &SecretString) -> String {
    whole(password.expose_secret())
}

fn hasher() -> Result<Argon2<'static>, PasswordError> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(|_| PasswordError::Parameters)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_opens_its_own_hash_only() {
        let passwords = Passwords::new();
        let hash = passwords.hash("naru-demo-1!".into()).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(
            passwords
                .verify("naru-demo-1!".into(), Some(hash.clone()))
                .await
                .unwrap()
        );
        assert!(!passwords.verify("naru-demo-2!".into(), Some(hash)).await.unwrap());
    }

    #[tokio::test]
    async fn a_password_in_hangul_is_the_same_whole_and_in_its_parts() {
        let passwords = Passwords::new();
        let in_parts = "\u{1102}\u{1161}\u{1105}\u{116e}-1234567!";
        let hash = passwords.hash(in_parts.into()).await.unwrap();
        assert!(passwords.verify("나루-1234567!".into(), Some(hash)).await.unwrap());
        let hash = passwords.hash("나루-1234567!".into()).await.unwrap();
        assert!(passwords.verify(in_parts.into(), Some(hash)).await.unwrap());
    }

    #[tokio::test]
    async fn nobody_is_checked_at_the_same_cost_and_never_let_in() {
        assert!(!Passwords::new().verify("anything".into(), None).await.unwrap());
        let nobody = PasswordHash::new(NOBODY).unwrap();
        assert_eq!(
            Params::try_from(&nobody).unwrap(),
            Params::new(MEMORY_KIB, PASSES, LANES, Some(32)).unwrap()
        );
    }
}
