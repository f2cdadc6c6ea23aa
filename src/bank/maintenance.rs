//! When the bank does not work: its regular windows, as data, in Korean time.
//!
//! Inside a window nobody asks the bank what became of a transfer, what it says counts for nothing, and the clock of
//! "no such transaction" stands still.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeDelta, Utc, Weekday};
use serde::Deserialize;

use crate::clock::{kst, kst_date, kst_midnight};

/// A window that comes back: every day, every weekday of a name, or the nth of a month.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Window {
    /// `mon`, `tue` …; absent: every day.
    pub weekday: Option<Weekday>,
    /// Of the month, from 1; absent: each.
    pub nth: Option<u32>,
    /// `00:00`, in Korea.
    pub from: NaiveTime,
    /// After `from`, on the same day.
    pub to: NaiveTime,
}

impl Window {
    fn is_on(&self, day: NaiveDate) -> bool {
        let nth = (day.day0() / 7) + 1;
        self.weekday.is_none_or(|weekday| day.weekday() == weekday) && self.nth.is_none_or(|wanted| nth == wanted)
    }

    /// Its beginning and end on a day.
    fn on(&self, day: NaiveDate) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
        let moment = |time: NaiveTime| kst_midnight(day) + (time - NaiveTime::MIN);
        self.is_on(day).then(|| (moment(self.from), moment(self.to)))
    }
}

/// The windows that begin or go on between two moments, in their order, those that meet as one.
#[must_use]
pub fn between(windows: &[Window], from: DateTime<Utc>, to: DateTime<Utc>) -> Vec<(DateTime<Utc>, DateTime<Utc>)> {
    let days = kst_date(from).iter_days().take_while(|day| kst_midnight(*day) < to);
    let mut all: Vec<_> = days
        .flat_map(|day| windows.iter().filter_map(move |window| window.on(day)))
        .filter(|(begins, ends)| *begins < to && from < *ends)
        .collect();
    all.sort_unstable();
    all.dedup_by(|next, before| {
        let meets = next.0 <= before.1;
        if meets {
            before.1 = before.1.max(next.1);
        }
        meets
    });
    all
}

/// The end of the maintenance that the bank is in; `None` while it works. Windows that meet count as one.
#[must_use]
pub fn ends(windows: &[Window], at: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let mut end = at;
    while let Some(later) = windows
        .iter()
        .filter_map(|window| window.on(kst_date(end)))
        .filter(|(from, to)| *from <= end && end < *to)
        .map(|(_, to)| to)
        .max()
    {
        end = later;
    }
    (end > at).then_some(end)
}

/// How long the bank worked between two moments.
#[must_use]
pub fn open_between(windows: &[Window], from: DateTime<Utc>, to: DateTime<Utc>) -> TimeDelta {
    let mut open = (to - from).max(TimeDelta::zero());
    let mut day = kst_date(from);
    while day <= kst_date(to) {
        let mut closed: Vec<_> = windows.iter().filter_map(|window| window.on(day)).collect();
        closed.sort();
        let mut counted = from;
        for (begins, ends) in closed {
            let (begins, ends) = (begins.max(counted), ends.min(to));
            if begins < ends {
                open -= ends - begins;
                counted = ends;
            }
        }
        match day.checked_add_days(Days::new(1)) {
            Some(next) => day = next,
            None => break,
        }
    }
    open
}

/// A moment as its Korean day and time, for tests and tables.
#[must_use]
pub fn in_korea(day: NaiveDate, time: NaiveTime) -> DateTime<Utc> {
    day.and_time(time)
        .and_local_timezone(kst())
        .single()
        .map_or(DateTime::UNIX_EPOCH, |at| at.to_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// NH's: every day to half past midnight, and the third Monday of a month to four.
    fn nonghyup() -> Vec<Window> {
        let text =
            r#"[{ "from": "00:00", "to": "00:30" }, { "weekday": "mon", "nth": 3, "from": "00:00", "to": "04:00" }]"#;
        serde_json::from_str(text).unwrap()
    }

    fn at(text: &str) -> DateTime<Utc> {
        let at = chrono::NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap();
        in_korea(at.date(), at.time())
    }

    #[test]
    fn a_window_has_an_end_and_outside_of_all_there_is_none() {
        for (now, end) in [
            ("2026-11-25 23:59", None),
            ("2026-11-26 00:00", Some("2026-11-26 00:30")),
            ("2026-11-26 00:29", Some("2026-11-26 00:30")),
            ("2026-11-26 00:30", None),
            // The first, second, third and fourth Monday, and the third of a month that begins with one.
            ("2026-11-02 01:00", None),
            ("2026-11-09 01:00", None),
            ("2026-11-16 01:00", Some("2026-11-16 04:00")),
            ("2026-11-16 00:10", Some("2026-11-16 04:00")),
            ("2026-11-16 04:00", None),
            ("2026-11-23 01:00", None),
            ("2026-06-15 03:59", Some("2026-06-15 04:00")),
            ("2026-11-17 01:00", None),
            ("2027-01-01 00:00", Some("2027-01-01 00:30")),
        ] {
            assert_eq!(ends(&nonghyup(), at(now)), end.map(at), "{now}");
        }
        assert_eq!(ends(&[], at("2026-11-26 00:00")), None);
    }

    #[test]
    fn the_windows_of_a_time_are_told_in_order_and_those_that_meet_as_one() {
        let told = |from, to| {
            let windows = between(&nonghyup(), at(from), at(to));
            windows
                .into_iter()
                .map(|(begins, ends)| {
                    let shown = |at: DateTime<Utc>| at.with_timezone(&kst()).format("%d %H:%M").to_string();
                    format!("{} - {}", shown(begins), shown(ends))
                })
                .collect::<Vec<_>>()
        };
        assert_eq!(
            told("2026-11-15 12:00", "2026-11-17 12:00"),
            ["16 00:00 - 16 04:00", "17 00:00 - 17 00:30"]
        );
        assert_eq!(told("2026-11-26 00:10", "2026-11-26 00:20"), ["26 00:00 - 26 00:30"]);
        assert!(told("2026-11-26 00:30", "2026-11-27 00:00").is_empty());
    }

    #[test]
    fn time_stands_still_inside_windows_however_they_overlap() {
        for (from, to, minutes) in [
            ("2026-11-26 01:00", "2026-11-26 02:00", 60),
            ("2026-11-25 23:50", "2026-11-26 00:40", 20),
            ("2026-11-26 00:10", "2026-11-26 00:20", 0),
            ("2026-11-15 23:00", "2026-11-16 05:00", 120),
            ("2026-12-31 12:00", "2027-01-02 12:00", 2 * 24 * 60 - 60),
            ("2026-11-26 02:00", "2026-11-26 01:00", 0),
        ] {
            let open = open_between(&nonghyup(), at(from), at(to));
            assert_eq!(open.num_minutes(), minutes, "{from} to {to}");
        }
    }
}
