//! The table that the fault matrix prints, a row a fault.

use std::fmt::{self, Display, Formatter};
use std::time::Duration;

use super::fault::Fault;

pub const HEAD: &str = "fault                                     accepted  succeeded  failed  unknown  lost  duplicates  \
                        normal after  all told after  all settled after  202 within p50 / p99 / all    asked again";

/// After an outage of the broker.
const TOLD_WITHIN: Duration = Duration::from_secs(10);
const MEASURED_FROM: Duration = Duration::from_mins(1);
/// 99 in 100 of the requests.
const ACCEPTED_WITHIN_MS: u128 = 100;

pub struct Row {
    pub fault: Fault,
    /// Answered with 202.
    pub accepted: usize,
    pub succeeded: i64,
    /// Claimed by a process that died, and shown to be unknown to the bank.
    pub failed: i64,
    /// Still to be asked about, or for a person.
    pub unknown: i64,
    /// Neither: they are stuck.
    pub waiting: i64,
    /// In the database.
    pub rows: i64,
    /// Withdrawals that the bank saw twice.
    pub duplicates: i64,
    pub normal_after: Duration,
    /// Since when RabbitMQ knows of all that was accepted.
    pub told_after: Duration,
    pub settled_after: Duration,
    /// Milliseconds until the 202 of half, of 99 in 100, and of all.
    pub within: [u128; 3],
    pub tried_again: usize,
}

impl Row {
    fn lost(&self) -> i64 {
        i64::try_from(self.accepted).expect("a count") - self.succeeded - self.failed - self.unknown
    }

    /// Fails unless each promise is kept once.
    pub fn check(&self) {
        let fault = self.fault.name();
        assert_eq!(self.waiting, 0, "{fault}: payments are stuck");
        assert_eq!(self.lost(), 0, "{fault}: payments are lost");
        assert_eq!(self.rows, i64::try_from(self.accepted).expect("a count"), "{fault}");
        assert_eq!(self.duplicates, 0, "{fault}: money moved twice");
        // The bank answers soon, and knows of each: none is left open.
        assert_eq!(self.unknown, 0, "{fault}: payments are unknown");
        if let Fault::RabbitMqDownFor(time) = self.fault {
            assert!(
                self.told_after <= TOLD_WITHIN,
                "{fault}: told after {:?}",
                self.told_after
            );
            // Only by who wants to know, on a machine that does nothing else: scripts/fault-matrix.
            if time >= MEASURED_FROM {
                assert_eq!(self.tried_again, 0, "{fault}: requests were refused");
                assert!(self.within[1] < ACCEPTED_WITHIN_MS, "{fault}: {:?} ms", self.within);
            }
        }
    }
}

impl Display for Row {
    fn fmt(&self, to: &mut Formatter<'_>) -> fmt::Result {
        let [half, most, all] = self.within;
        write!(
            to,
            "{:<40}  {:>8}  {:>9}  {:>6}  {:>7}  {:>4}  {:>10}  {:>10.1} s  {:>12.1} s  {:>15.1} s  {:>7} / {:>5} / {:>5} ms  {:>12}",
            self.fault.name(),
            self.accepted,
            self.succeeded,
            self.failed,
            self.unknown,
            self.lost(),
            self.duplicates,
            self.normal_after.as_secs_f64(),
            self.told_after.as_secs_f64(),
            self.settled_after.as_secs_f64(),
            half,
            most,
            all,
            self.tried_again,
        )
    }
}
