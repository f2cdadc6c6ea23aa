//! When the bank does not work, as data, in Korean time: its regular windows, those of holidays, and extraordinary ones.
//!
//! Inside a window nothing is sent, nobody asks the bank what became of a transfer, what it says counts for nothing, and
//! the clock of "no such transaction" stands still.

use std::collections::BTreeSet;

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, TimeDelta, Utc, Weekday};
use serde::Deserialize;

use crate::clock::{kst, kst_date, kst_midnight};

/// Money is not sent so shortly before a window: a call takes its time.
pub const GUARD: TimeDelta = TimeDelta::seconds(5);

/// In so many days every nth weekday comes, a fifth one too.
const A_YEAR: usize = 366;

/// A window that comes back: every day, every weekday of a name, or the nth of a month.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Window {
    /// `mon`, `tue` …; absent: every day.
    pub weekday: Option<Weekday>,
    /// The first to the fifth such day of a month, never without `weekday`; absent: each.
    pub nth: Option<u32>,
    /// On holidays alone.
    #[serde(default)]
    pub holidays: bool,
    /// `00:00`, in Korea.
    pub from: NaiveTime,
    /// After `from`, on the same day.
    pub to: NaiveTime,
    /// The first and the last day on which it holds, with one at least on which it comes; absent: always.
    pub valid_from: Option<NaiveDate>,
    pub valid_to: Option<NaiveDate>,
}

impl Window {
    fn is_on(&self, day: NaiveDate, holidays: &BTreeSet<NaiveDate>) -> bool {
        self.comes_on(day) && (!self.holidays || holidays.contains(&day))
    }

    /// Whatever days are holidays.
    fn comes_on(&self, day: NaiveDate) -> bool {
        let nth = (day.day0() / 7) + 1;
        self.weekday.is_none_or(|weekday| day.weekday() == weekday)
            && self.nth.is_none_or(|wanted| nth == wanted)
            && self.valid_from.is_none_or(|first| first <= day)
            && self.valid_to.is_none_or(|last| day <= last)
    }

    /// Why nobody can mean it, in words that follow the option's name.
    #[must_use]
    pub fn problem(&self) -> Option<&'static str> {
        if self.from >= self.to {
            return Some("must begin before it ends, within one day");
        }
        if self.nth.is_some_and(|nth| !(1..=5).contains(&nth)) {
            return Some("has an `nth` that is not from 1 to 5");
        }
        if self.nth.is_some() && self.weekday.is_none() {
            return Some("has an `nth` without the `weekday` that it counts");
        }
        let (first, last) = self.valid_from.zip(self.valid_to)?;
        if last < first {
            return Some("has a `valid_to` before its `valid_from`");
        }
        let comes = first.iter_days().take(A_YEAR).any(|day| self.comes_on(day));
        (!comes).then_some("has no day from its `valid_from` to its `valid_to`")
    }
}

/// From a moment to another, which is not in it.
pub type Span = (DateTime<Utc>, DateTime<Utc>);

/// All windows that are known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Windows {
    regular: Vec<Window>,
    holidays: BTreeSet<NaiveDate>,
    extraordinary: Vec<Span>,
}

impl Windows {
    #[must_use]
    pub const fn new(regular: Vec<Window>, holidays: BTreeSet<NaiveDate>, extraordinary: Vec<Span>) -> Self {
        Self {
            regular,
            holidays,
            extraordinary,
        }
    }

    /// Those that come back alone.
    #[must_use]
    pub const fn regular(regular: Vec<Window>) -> Self {
        Self::new(regular, BTreeSet::new(), Vec::new())
    }

    /// The regular ones of a day.
    fn on(&self, day: NaiveDate) -> impl Iterator<Item = Span> {
        let moment = move |time: NaiveTime| kst_midnight(day) + (time - NaiveTime::MIN);
        let of_day = self
            .regular
            .iter()
            .filter(move |window| window.is_on(day, &self.holidays));
        of_day.map(move |window| (moment(window.from), moment(window.to)))
    }

