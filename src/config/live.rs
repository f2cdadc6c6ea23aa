//! The settings of live pages.

use std::time::Duration;

use serde::Deserialize;

use super::SettingsError;

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LiveSettings {
    /// Streams that this process has at most.
    pub clients_max: usize,
    /// How often a stream says that it is there.
    pub beat_ms: u64,
    /// How often the sessions of all streams are looked at.
    pub check_ms: u64,
}

impl LiveSettings {
    #[must_use]
    pub const fn beat(&self) -> Duration {
        Duration::from_millis(self.beat_ms)
    }

    #[must_use]
    pub const fn check_every(&self) -> Duration {
        Duration::from_millis(self.check_ms)
    }

    pub(super) const fn check(&self) -> Result<(), SettingsError> {
        // Pages count a stream as dead after 37.5 seconds without a beat (`assets/static/live.js`).
        if self.beat_ms == 0 || self.beat_ms > 15_000 {
            return Err(SettingsError::Refused {
                option: "live.beat_ms",
                problem: "must be from 1 to 15000: pages wait for two and a half beats of fifteen seconds",
            });
        }
        if self.check_ms == 0 {
            return Err(SettingsError::Refused {
                option: "live.check_ms",
                problem: "must be at least 1",
            });
        }
        Ok(())
    }
}
