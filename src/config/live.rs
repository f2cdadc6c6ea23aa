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
        if self.beat_ms == 0 || self.check_ms == 0 {
            return Err(SettingsError::Refused {
                option: "live.beat_ms",
                problem: "must be at least 1, as must live.check_ms",
            });
        }
        Ok(())
    }
}
