//! How long something has waited, as a person says it.

use chrono::{DateTime, Utc};
use serde::Serialize;

/// A whole number of the largest unit; its text is `age-{unit}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Age {
    pub unit: AgeUnit,
    pub count: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AgeUnit {
    /// Less than a minute.
    Moment,
    Minutes,
    Hours,
    Days,
}

impl Age {
    /// From a moment until now; one that is still to come has no age.
    #[must_use]
    pub fn of(since: DateTime<Utc>, now: DateTime<Utc>) -> Self {
        let passed = now - since;
        let (unit, count) = match (passed.num_days(), passed.num_hours(), passed.num_minutes()) {
            (days @ 1.., ..) => (AgeUnit::Days, days),
            (_, hours @ 1.., _) => (AgeUnit::Hours, hours),
            (.., minutes @ 1..) => (AgeUnit::Minutes, minutes),
            _ => (AgeUnit::Moment, 0),
        };
        Self { unit, count }
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::{Age, AgeUnit};
    use crate::views::example::at;

    #[test]
    fn an_age_is_told_in_its_largest_unit() {
        for (seconds, unit, count) in [
            (-5, AgeUnit::Moment, 0),
            (59, AgeUnit::Moment, 0),
            (60, AgeUnit::Minutes, 1),
            (3_599, AgeUnit::Minutes, 59),
            (3_600, AgeUnit::Hours, 1),
            (86_399, AgeUnit::Hours, 23),
            (3 * 86_400, AgeUnit::Days, 3),
        ] {
            let age = Age::of(at(0), at(0) + TimeDelta::seconds(seconds));
            assert_eq!(age, Age { unit, count }, "{seconds}");
        }
    }
}
