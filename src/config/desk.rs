//! The settings of the CS desk.

use serde::Deserialize;

use super::{SecuritySettings, SettingsError};

/// An access token of staff is good for this part of the time after which an unused session ends: a use is noticed when the
/// next token is asked for.
const ACCESS_PART: i64 = 10;

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeskSettings {
    pub second_factor: SecondFactor,
    pub session_idle_secs: i64,
    pub session_max_secs: i64,
    /// What staff give back of one payment beyond this needs a second person.
    pub refund_limit_won: i64,
}

/// Whether staff need a second factor. Who has one is asked for it in either case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecondFactor {
    /// Who has none enrols one before the desk opens.
    Required,
    Off,
}

impl DeskSettings {
    /// How long an access token of staff is good at most.
    #[must_use]
    pub const fn access_secs(&self) -> i64 {
        self.session_idle_secs / ACCESS_PART
    }

    pub(super) fn check(&self, security: &SecuritySettings) -> Result<(), SettingsError> {
        let refuse = |option, problem| Err(SettingsError::Refused { option, problem });
        if self.access_secs() <= security.refresh_grace_secs {
            return refuse(
                "desk.session_idle_secs",
                "must be more than ten times security.refresh_grace_secs",
            );
        }
        if self.session_max_secs < self.session_idle_secs {
            return refuse("desk.session_max_secs", "must not be less than desk.session_idle_secs");
        }
        if self.refund_limit_won < 0 {
            return refuse("desk.refund_limit_won", "must be at least 0");
        }
        Ok(())
    }

    pub(super) fn check_production(&self) -> Result<(), SettingsError> {
        match self.second_factor {
            SecondFactor::Required => Ok(()),
            SecondFactor::Off => Err(SettingsError::Refused {
                option: "desk.second_factor",
                problem: "must be required in production",
            }),
        }
    }
}
