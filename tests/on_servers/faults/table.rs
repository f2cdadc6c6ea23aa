//! The table that the fault matrix prints, a row a fault.

use std::fmt::{self, Display, Formatter};
use std::time::Duration;

pub const HEAD: &str = "fault                                     accepted  succeeded  failed  unknown  lost  duplicates  \
                        normal after  all settled after  202 within p50 / p99 / all    asked again";

pub struct Row {
    pub fault: String,
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
        assert_eq!(self.waiting, 0, "{}: payments are stuck", self.fault);
        assert_eq!(self.lost(), 0, "{}: payments are lost", self.fault);
        assert_eq!(
            self.rows,
            i64::try_from(self.accepted).expect("a count"),
            "{}",
            self.fault
        );
        assert_eq!(self.duplicates, 0, "{}: money moved twice", self.fault);
        // The bank answers soon, and knows of each: none is left open.
        assert_eq!(self.unknown, 0, "{}: payments are unknown", self.fault);
    }
}

impl Display for Row {
    fn fmt(&self, to: &mut Formatter<'_>) -> fmt::Result {
        let [half, most, all] = self.within;
        write!(
            to,
            "{:<40}  {:>8}  {:>9}  {:>6}  {:>7}  {:>4}  {:>10}  {:>10.1} s  {:>15.1} s  {:>7} / {:>5} / {:>5} ms  {:>12}",
            self.fault,
            self.accepted,
            self.succeeded,
            self.failed,
            self.unknown,
            self.lost(),
            self.duplicates,
            self.normal_after.as_secs_f64(),
            self.settled_after.as_secs_f64(),
            half,
            most,
            all,
            self.tried_again,
        )
    }
}
