//! The settings of webhooks.

use std::time::Duration;

use chrono::TimeDelta;
use serde::Deserialize;

use super::SettingsError;

/// Beyond the deadline: for what is written before and after an attempt.
const LEASE_BEYOND_MS: i64 = 15_000;
/// No partner's program needs longer, and a lane is held for so long.
const DEADLINE_MS_MAX: u64 = 120_000;

/// Explained in `config/development.yaml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WebhookSettings {
    /// Of one attempt.
    pub deadline_ms: u64,
    /// Attempts at one endpoint at the same time.
    pub concurrency: usize,
    /// Endpoints in hand at the same time in this process.
    pub lanes: usize,
    pub allow_private: bool,
    /// Of a partner in one mode.
    pub endpoints_max: u64,
}

impl WebhookSettings {
    #[must_use]
    pub const fn deadline(&self) -> Duration {
        Duration::from_millis(self.deadline_ms)
    }

    /// For so long nobody else makes the attempt that somebody has claimed.
    #[must_use]
    pub fn lease(&self) -> TimeDelta {
        let deadline_ms = i64::try_from(self.deadline_ms).unwrap_or(LEASE_BEYOND_MS);
        TimeDelta::milliseconds(deadline_ms + LEASE_BEYOND_MS)
    }

    pub(super) fn check(&self) -> Result<(), SettingsError> {
        let refuse = |option, problem| Err(SettingsError::Refused { option, problem });
        if !(1..=DEADLINE_MS_MAX).contains(&self.deadline_ms) {
            return refuse("webhooks.deadline_ms", "must be from 1 to 120000");
        }
        if self.concurrency == 0 {
            return refuse("webhooks.concurrency", "must be at least 1");
        }
        if self.lanes == 0 {
            return refuse("webhooks.lanes", "must be at least 1");
        }
        Ok(())
    }

    pub(super) fn check_production(&self) -> Result<(), SettingsError> {
        let refuse = |option, problem| Err(SettingsError::Refused { option, problem });
        if self.allow_private {
            return refuse("webhooks.allow_private", "must be false in production");
        }
        Ok(())
    }
}
