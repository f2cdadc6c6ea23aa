//! People: signing up, signing in and out, and who is asking.
//!
//! ```text
//!   sign up ──▶ code to the phone ──▶ user + member ──┐
//!   sign in ──▶ attempts ──▶ password ──▶ session row ──▶ access + refresh token ──▶ cookies (pages) or JSON
//!   request ──▶ access token's signature and expiry ──▶ session row, not ended ──▶ user
//!                  └─ over ──▶ refresh token ──▶ rotated by compare-and-set ──▶ the next two tokens
//!   sign out ─▶ the row ends; its tokens open nothing from then on
//! ```

pub mod attempts;
pub mod devices;
pub mod forgotten;
pub mod history;
pub mod history_detail;
pub mod history_filter;
pub mod history_group;
pub mod invited;
pub mod new_number;
pub mod nickname;
pub mod password_change;
pub mod phone;
pub mod profile;
pub mod refresh_tokens;
pub mod renewal;
pub mod search;
pub mod sessions;
pub mod sign_out;
pub mod sign_up;
pub mod tokens;
pub mod withdrawal;

use unicode_normalization::UnicodeNormalization;

use crate::cache::Cache;
use crate::config::SecuritySettings;
use crate::plain_text::{made_plain, whole};
use crate::security::passwords::Passwords;
use crate::security::sealed::Sealer;

/// What signing in works with, beside the database: one per process, cheap to clone.
#[derive(Clone)]
pub struct SignIns {
    pub passwords: Passwords,
    pub tokens: tokens::Tokens,
    pub refresh_tokens: refresh_tokens::RefreshTokens,
    pub attempts: attempts::Attempts,
    pub marks: devices::Marks,
}

impl SignIns {
    #[must_use]
    pub fn new(security: &SecuritySettings, cache: Cache, sealer: Sealer) -> Self {
        Self {
            passwords: Passwords::new(),
            tokens: tokens::Tokens::new(&security.jwt_secret),
            refresh_tokens: refresh_tokens::RefreshTokens::new(sealer.clone()),
            attempts: attempts::Attempts::new(cache, sealer.clone()),
            marks: devices::Marks::new(sealer),
        }
    }
}

/// No address is longer.
pub const MAX_EMAIL_CHARS: usize = 254;

/// An email as we keep and compare it: without surrounding spaces, in lower case, each syllable one letter.
#[must_use]
pub fn normalised_email(email: &str) -> String {
    whole(email.trim()).to_lowercase()
}

/// A member's name as we keep and look for it: Hangul whole and wide letters narrow, whatever keyboard sent them (NFKC),
/// nothing in it that cannot be seen, and no spaces around it.
#[must_use]
pub fn normalised_name(name: &str) -> String {
    let name: String = name.nfkc().collect();
    made_plain(&name).trim().to_owned()
}