    /// The windows that begin or go on between two moments, in their order, those that meet as one.
    #[must_use]
    pub fn between(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> Vec<Span> {
        let days = kst_date(from).iter_days().take_while(|day| kst_midnight(*day) < to);
        let regular = days.flat_map(|day| self.on(day));
        let mut all: Vec<Span> = regular
            .chain(self.extraordinary.iter().copied())
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
    pub fn ends(&self, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let mut end = at;
        while let Some(later) = self
            .on(kst_date(end))
            .chain(self.extraordinary.iter().copied())
            .filter(|(from, to)| *from <= end && end < *to)
            .map(|(_, to)| to)
            .max()
        {
            end = later;
        }
        (end > at).then_some(end)
    }

    /// Until when money waits: to the end of a window that the bank is in, or will be in a moment.
    #[must_use]
    pub fn money_waits_until(&self, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.ends(at).or_else(|| self.ends(at + GUARD))
    }

    /// The window that the bank is in, or that begins within `ahead`.
    #[must_use]
    pub fn near(&self, at: DateTime<Utc>, ahead: TimeDelta) -> Option<Span> {
        self.between(at, at + ahead).first().copied().map(|(from, _)| {
            let end = self.ends(from.max(at)).unwrap_or(from);
            (from, end)
        })
    }

    /// How long the bank worked between two moments.
    #[must_use]
    pub fn open_between(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> TimeDelta {
        let shut: TimeDelta = self
            .between(from, to)
            .into_iter()
            .map(|(begins, ends)| ends.min(to) - begins.max(from))
            .sum();
        ((to - from) - shut).max(TimeDelta::zero())
    }
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
    fn nonghyup() -> Windows {
        let text =
            r#"[{ "from": "00:00", "to": "00:30" }, { "weekday": "mon", "nth": 3, "from": "00:00", "to": "04:00" }]"#;
        Windows::regular(serde_json::from_str(text).unwrap())
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
            assert_eq!(nonghyup().ends(at(now)), end.map(at), "{now}");
        }
        assert_eq!(Windows::default().ends(at("2026-11-26 00:00")), None);
    }

    #[test]
    fn the_windows_of_a_time_are_told_in_order_and_those_that_meet_as_one() {
        let told = |from, to| {
            let windows = nonghyup().between(at(from), at(to));
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
            let open = nonghyup().open_between(at(from), at(to));
            assert_eq!(open.num_minutes(), minutes, "{from} to {to}");
        }
    }

    #[test]
    fn a_window_holds_from_its_first_day_to_its_last_and_one_of_holidays_on_those_alone() {
        let text = r#"[{ "from": "00:00", "to": "00:30", "valid_from": "2026-11-26", "valid_to": "2026-11-27" },
            { "holidays": true, "from": "02:00", "to": "05:00" }]"#;
        let holidays = ["2026-12-25".parse().unwrap()].into();
        let windows = Windows::new(serde_json::from_str(text).unwrap(), holidays, Vec::new());
        for (now, end) in [
            ("2026-11-25 00:10", None),
            ("2026-11-26 00:10", Some("2026-11-26 00:30")),
            ("2026-11-27 00:10", Some("2026-11-27 00:30")),
            ("2026-11-28 00:10", None),
            ("2026-12-24 03:00", None),
            ("2026-12-25 03:00", Some("2026-12-25 05:00")),
        ] {
            assert_eq!(windows.ends(at(now)), end.map(at), "{now}");
        }
    }

    #[test]
    fn a_window_that_nobody_can_mean_says_why() {
        for (days, from, to, why) in [
            ("", "00:00", "00:30", None),
            (r#""weekday": "mon", "nth": 5,"#, "00:00", "04:00", None),
            (r#""weekday": "mon", "holidays": true,"#, "00:00", "04:00", None),
            (r#""valid_from": "2026-11-26","#, "00:00", "04:00", None),
            (
                r#""valid_from": "2026-11-26", "valid_to": "2026-11-26","#,
                "00:00",
                "04:00",
                None,
            ),
            // The third Monday is the 16th.
            (
                r#""weekday": "mon", "nth": 3, "valid_from": "2026-11-01", "valid_to": "2026-11-16","#,
                "00:00",
                "04:00",
                None,
            ),
            (
                r#""weekday": "mon", "nth": 3, "valid_from": "2026-11-17", "valid_to": "2026-12-20","#,
                "00:00",
                "04:00",
                Some("no day from"),
            ),
            (
                r#""valid_from": "2026-11-27", "valid_to": "2026-11-26","#,
                "00:00",
                "04:00",
                Some("`valid_to` before"),
            ),
            ("", "04:00", "04:00", Some("begin before it ends")),
            ("", "23:30", "00:30", Some("within one day")),
            (r#""weekday": "mon", "nth": 0,"#, "00:00", "04:00", Some("from 1 to 5")),
            (r#""weekday": "mon", "nth": 6,"#, "00:00", "04:00", Some("from 1 to 5")),
            (r#""nth": 3,"#, "00:00", "04:00", Some("without the `weekday`")),
        ] {
            let text = format!(r#"{{ {days} "from": "{from}", "to": "{to}" }}"#);
            let told = serde_json::from_str::<Window>(&text).unwrap().problem();
            assert_eq!(told.is_some(), why.is_some(), "{text}: {told:?}");
            assert!(why.is_none_or(|why| told.unwrap().contains(why)), "{text}: {told:?}");
        }
    }

    #[test]
    fn an_extraordinary_window_may_last_for_days_and_meets_the_regular_ones() {
        let extraordinary = vec![(at("2026-11-26 22:00"), at("2026-11-28 00:10"))];
        let regular = nonghyup().regular;
        let windows = Windows::new(regular, BTreeSet::new(), extraordinary);
        let end = at("2026-11-28 00:30");
        for now in ["2026-11-26 22:00", "2026-11-27 12:00", "2026-11-28 00:20"] {
            assert_eq!(windows.ends(at(now)), Some(end), "{now}");
        }
        let open = windows.open_between(at("2026-11-26 21:00"), at("2026-11-28 01:30"));
        assert_eq!(open.num_minutes(), 120);
    }

    #[test]
    fn money_stops_seconds_before_and_a_window_is_told_ahead() {
        let windows = nonghyup();
        let begin = at("2026-11-26 00:00");
        let end = at("2026-11-26 00:30");
        assert_eq!(windows.money_waits_until(begin - TimeDelta::seconds(6)), None);
        assert_eq!(windows.money_waits_until(begin - TimeDelta::seconds(5)), Some(end));
        assert_eq!(windows.money_waits_until(end), None);
        let ahead = TimeDelta::minutes(10);
        assert_eq!(windows.near(begin - TimeDelta::minutes(11), ahead), None);
        assert_eq!(windows.near(begin - TimeDelta::minutes(9), ahead), Some((begin, end)));
        assert_eq!(windows.near(begin + TimeDelta::minutes(9), ahead), Some((begin, end)));
    }
}
