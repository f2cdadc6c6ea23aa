//! The settings of text messages.

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::SettingsError;

/// Explained in `config/development.yaml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SmsSettings {
    pub sender: SmsSender,
    pub api_key: SecretString,
    pub api_secret: SecretString,
    /// Registered with the sender.
    pub from: String,
    pub url: String,
    /// Of one message.
    pub deadline_ms: u64,
}

/// Who sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SmsSender {
    Solapi,
    /// Nobody: messages are shown in the log and at `/dev/outbox`.
    Development,
}

impl SmsSettings {
    #[must_use]
    pub const fn deadline(&self) -> Duration {
        Duration::from_millis(self.deadline_ms)
    }

    pub(super) fn check(&self) -> Result<(), SettingsError> {
        let refuse = |option, problem| Err(SettingsError::Refused { option, problem });
        if self.deadline_ms == 0 {
            return refuse("sms.deadline_ms", "must be at least 1");
        }
        if self.sender == SmsSender::Development {
            return Ok(());
        }
        if self.api_key.expose_secret().is_empty() {
            return refuse("sms.api_key", "must be Solapi's API key");
        }
        if self.api_secret.expose_secret().is_empty() {
            return refuse("sms.api_secret", "must be the secret of Solapi's API key");
        }
        let digits = self.from.chars().filter(char::is_ascii_digit).count();
        if !(8..=11).contains(&digits) {
            return refuse("sms.from", "must be the number that is registered with Solapi");
        }
        if !self.url.starts_with("https://") && !self.url.starts_with("http://") {
            return refuse("sms.url", "must begin with https://");
        }
        Ok(())
    }

    pub(super) fn check_production(&self) -> Result<(), SettingsError> {
        let refuse = |option, problem| Err(SettingsError::Refused { option, problem });
        if self.sender == SmsSender::Development {
            return refuse("sms.sender", "must not be the development sender in production");
        }
        if !self.url.starts_with("https://") {
            return refuse("sms.url", "must begin with https:// in production");
        }
        Ok(())
    }
}
