//! Which days the overview shows, and the time before that it compares them with.

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};

use crate::clock::{kst_date, kst_day_end, kst_midnight};
use crate::controllers::fields::read_day;
use crate::desk::figures::Period;
use crate::views::cs::overview::{RangeChoice, RangeWord};
use crate::views::form::{FieldErrors, FieldProblem};

/// The longest range: a quarter.
const MOST_DAYS: i64 = 92;
const WEEK: i64 = 7;

/// Korean days, from the first to the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    pub first: NaiveDate,
    pub last: NaiveDate,
    pub present: Period,
    /// The same time so many days before: a week for what is no longer than one, so that weekdays meet their like.
    pub previous: Period,
    pub days_before: i64,
}

impl Range {
    /// Whole days; the last one until now where it is today.
    fn new(first: NaiveDate, last: NaiveDate, now: DateTime<Utc>) -> Self {
        let length = (last - first).num_days() + 1;
        let days_before = length.max(WEEK);
        let end = kst_day_end(last);
        let present = Period {
            from: kst_midnight(first),
            to: end.min(now),
        };
        let shift = TimeDelta::days(days_before);
        Self {
            first,
            last,
            present,
            previous: Period {
                from: present.from - shift,
                to: present.to - shift,
            },
            days_before,
        }
    }
}

/// The range of an address, `None` where it cannot be read, and the form that tells of it. Days count more than a word.
pub fn read(word: &str, from: &str, to: &str, now: DateTime<Utc>) -> (Option<Range>, RangeChoice) {
    let today = kst_date(now);
    let ago = |days: u64| today.checked_sub_days(Days::new(days)).unwrap_or(today);
    let (from, to) = (from.trim(), to.trim());
    if from.is_empty() && to.is_empty() {
        let word = RangeWord::parse(word);
        let (first, last) = match word {
            RangeWord::Yesterday => (ago(1), ago(1)),
            RangeWord::Week => (ago(6), today),
            RangeWord::Month => (ago(29), today),
            RangeWord::Today | RangeWord::Days => (today, today),
        };
        let choice = RangeChoice::new(word, first.to_string(), last.to_string(), FieldErrors::new());
        return (Some(Range::new(first, last, now)), choice);
    }
    // One day alone is asked for by naming it once.
    let (from, to) = (
        if from.is_empty() { to } else { from },
        if to.is_empty() { from } else { to },
    );
    let (days, errors) = check(from, to, today);
    let range = days.map(|(first, last)| Range::new(first, last, now));
    (
        range,
        RangeChoice::new(RangeWord::Days, from.to_owned(), to.to_owned(), errors),
    )
}

fn check(from: &str, to: &str, today: NaiveDate) -> (Option<(NaiveDate, NaiveDate)>, FieldErrors) {
    let (first, last) = (read_day(from), read_day(to));
    let mut errors = FieldErrors::new();
    for (field, day) in [("from", first), ("to", last)] {
        if day.is_none() {
            errors.insert(field, FieldProblem::DateFormat);
        }
    }
    let days = first.zip(last);
    if let Some((first, last)) = days {
        if last < first {
            errors.insert("to", FieldProblem::DatesReversed);
        } else if today < last {
            errors.insert("to", FieldProblem::PeriodInFuture);
        } else if (last - first).num_days() >= MOST_DAYS {
            errors.insert("from", FieldProblem::PeriodTooLong);
        }
    }
    (days.filter(|_| errors.is_empty()), errors)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Half past one in the night of Thursday, 26 November, in Korea; in London it is still Wednesday.
    fn now() -> DateTime<Utc> {
        kst_midnight(NaiveDate::from_ymd_opt(2026, 11, 26).unwrap()) + TimeDelta::minutes(90)
    }

    fn hours(range: &Range) -> (i64, i64, i64) {
        let since = |at: DateTime<Utc>| (at - now()).num_minutes();
        (since(range.present.from), since(range.present.to), range.days_before)
    }

    #[test]
    fn today_is_the_korean_day_until_now_and_is_compared_with_the_same_time_a_week_before() {
        let (range, choice) = read("", "", "", now());
        let range = range.unwrap();
        assert_eq!(hours(&range), (-90, 0, 7));
        assert_eq!(range.previous.to, now() - TimeDelta::days(7));
        assert_eq!((choice.from.as_str(), choice.to.as_str()), ("2026-11-26", "2026-11-26"));

        let yesterday = read("yesterday", "", "", now()).0.unwrap();
        assert_eq!(hours(&yesterday), (-90 - 1_440, -90, 7));
        let month = read("month", "", "", now()).0.unwrap();
        assert_eq!(hours(&month), (-90 - 29 * 1_440, 0, 30));
        assert_eq!(month.previous.to, now() - TimeDelta::days(30));
        let week = read("week", "", "", now()).0.unwrap();
        assert_eq!(hours(&week), (-90 - 6 * 1_440, 0, 7));
    }

    #[test]
    fn days_are_read_as_they_are_typed_and_what_cannot_be_is_told_and_kept() {
        let one = read("", "2026-11-20", "", now()).0.unwrap();
        assert_eq!((one.first, one.last), (one.last, one.first));
        assert_eq!((one.present.to - one.present.from).num_hours(), 24);
        for (from, to, field, problem) in [
            ("20.11.2026", "2026-11-25", "from", FieldProblem::DateFormat),
            ("2026-11-25", "2026-11-24", "to", FieldProblem::DatesReversed),
            ("2026-11-25", "2026-11-27", "to", FieldProblem::PeriodInFuture),
            ("2026-08-26", "2026-11-26", "from", FieldProblem::PeriodTooLong),
        ] {
            let (range, choice) = read("week", from, to, now());
            assert_eq!(range, None, "{from} {to}");
            assert_eq!(choice.errors.get(field), Some(&problem), "{from} {to}");
            assert_eq!((choice.from.as_str(), choice.to.as_str()), (from, to));
        }
        assert!(read("", "2026-08-27", "2026-11-26", now()).0.is_some());
    }
}
