//! The settings of secrets, cookies and sessions.

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::SettingsError;
use crate::security::sealed::{SealError, Sealer};

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecuritySettings {
    /// Signs session tokens. At least 32 characters.
    pub jwt_secret: SecretString,
    /// Seals columns: 64 hex digits.
    pub sealing_key: SecretString,
    /// Comma separated; these open what they sealed and seal nothing. May be empty.
    pub other_sealing_keys: SecretString,
    /// Keys the blind indexes: 64 hex digits.
    pub index_key: SecretString,
    /// The names that people and partners know us by, without a port, comma separated; nothing else is answered.
    pub hosts: String,
    pub secure_cookies: bool,
    pub access_secs: i64,
    pub refresh_grace_secs: i64,
    pub session_idle_secs: i64,
    pub session_max_secs: i64,
    /// Records of personal data that one person of staff may see whole within an hour.
    pub unmask_per_hour: u32,
    pub partner_session_max_secs: i64,
}

impl SecuritySettings {
    /// What seals columns and computes blind indexes.
    ///
    /// # Errors
    /// When a key is not 64 hex digits.
    pub fn sealer(&self) -> Result<Sealer, SealError> {
        Sealer::with_other_keys(&self.sealing_key, &self.other_sealing_keys(), &self.index_key)
    }

    pub(super) fn other_sealing_keys(&self) -> Vec<SecretString> {
        let keys = self.other_sealing_keys.expose_secret().split(',').map(str::trim);
        keys.filter(|key| !key.is_empty()).map(SecretString::from).collect()
    }

    pub(super) fn check_times(&self) -> Result<(), SettingsError> {
        let refuse = |option, problem| Err(SettingsError::Refused { option, problem });
        if self.access_secs < 1 {
            return refuse("security.access_secs", "must be at least 1");
        }
        if !(0..self.access_secs).contains(&self.refresh_grace_secs) {
            // A page rotates when an access token is over: so the token before the last one is never within its grace.
            return refuse("security.refresh_grace_secs", "must be less than security.access_secs");
        }
        if self.unmask_per_hour == 0 {
            return refuse("security.unmask_per_hour", "must be at least 1");
        }
        if self.session_idle_secs < self.access_secs {
            return refuse(
                "security.session_idle_secs",
                "must not be less than security.access_secs",
            );
        }
        if self.session_max_secs < self.access_secs || self.partner_session_max_secs < self.access_secs {
            return refuse(
                "security.session_max_secs",
                "must not be less than security.access_secs",
            );
        }
        Ok(())
    }
}
