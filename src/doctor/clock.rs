//! The clock of this machine beside those of the bank and of the database. A trace number carries the day, and
//! idempotency, leases and expiry are told by the clock.

use chrono::{DateTime, TimeDelta, Utc};

use super::Patient;
use super::finding::Finding;

/// More than a request takes.
const STRANGE: TimeDelta = TimeDelta::seconds(3);
/// Leases and looks at the bank go wrong.
const WRONG: TimeDelta = TimeDelta::seconds(30);

/// How far this machine's clock is ahead of others.
#[derive(Default)]
pub(super) struct Clocks(Vec<(&'static str, TimeDelta)>);

impl Clocks {
    /// Notes what somebody else's clock says at this moment.
    pub(super) fn note(&mut self, whose: &'static str, says: DateTime<Utc>) {
        self.0.push((whose, crate::clock::Clock::system().now() - says));
    }
}

pub(super) fn examine(patient: &Patient) -> Vec<Finding> {
    let clocks = &patient.clocks.0;
    if clocks.is_empty() {
        return vec![Finding::ok("clock", "doctor-clock-alone")];
    }
    clocks.iter().map(|(whose, ahead)| judge(whose, *ahead)).collect()
}

fn judge(whose: &'static str, ahead: TimeDelta) -> Finding {
    let finding = if ahead.abs() > WRONG {
        Finding::fail("clock", "doctor-clock-wrong")
    } else if ahead.abs() > STRANGE {
        Finding::warn("clock", "doctor-clock-wrong")
    } else {
        Finding::ok("clock", "doctor-clock-ok")
    };
    finding.with("whose", whose).with("seconds", ahead.num_seconds())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::finding::Level;

    #[test]
    fn a_clock_that_differs_is_strange_after_seconds_and_wrong_after_half_a_minute() {
        for (seconds, level) in [(0, Level::Ok), (-3, Level::Ok), (5, Level::Warn), (-31, Level::Fail)] {
            assert_eq!(judge("bank", TimeDelta::seconds(seconds)).level, level, "{seconds}");
        }
    }
}
