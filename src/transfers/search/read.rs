//! Amounts and days as people type them.

use chrono::{DateTime, Datelike, Months, NaiveDate, Utc};
use unicode_normalization::UnicodeNormalization;

use crate::clock::{kst_day_end, kst_midnight};
use crate::money::MOST_EXACT;

/// Nobody was charged before, and nobody looks for what comes after.
const YEARS: std::ops::Range<i32> = 2000..3000;

/// A range of amounts in won, both ends inclusive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Amounts {
    pub least: Option<i64>,
    pub most: Option<i64>,
}

/// Why a range of amounts cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AmountsFault {
    Format,
    Reversed,
}

/// Days in Korea, both ends inclusive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Days {
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
}

/// Why days cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DaysFault {
    Format,
    Reversed,
}

/// Digits and letters as every keyboard writes them, in one spelling.
#[must_use]
pub fn plain(text: &str) -> String {
    text.trim()
        .nfkc()
        .map(|letter| match letter {
            // Hyphens, dashes and the minus of mathematics.
            '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
            '〜' => '~',
            other => other,
        })
        .collect()
}

/// `12,300`, `12300`, `12,300원`, `₩12,300`: at least one won.
#[must_use]
pub fn won(text: &str) -> Option<i64> {
    let text = plain(text);
    let text = text.trim_start_matches('₩').trim_end_matches('원').trim();
    let is_number = text.starts_with(|letter: char| letter.is_ascii_digit())
        && text.chars().all(|letter| letter.is_ascii_digit() || letter == ',');
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let won = digits.parse().ok().filter(|_| is_number)?;
    (1..=MOST_EXACT).contains(&won).then_some(won)
}

impl Amounts {
    pub const ANY: Self = Self {
        least: None,
        most: None,
    };

    #[must_use]
    pub const fn of(won: i64) -> Self {
        Self {
            least: Some(won),
            most: Some(won),
        }
    }

    /// The one amount, where it is one.
    #[must_use]
    pub fn exact(self) -> Option<i64> {
        self.least.filter(|least| self.most == Some(*least))
    }
}

impl std::fmt::Display for Amounts {
    /// As [`amounts`] reads it: `12300`, `10000..20000`, `10000..`, `..20000`.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(won) = self.exact() {
            return write!(formatter, "{won}");
        }
        if let Some(least) = self.least {
            write!(formatter, "{least}")?;
        }
        formatter.write_str("..")?;
        if let Some(most) = self.most {
            write!(formatter, "{most}")?;
        }
        Ok(())
    }
}

/// `12,300`, `10000..20000`, `10000~20000`, `>10000`, `>=10000`, `<20000`, `<=20000`.
///
/// # Errors
/// [`AmountsFault`].
pub fn amounts(text: &str) -> Result<Amounts, AmountsFault> {
    let text = plain(text);
    let one = |text: &str| won(text).ok_or(AmountsFault::Format);
    let range = if let Some(text) = text.strip_prefix(">=") {
        (Some(one(text)?), None)
    } else if let Some(text) = text.strip_prefix("<=") {
        (None, Some(one(text)?))
    } else if let Some(text) = text.strip_prefix('>') {
        (Some(one(text)? + 1), None)
    } else if let Some(text) = text.strip_prefix('<') {
        (None, Some(one(text)? - 1))
    } else if let Some((least, most)) = ends(&text) {
        let end = |text: &str| if text.is_empty() { Ok(None) } else { one(text).map(Some) };
        (end(least)?, end(most)?)
    } else {
        let won = one(&text)?;
        (Some(won), Some(won))
    };
    let (least, most) = range;
    let is_amount = |won: i64| (1..=MOST_EXACT).contains(&won);
    match range {
        (None, None) => Err(AmountsFault::Format),
        // More than the most, or less than the least: nothing that could be shown again.
        _ if !least.into_iter().chain(most).all(is_amount) => Err(AmountsFault::Format),
        (Some(least), Some(most)) if least > most => Err(AmountsFault::Reversed),
        (least, most) => Ok(Amounts { least, most }),
    }
}

/// Both ends of `a..b` or `a~b`.
fn ends(text: &str) -> Option<(&str, &str)> {
    let (from, to) = text.split_once("..").or_else(|| text.split_once('~'))?;
    Some((from.trim(), to.trim()))
}

