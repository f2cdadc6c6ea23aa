//! Whether what was typed is the code of a number.

use super::codes::{DIGITS, digest, key};
use super::{PhoneNumber, Purpose};
use crate::cache::Taken;
use crate::security::sealed::SealError;
use crate::services::Services;

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
