//! The wire's strings that mean an amount, a day, a time or a name: kept as they came, read on demand.

use std::fmt;

use chrono::{NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};

use crate::{money::Won, security::masking};

/// Whole won as a decimal string. Some systems of the bank pad it with zeros and add `.00`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Amount(String);

impl Amount {
    #[must_use]
    pub fn of(amount: Won) -> Self {
        Self(amount.get().to_string())
    }

    /// The amount as it came.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The amount, or `None` where the text is not whole won: a sign, a fraction, a separator, nothing at all.
    #[must_use]
    pub fn won(&self) -> Option<Won> {
        let (whole, fraction) = self.0.split_once('.').unwrap_or((&self.0, ""));
        let digits_only = !whole.is_empty() && whole.bytes().all(|byte| byte.is_ascii_digit());
        let no_fraction = fraction.bytes().all(|byte| byte == b'0');
        if digits_only && no_fraction {
            whole.parse().ok().map(Won::new)
        } else {
            None
        }
    }
}

/// A calendar day in Korea, `YYYYMMDD`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Day(String);

impl Day {
    #[must_use]
    pub fn of(date: NaiveDate) -> Self {
        Self(date.format("%Y%m%d").to_string())
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The day, or `None` where the text is not one.
    #[must_use]
    pub fn date(&self) -> Option<NaiveDate> {
        exactly(8, &self.0).and_then(|text| NaiveDate::parse_from_str(text, "%Y%m%d").ok())
    }
}

/// A time of the day in Korea, `HHMMSS`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Time(String);

impl Time {
    #[must_use]
    pub fn of(time: NaiveTime) -> Self {
        Self(time.format("%H%M%S").to_string())
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The time, or `None` where the text is not one.
    #[must_use]
    pub fn time(&self) -> Option<NaiveTime> {
        exactly(6, &self.0).and_then(|text| NaiveTime::parse_from_str(text, "%H%M%S").ok())
    }
}

/// The date parser takes shorter numbers too; the wire's have one length.
fn exactly(digits: usize, text: &str) -> Option<&str> {
    (text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit())).then_some(text)
}

/// The name of an account's holder. Masks itself in `Debug`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct HolderName(String);

impl HolderName {
    pub fn new(name: impl Into<String>) -> Self {
        Self(name.into())
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for HolderName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&masking::person_name(&self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::{Amount, Day, Time};
    use crate::money::Won;

    fn won(text: &str) -> Option<Won> {
        Amount(text.to_owned()).won()
    }

    #[test]
    fn an_amount_is_read_with_its_padding() {
        assert_eq!(won("1000000"), Some(Won::new(1_000_000)));
        assert_eq!(won("0000000000010000.00"), Some(Won::new(10_000)));
        assert_eq!(won("0"), Some(Won::ZERO));
    }

    #[test]
    fn what_is_not_whole_won_is_no_amount() {
        for text in [
            "",
            " 1",
            "1,000",
            "-1",
            "+1",
            "1.50",
            ".00",
            "1e3",
            "９",
            "99999999999999999999",
        ] {
            assert_eq!(won(text), None, "{text:?}");
        }
    }

    #[test]
    fn days_and_times_have_one_length() {
        assert!(Day("20261125".to_owned()).date().is_some());
        assert!(Time("235959".to_owned()).time().is_some());
        for text in ["2026112", "20261345", "", "2026-1-5"] {
            assert_eq!(Day(text.to_owned()).date(), None, "{text:?}");
        }
        for text in ["12345", "246060", "", "1:2:33"] {
            assert_eq!(Time(text.to_owned()).time(), None, "{text:?}");
        }
    }
}
