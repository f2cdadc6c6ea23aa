//! Tables for spreadsheets: UTF-8 with its mark, lines that end as Windows ends them, Korean time, no cell that is a formula,
//! and no number of a thing that a spreadsheet would make another.
//!
//! What a spreadsheet would change is told by an apostrophe before it: leading zeros would go, digits from the sixteenth on
//! would become zeros, `1E5` a number and `3-4` a day. One rule for every text in every file.

pub mod desk;
pub mod history;

use chrono::{DateTime, Utc};
use csv::{QuoteStyle, Terminator, WriterBuilder};

use super::i18n::{Language, TextArgs, text};
use crate::clock::kst;
use crate::money::Won;

/// Spreadsheets take a file for their own old encoding without it.
const BYTE_ORDER_MARK: &str = "\u{feff}";
/// A spreadsheet keeps as many digits of a number.
const KEPT_DIGITS: usize = 15;

/// Whether a file begins with the mark by which spreadsheets know UTF-8.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    With,
    /// For programs.
    Without,
}

impl Mark {
    /// `bom=0` asks for none.
    #[must_use]
    pub fn asked(bom: &str) -> Self {
        if bom == "0" { Self::Without } else { Self::With }
    }
}

/// What stands in a cell.
pub enum Cell {
    /// Words, numbers of orders and of things: they stay as they are written.
    Text(String),
    /// An amount or a time: a spreadsheet may reckon with it.
    Value(String),
}

impl Cell {
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// A word of ours, by its key.
    #[must_use]
    pub fn word(language: Language, key: &str) -> Self {
        Self::Text(text(language, key, &TextArgs::new()))
    }

    #[must_use]
    pub fn won(won: Won) -> Self {
        Self::Value(won.get().to_string())
    }

    /// In Korean time; empty where there is none.
    #[must_use]
    pub fn time(at: Option<DateTime<Utc>>) -> Self {
        let korean = |at: DateTime<Utc>| at.with_timezone(&kst()).format("%Y-%m-%d %H:%M:%S").to_string();
        Self::Value(at.map(korean).unwrap_or_default())
    }

    fn written(self) -> String {
        match self {
            Self::Value(value) => value,
            Self::Text(text) if is_formula(&text) || is_changed(&text) => format!("'{text}"),
            Self::Text(text) => text,
        }
    }
}

/// The names of the columns, after the mark where one is wanted.
///
/// # Errors
/// Those of the writer.
pub fn head<const N: usize>(keys: [&str; N], mark: Mark, language: Language) -> Result<String, csv::Error> {
    let names = write([keys.map(|key| Cell::word(language, key))])?;
    Ok(match mark {
        Mark::With => format!("{BYTE_ORDER_MARK}{names}"),
        Mark::Without => names,
    })
}

/// Rows as they stand in the file.
///
/// # Errors
/// Those of the writer.
pub fn write<const N: usize>(rows: impl IntoIterator<Item = [Cell; N]>) -> Result<String, csv::Error> {
    let mut writer = WriterBuilder::new()
        .quote_style(QuoteStyle::Necessary)
        .terminator(Terminator::CRLF)
        .from_writer(Vec::new());
    for row in rows {
        writer.write_record(row.map(Cell::written))?;
    }
    let bytes = writer.into_inner().map_err(csv::IntoInnerError::into_error)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// What begins like a formula is made a text: a shop may call an order as it likes.
fn is_formula(cell: &str) -> bool {
    let acts = |letter: char| {
        matches!(
            letter,
            '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠'
        )
    };
    cell.trim_start_matches(' ').starts_with(acts)
}

/// Whether a spreadsheet that takes this for a number or a day would show another text.
fn is_changed(cell: &str) -> bool {
    let cell = cell.trim();
    let has_digit = cell.bytes().any(|byte| byte.is_ascii_digit());
    has_digit && (is_changed_number(cell) || is_day(cell))
}

fn is_changed_number(cell: &str) -> bool {
    let number: String = cell.chars().filter(|letter| *letter != ',').collect();
    if !number
        .bytes()
        .all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'+' | b'-'))
    {
        return false;
    }
    let digits = number.bytes().filter(u8::is_ascii_digit).count();
    let has_leading_zero = digits > 1 && number.starts_with('0');
    let is_plain = number.bytes().all(|byte| byte.is_ascii_digit());
    has_leading_zero || digits > KEPT_DIGITS || !is_plain && number.parse::<f64>().is_ok()
}

/// Two or three short numbers between the same marks: `3-4`, `2026/11`, `11.26.2026`, `12:30`.
fn is_day(cell: &str) -> bool {
    ['-', '/', '.', ':'].into_iter().any(|mark| {
        let parts: Vec<&str> = cell.split(mark).collect();
        let is_short = |part: &&str| (1..=4).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
        (2..=3).contains(&parts.len()) && parts.iter().all(is_short)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str) -> String {
        Cell::text(text).written()
    }

    #[test]
    fn a_cell_that_a_spreadsheet_would_run_is_a_text() {
        for text in ["=1+1", "+82", "-1", "@SUM(A1)", "\tx", "\rx", " =1", "＝1"] {
            assert_eq!(written(text), format!("'{text}"));
        }
        for text in [
            "",
            "드립백 커피",
            "a=b",
            "12300",
            "order-1042",
            "pay_0123",
            "30200012*****",
        ] {
            assert_eq!(written(text), text);
        }
    }

    #[test]
    fn c54_a_number_of_a_thing_keeps_its_zeros_its_digits_and_is_no_day() {
        for text in [
            "0012345",
            "00",
            "20261126000000000001",
            "1234567890123456",
            "1E5",
            "12e300",
            "1.50",
            "3-4",
            "2026-11-26",
            "2026/11",
            "11.26.2026",
            "12:30",
        ] {
            assert_eq!(written(text), format!("'{text}"));
        }
        for text in [
            "0",
            "7",
            "123456789012345",
            "20261126A1B2C3D4E5F6",
            "ORD-20261126-0000001",
            "3-4-5-6",
        ] {
            assert_eq!(written(text), text);
        }
    }

    #[test]
    fn an_amount_and_a_time_are_left_to_reckon_with() {
        let row = [
            Cell::won(Won::new(-12_300)),
            Cell::time(None),
            Cell::time(Some(DateTime::UNIX_EPOCH)),
        ];
        assert_eq!(write([row]).unwrap(), "-12300,,1970-01-01 09:00:00\r\n");
    }
}
