//! A member's history as a table for a spreadsheet: UTF-8 with its mark, Korean time, and no cell that is a formula.

use chrono::{DateTime, Utc};
use csv::{QuoteStyle, Terminator, WriterBuilder};

use super::i18n::{Language, TextArgs, text};
use super::transfer::TransferRow;
use crate::clock::kst;
use crate::money::Won;

/// What one row tells beyond the list's.
pub struct CsvRow {
    pub transfer: TransferRow,
    pub settled_at: Option<DateTime<Utc>>,
    pub refunded: Won,
    pub trace_number: Option<String>,
    /// Of a refund.
    pub payment_id: Option<String>,
}

/// Spreadsheets take a file for their own old encoding without it.
const BYTE_ORDER_MARK: &str = "\u{feff}";

const COLUMNS: [&str; 13] = [
    "csv-accepted",
    "csv-kind",
    "csv-state",
    "csv-moved",
    "csv-amount",
    "csv-refunded",
    "csv-shop",
    "csv-description",
    "csv-order",
    "csv-settled",
    "csv-trace",
    "csv-id",
    "csv-payment",
];

/// The mark and the names of the columns.
///
/// # Errors
/// Those of the writer.
pub fn head(language: Language) -> Result<String, csv::Error> {
    let names = COLUMNS.map(|key| text(language, key, &TextArgs::new()));
    Ok(format!("{BYTE_ORDER_MARK}{}", write([names])?))
}

/// Some rows, without the names of the columns.
///
/// # Errors
/// Those of the writer.
pub fn rows(rows: &[CsvRow], language: Language) -> Result<String, csv::Error> {
    write(rows.iter().map(|row| cells(row, language)))
}

fn write(rows: impl IntoIterator<Item = [String; 13]>) -> Result<String, csv::Error> {
    let mut writer = WriterBuilder::new()
        .quote_style(QuoteStyle::Necessary)
        .terminator(Terminator::CRLF)
        .from_writer(Vec::new());
    for row in rows {
        writer.write_record(row.map(|cell| safe(&cell)))?;
    }
    let bytes = writer.into_inner().map_err(csv::IntoInnerError::into_error)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn cells(row: &CsvRow, language: Language) -> [String; 13] {
    let transfer = &row.transfer;
    let word = |key: String| text(language, &key, &TextArgs::new());
    let kind = transfer.kind.as_str();
    [
        korean(transfer.at),
        word(format!("kind-{kind}")),
        word(format!("status-{}", transfer.status.as_str())),
        word(format!("moved-{kind}-{}", transfer.money_moved.as_str())),
        transfer.amount.get().to_string(),
        row.refunded.get().to_string(),
        transfer.partner_name.clone(),
        transfer.description.clone(),
        transfer.order_id.clone().unwrap_or_default(),
        row.settled_at.map(korean).unwrap_or_default(),
        row.trace_number.clone().unwrap_or_default(),
        transfer.id.clone(),
        row.payment_id.clone().unwrap_or_default(),
    ]
}

fn korean(at: DateTime<Utc>) -> String {
    at.with_timezone(&kst()).format("%Y-%m-%d %H:%M:%S").to_string()
}

/// What begins like a formula is made a text: a shop may call an order as it likes.
fn safe(cell: &str) -> String {
    let acts = |letter: char| {
        matches!(
            letter,
            '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠'
        )
    };
    if cell.trim_start_matches(' ').starts_with(acts) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::kinds::{TransferKind, TransferState};
    use crate::views::example;

    fn row(description: &str) -> CsvRow {
        CsvRow {
            transfer: TransferRow {
                description: description.to_owned(),
                ..example::row(TransferKind::Payment, TransferState::Succeeded)
            },
            settled_at: Some(example::at(2)),
            refunded: Won::new(300),
            trace_number: Some(example::TRACE.to_owned()),
            payment_id: None,
        }
    }

    #[test]
    fn a_cell_that_a_spreadsheet_would_run_is_a_text() {
        for text in ["=1+1", "+82", "-1", "@SUM(A1)", "\tx", "\rx", " =1", "＝1"] {
            assert_eq!(safe(text), format!("'{text}"));
        }
        for text in ["", "드립백 커피", "a=b", "3-4", "12300"] {
            assert_eq!(safe(text), text);
        }
    }

    #[test]
    fn a_row_is_in_korean_time_and_in_the_readers_language() {
        let file =
            head(Language::En).unwrap() + &rows(&[row("=cmd|' /C calc'!A0, \"x\"\nsecond")], Language::En).unwrap();
        assert!(file.starts_with('\u{feff}'));
        assert!(file.contains("2026-11-25 14:03:22,Payment,"), "{file}");
        assert!(file.contains("\"'=cmd|' /C calc'!A0, \"\"x\"\"\nsecond\""), "{file}");
        assert_eq!(file.matches("\r\n").count(), 2, "{file}");
    }
}