impl Days {
    #[must_use]
    pub const fn one(day: NaiveDate) -> Self {
        Self {
            from: Some(day),
            to: Some(day),
        }
    }

    /// From a Korean midnight to another, which is exclusive.
    #[must_use]
    pub fn moments(self) -> (Option<DateTime<Utc>>, Option<DateTime<Utc>>) {
        let end = self.to.map(kst_day_end);
        (self.from.map(kst_midnight), end)
    }
}

/// `2026-11-25`, `2026.11.25`, `20261125`, `11/25`, `11월 25일`, `어제`: a day in Korea. One without a year is the last one
/// that was.
#[must_use]
pub fn day(text: &str, today: NaiveDate) -> Option<NaiveDate> {
    let text = plain(text).to_lowercase();
    match text.as_str() {
        "오늘" | "today" => return Some(today),
        "어제" | "yesterday" => return today.pred_opt(),
        "그제" | "그저께" => return today.pred_opt()?.pred_opt(),
        _ => {}
    }
    let parts = parts(&text)?;
    let day = match *parts.as_slice() {
        [(year, 4), (month, _), (day, _)] => NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day),
        [(month, 1..=2), (day, 1..=2)] => {
            let of_year = |year| NaiveDate::from_ymd_opt(year, month, day);
            of_year(today.year())
                .filter(|day| *day <= today)
                .or_else(|| of_year(today.year() - 1))
        }
        [(digits, 8)] => {
            NaiveDate::from_ymd_opt(i32::try_from(digits / 10_000).ok()?, digits / 100 % 100, digits % 100)
        }
        _ => None,
    };
    day.filter(|day| YEARS.contains(&day.year()))
}

/// The numbers of a day and how many digits each has; nothing where there is anything but numbers and what parts them.
fn parts(text: &str) -> Option<Vec<(u32, usize)>> {
    let parted: String = text
        .chars()
        .map(|letter| {
            if matches!(letter, '.' | '/' | '년' | '월') {
                '-'
            } else {
                letter
            }
        })
        .filter(|letter| *letter != '일' && *letter != ' ')
        .collect();
    parted
        .trim_end_matches('-')
        .split('-')
        .map(|part| {
            let is_number = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
            let number = part.parse().ok().filter(|_| is_number)?;
            Some((number, part.len()))
        })
        .collect()
}

/// A day, `2026-11-01..2026-11-25`, `11/1~11/25`, `2026-11-01..`, `이번달`, `지난달` or a month such as `2026-11`, which may
/// stand at either end as well.
///
/// # Errors
/// [`DaysFault`].
pub fn days(text: &str, today: NaiveDate) -> Result<Days, DaysFault> {
    let text = plain(text);
    let one = |text: &str| {
        let days = month(text, today).or_else(|| day(text, today).map(Days::one));
        days.ok_or(DaysFault::Format)
    };
    let Some((from, to)) = ends(&text) else {
        return one(&text);
    };
    let end = |text: &str| {
        if text.is_empty() {
            Ok(Days::default())
        } else {
            one(text)
        }
    };
    match (end(from)?.from, end(to)?.to) {
        (None, None) => Err(DaysFault::Format),
        (Some(from), Some(to)) if from > to => Err(DaysFault::Reversed),
        (from, to) => Ok(Days { from, to }),
    }
}

