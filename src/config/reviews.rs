//! The settings of reviews at the desk.

use serde::Deserialize;

use super::SettingsError;

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReviewSettings {
    /// A refund that is not settled for longer is stuck.
    pub refund_stuck_secs: i64,
    /// How often a turn of the desk's work in the background begins; 0: never.
    pub upkeep_every_ms: u64,
}

impl ReviewSettings {
    pub(super) const fn check(&self) -> Result<(), SettingsError> {
        if self.refund_stuck_secs < 1 {
            return Err(SettingsError::Refused {
                option: "reviews.refund_stuck_secs",
                problem: "must be at least 1",
            });
        }
        Ok(())
    }
}
