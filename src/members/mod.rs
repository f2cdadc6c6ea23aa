//! People: signing up, signing in and out, and who is asking.
//!
//! ```text
//!   sign up ──▶ code to the phone ──▶ user + member ──┐
//!   sign in ──▶ attempts ──▶ password ──▶ session row + token naming it ──▶ cookie (pages) or bearer (JSON)
//!   request ──▶ token's signature and expiry ──▶ session row, not ended ──▶ user
//!   sign out ─▶ the row ends; the token opens nothing from then on
//! ```

pub mod attempts;
pub mod forgotten;
pub mod history;
pub mod history_filter;
pub mod phone;
pub mod profile;
pub mod search;
pub mod sessions;
pub mod sign_up;
pub mod tokens;

use crate::cache::Cache;
use crate::config::SecuritySettings;
use crate::security::passwords::Passwords;
use crate::security::sealed::Sealer;

/// What signing in works with, beside the database: one per process, cheap to clone.
#[derive(Clone)]
pub struct SignIns {
    pub passwords: Passwords,
    pub tokens: tokens::Tokens,
    pub attempts: attempts::Attempts,
}

impl SignIns {
    #[must_use]
    pub fn new(security: &SecuritySettings, cache: Cache, sealer: Sealer) -> Self {
        Self {
            passwords: Passwords::new(),
            tokens: tokens::Tokens::new(&security.jwt_secret),
            attempts: attempts::Attempts::new(cache, sealer),
        }
    }
}

/// No address is longer.
pub const MAX_EMAIL_CHARS: usize = 254;

/// An email as we keep and compare it: without surrounding spaces, in lower case.
#[must_use]
pub fn normalised_email(email: &str) -> String {
    email.trim().to_lowercase()
}