fn month(text: &str, today: NaiveDate) -> Option<Days> {
    let first = match text.to_lowercase().as_str() {
        "이번달" | "이번 달" | "this-month" => today.with_day(1),
        "지난달" | "지난 달" | "last-month" => today.with_day(1)?.checked_sub_months(Months::new(1)),
        other => match *parts(other)?.as_slice() {
            [(year, 4), (month, 1..=2)] => NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, 1),
            _ => None,
        },
    };
    let first = first.filter(|day| YEARS.contains(&day.year()))?;
    let last = first.checked_add_months(Months::new(1))?.pred_opt()?;
    Some(Days {
        from: Some(first),
        to: Some(last),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn date(text: &str) -> NaiveDate {
        NaiveDate::parse_from_str(text, "%Y-%m-%d").unwrap()
    }

    #[test]
    fn a_day_is_read_in_every_way_that_people_type_it() {
        let today = date("2026-11-26");
        for text in [
            "2026-11-25",
            "2026.11.25",
            "2026.11.25.",
            "2026/11/25",
            "20261125",
            "11/25",
            "11.25",
            "11-25",
            "11월 25일",
            "2026년 11월 25일",
            "어제",
            "yesterday",
            " 어제 ",
            "１１／２５",
            "2026‐11–25",
        ] {
            assert_eq!(day(text, today), Some(date("2026-11-25")), "{text}");
        }
        assert_eq!(day("12/31", today), Some(date("2025-12-31")));
        for text in [
            "2026-02-30",
            "13/1",
            "25.11.2026",
            "0000-01-01",
            "9999-01-01",
            "내일모레",
            "12300",
            "",
            "-",
            "1125",
        ] {
            assert_eq!(day(text, today), None, "{text}");
        }
    }

    #[test]
    fn days_are_a_range_with_both_ends_or_one() {
        let today = date("2026-11-26");
        let range = |from: &str, to: &str| {
            Ok(Days {
                from: Some(date(from)),
                to: Some(date(to)),
            })
        };
        assert_eq!(days("2026-11-01..2026-11-25", today), range("2026-11-01", "2026-11-25"));
        assert_eq!(days("11/1~11/25", today), range("2026-11-01", "2026-11-25"));
        assert_eq!(days("지난달", today), range("2026-10-01", "2026-10-31"));
        assert_eq!(days("2026-02", today), range("2026-02-01", "2026-02-28"));
        assert_eq!(days("어제..오늘", today), range("2026-11-25", "2026-11-26"));
        assert_eq!(days("2026-09..2026-10", today), range("2026-09-01", "2026-10-31"));
        let since = Days {
            to: None,
            ..Days::one(date("2026-11-01"))
        };
        assert_eq!(days("2026-11..", today), Ok(since));
        assert_eq!(
            days("2026-11-01..", today),
            Ok(Days {
                from: Some(date("2026-11-01")),
                to: None
            })
        );
        assert_eq!(days("11/25..11/1", today), Err(DaysFault::Reversed));
        assert_eq!(days("..", today), Err(DaysFault::Format));
    }

    #[test]
    fn amounts_are_read_with_their_bounds() {
        let range = |least, most| Ok(Amounts { least, most });
        for (text, expected) in [
            ("12,300", range(Some(12_300), Some(12_300))),
            ("12,300원", range(Some(12_300), Some(12_300))),
            (">10000", range(Some(10_001), None)),
            (">=10,000원", range(Some(10_000), None)),
            ("<20000", range(None, Some(19_999))),
            ("10000..20000", range(Some(10_000), Some(20_000))),
            ("10,000~20,000", range(Some(10_000), Some(20_000))),
            ("１０，０００〜２０，０００", range(Some(10_000), Some(20_000))),
            ("￦12,300", range(Some(12_300), Some(12_300))),
            ("..20000", range(None, Some(20_000))),
            ("20000..10000", Err(AmountsFault::Reversed)),
            ("abc", Err(AmountsFault::Format)),
            ("", Err(AmountsFault::Format)),
            ("..", Err(AmountsFault::Format)),
            ("<1", Err(AmountsFault::Format)),
            ("-5", Err(AmountsFault::Format)),
            ("1.5", Err(AmountsFault::Format)),
            ("99999999999999999999", Err(AmountsFault::Format)),
        ] {
            assert_eq!(amounts(text), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_range_that_is_shown_is_read_back(least in 1..MOST_EXACT, more in 0..1_000_000_i64, open in 0..3) {
            let range = match open {
                0 => Amounts { least: Some(least), most: None },
                1 => Amounts { least: None, most: Some(least) },
                _ => Amounts { least: Some(least), most: Some((least + more).min(MOST_EXACT)) },
            };
            prop_assert_eq!(amounts(&range.to_string()), Ok(range));
        }

        #[test]
        fn no_text_breaks_a_reader(text in ".{0,40}") {
            let today = date("2026-11-26");
            let _ = (amounts(&text), days(&text, today), day(&text, today), won(&text));
        }
    }
}
