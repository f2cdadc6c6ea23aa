//! The settings of secrets, cookies and sessions.

use secrecy::SecretString;
use serde::Deserialize;

use super::SettingsError;
use crate::models::kinds::Role;

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecuritySettings {
    /// Signs session tokens. At least 32 characters.
    pub jwt_secret: SecretString,
    /// Seals columns: 64 hex digits.
    pub sealing_key: SecretString,
    /// Keys the blind indexes: 64 hex digits.
    pub index_key: SecretString,
    pub secure_cookies: bool,
    pub access_secs: i64,
    pub refresh_grace_secs: i64,
    pub session_idle_secs: i64,
    pub session_max_secs: i64,
    pub staff_session_max_secs: i64,
}

impl SecuritySettings {
    pub(super) fn check_times(&self) -> Result<(), SettingsError> {
        let refuse = |option, problem| Err(SettingsError::Refused { option, problem });
        if self.access_secs < 1 {
            return refuse("security.access_secs", "must be at least 1");
        }
        if !(0..self.access_secs).contains(&self.refresh_grace_secs) {
            // A page rotates when an access token is over: so the token before the last one is never within its grace.
            return refuse("security.refresh_grace_secs", "must be less than security.access_secs");
        }
        if self.session_idle_secs < self.access_secs {
            return refuse(
                "security.session_idle_secs",
                "must not be less than security.access_secs",
            );
        }
        if self.session_max_secs < self.access_secs || self.staff_session_max_secs < self.access_secs {
            return refuse(
                "security.session_max_secs",
                "must not be less than security.access_secs",
            );
        }
        Ok(())
    }

    /// How long a session of somebody of this role lives at most.
    #[must_use]
    pub const fn session_max_secs(&self, role: Role) -> i64 {
        if role.is_staff() {
            self.staff_session_max_secs
        } else {
            self.session_max_secs
        }
    }
}
