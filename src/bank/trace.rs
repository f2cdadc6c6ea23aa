//! Trace numbers: 20 characters that sort by time, carry the Korean date, and do not meet each other.

use chrono::{DateTime, TimeDelta, Utc};
use rand::Rng;

use super::TraceNumber;
use crate::clock::{kst_date, kst_midnight};

/// Crockford's base 32: no letter that is mistaken for another, and in the order of ASCII.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// 86,400,000 milliseconds of a day fit into six digits of base 32 (2^30).
const TIME_DIGITS: u32 = 6;
/// Thirty random bits: two calls of the same millisecond meet once in a thousand million.
const RANDOM_DIGITS: u32 = 6;

/// `YYYYMMDD`, then the millisecond of the Korean day, then random digits. The database refuses a second use.
pub(super) fn new_trace_number(at: DateTime<Utc>) -> TraceNumber {
    trace_number(at, rand::rng().random())
}

/// As [`new_trace_number`], with a chance that comes from elsewhere.
pub(crate) fn trace_number(at: DateTime<Utc>, random: u64) -> TraceNumber {
    let day = kst_date(at);
    let millisecond = (at - kst_midnight(day))
        .num_milliseconds()
        .clamp(0, TimeDelta::days(1).num_milliseconds());
    let mut text = day.format("%Y%m%d").to_string();
    push_digits(&mut text, u64::try_from(millisecond).unwrap_or_default(), TIME_DIGITS);
    push_digits(&mut text, random, RANDOM_DIGITS);
    TraceNumber::new(text)
}

/// A short code of `digits` random characters, for passbooks.
pub(crate) fn random_code(digits: u32) -> String {
    code(digits, rand::rng().random())
}

/// As [`random_code`], with a chance that comes from elsewhere.
pub(crate) fn code(digits: u32, random: u64) -> String {
    let mut text = String::new();
    push_digits(&mut text, random, digits);
    text
}

fn push_digits(text: &mut String, value: u64, digits: u32) {
    for place in (0..digits).rev() {
        let digit = usize::try_from((value >> (5 * place)) & 31).unwrap_or_default();
        text.push(ALPHABET.get(digit).copied().map_or('0', char::from));
    }
}

#[cfg(test)]
mod tests {
    use chrono::{TimeZone, Utc};

    use super::new_trace_number;

    #[test]
    fn a_trace_number_carries_the_korean_date_and_sorts_by_time() {
        let before_midnight_in_korea = Utc.with_ymd_and_hms(2026, 11, 24, 14, 59, 59).unwrap();
        let after = Utc.with_ymd_and_hms(2026, 11, 24, 15, 0, 0).unwrap();
        let (first, second) = (new_trace_number(before_midnight_in_korea), new_trace_number(after));
        assert_eq!(first.as_str().len(), 20);
        assert!(first.as_str().starts_with("20261124"));
        assert!(second.as_str().starts_with("20261125000000"));
        assert!(first < second);
    }

    #[test]
    fn trace_numbers_of_one_moment_differ() {
        let at = Utc.with_ymd_and_hms(2026, 11, 25, 0, 0, 0).unwrap();
        let numbers: std::collections::HashSet<_> = (0..1_000).map(|_| new_trace_number(at)).collect();
        assert!(numbers.len() >= 999, "{} of a thousand", numbers.len());
    }
}
