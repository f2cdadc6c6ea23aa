//! How much may go on at the bank, and which part of it is this process's.

use std::time::Duration;

use super::lane::{ByLane, Lane};
use crate::config::BankSettings;

/// Of one class of calls.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ClassLimits {
    /// Calls at the same time; 0 = as the bank's.
    pub at_once: u32,
    /// Starts in any second; 0 = as the bank's.
    pub per_sec: u32,
    pub deadline: Duration,
}

/// Of the bank, over all processes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BankLimits {
    /// Calls at the same time, at least 1.
    pub at_once: u32,
    /// Starts in any second; 0 = no limit, as the configuration alone can say it. Then nobody is refused by what waits, unless
    /// money has a limit of its own.
    pub per_sec: u32,
    pub classes: ByLane<ClassLimits>,
}

/// A part of the bank's limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    pub at_once: u32,
    /// Of nothing where the bank has no limit.
    pub per_sec: u32,
}

impl BankLimits {
    /// As the configuration says.
    #[must_use]
    pub fn configured(settings: &BankSettings) -> Self {
        Self {
            at_once: u32::try_from(settings.concurrency).unwrap_or(u32::MAX).max(1),
            per_sec: settings.calls_per_sec,
            classes: ByLane::of(|lane| ClassLimits {
                deadline: longest(settings, lane),
                ..ClassLimits::default()
            }),
        }
    }

    /// All of it.
    #[must_use]
    pub const fn whole(&self) -> Share {
        Share {
            at_once: self.at_once,
            per_sec: self.per_sec,
        }
    }

    /// The limits of a process with this share: those of the classes in the same part, rounded up.
    #[must_use]
    pub fn part(&self, share: Share) -> Self {
        let of_part = |limit: u32, part: u32, whole: u32| {
            if limit == 0 || whole == 0 {
                return limit;
            }
            let part = u64::from(limit) * u64::from(part);
            u32::try_from(part.div_ceil(u64::from(whole)))
                .unwrap_or(u32::MAX)
                .max(1)
        };
        // Nothing of a budget is nothing at all: 0 would be no limit.
        let is_nothing = self.per_sec > 0 && share.per_sec == 0;
        Self {
            at_once: if is_nothing { 0 } else { share.at_once },
            per_sec: share.per_sec,
            classes: ByLane::of(|lane| {
                let class = self.classes.get(lane);
                ClassLimits {
                    at_once: of_part(class.at_once, share.at_once, self.at_once),
                    per_sec: of_part(class.per_sec, share.per_sec, self.per_sec),
                    ..*class
                }
            }),
        }
    }

    /// Transfers that are surely sent in a second while everything waits; `None` where nothing limits them.
    #[must_use]
    pub fn money_per_sec(&self) -> Option<f64> {
        let kept = f64::from(self.per_sec) * super::lanes::MONEY_KEEPS;
        let capped = f64::from(self.classes.money.per_sec);
        match (self.per_sec, self.classes.money.per_sec) {
            (0, 0) => None,
            (0, _) => Some(capped),
            (_, 0) => Some(kept),
            _ => Some(kept.min(capped)),
        }
    }
}

/// The deadline of a class as configured: the client is made with it, so none is longer.
#[must_use]
pub const fn longest(settings: &BankSettings, lane: Lane) -> Duration {
    Duration::from_millis(match lane {
        Lane::Money => settings.money_timeout_ms,
        Lane::Inquiry => settings.inquiry_timeout_ms,
        Lane::Link => settings.link_timeout_ms,
        Lane::Balance => settings.balance_timeout_ms,
    })
}

#[cfg(test)]
mod tests;
