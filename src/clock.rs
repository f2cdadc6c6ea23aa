//! The time, injected so that tests can move it, and the Korean calendar day that the bank counts in.

use std::sync::Arc;

use chrono::{DateTime, FixedOffset, NaiveDate, TimeDelta, Timelike, Utc};

/// Korea Standard Time: a fixed +09:00, without daylight saving. A constant, so that its range is checked by the compiler.
const KST: FixedOffset = FixedOffset::east_opt(9 * 3600).expect("nine hours are within a day");

/// Korea Standard Time.
#[must_use]
pub fn kst() -> FixedOffset {
    KST
}

/// The calendar day in Korea at this moment.
#[must_use]
pub fn kst_date(at: DateTime<Utc>) -> NaiveDate {
    at.with_timezone(&kst()).date_naive()
}

/// Midnight in Korea at the start of `day`, as a moment.
#[must_use]
pub fn kst_midnight(day: NaiveDate) -> DateTime<Utc> {
    (day.and_time(chrono::NaiveTime::MIN) - TimeDelta::hours(9)).and_utc()
}

/// The end of `day` in Korea, which is where the next one begins.
#[must_use]
pub fn kst_day_end(day: NaiveDate) -> DateTime<Utc> {
    kst_midnight(day) + TimeDelta::days(1)
}

/// The moment as every database keeps it exactly; what is finer one would cut and another round.
#[must_use]
pub fn whole_micros(at: DateTime<Utc>) -> DateTime<Utc> {
    at.with_nanosecond(at.nanosecond() / 1_000 * 1_000).unwrap_or(at)
}

/// Where the program takes the time from. Always whole microseconds, which every database keeps exactly.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>);

impl Clock {
    /// The machine's clock.
    #[must_use]
    pub fn system() -> Self {
        #[expect(
            clippy::disallowed_methods,
            reason = "the one place where the machine's clock is read"
        )]
        Self::from_fn(Utc::now)
    }

    /// Any other source: a test's hand-moved clock.
    pub fn from_fn(now: impl Fn() -> DateTime<Utc> + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        whole_micros((self.0)())
    }

    /// Today's date in Korea.
    #[must_use]
    pub fn today_kst(&self) -> NaiveDate {
        kst_date(self.now())
    }
}
