//! A member's own history as a table.

use chrono::{DateTime, Utc};

use super::{Cell, Mark};
use crate::money::Won;
use crate::views::i18n::Language;
use crate::views::transfer::TransferRow;

/// What one row tells beyond the list's.
pub struct CsvRow {
    pub transfer: TransferRow,
    pub settled_at: Option<DateTime<Utc>>,
    pub refunded: Won,
    pub trace_number: Option<String>,
    /// Of a refund.
    pub payment_id: Option<String>,
}

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

/// The names of the columns, after the mark where one is wanted.
///
/// # Errors
/// Those of the writer.
pub fn head(mark: Mark, language: Language) -> Result<String, csv::Error> {
    super::head(COLUMNS, mark, language)
}

/// Some rows, without the names of the columns.
///
/// # Errors
/// Those of the writer.
pub fn rows(rows: &[CsvRow], language: Language) -> Result<String, csv::Error> {
    super::write(rows.iter().map(|row| cells(row, language)))
}

fn cells(row: &CsvRow, language: Language) -> [Cell; 13] {
    let (transfer, kind) = (&row.transfer, row.transfer.kind.as_str());
    [
        Cell::time(Some(transfer.at)),
        Cell::word(language, &format!("kind-{kind}")),
        Cell::word(language, &format!("status-{}", transfer.status.as_str())),
        Cell::word(language, &format!("moved-{kind}-{}", transfer.money_moved.as_str())),
        Cell::won(transfer.amount),
        Cell::won(row.refunded),
        Cell::text(&transfer.partner_name),
        Cell::text(&transfer.description),
        Cell::text(transfer.order_id.as_deref().unwrap_or_default()),
        Cell::time(row.settled_at),
        Cell::text(row.trace_number.as_deref().unwrap_or_default()),
        Cell::text(&transfer.id),
        Cell::text(row.payment_id.as_deref().unwrap_or_default()),
    ]
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
    fn a_row_is_in_korean_time_and_in_the_readers_language() {
        let file = head(Mark::With, Language::En).unwrap()
            + &rows(&[row("=cmd|' /C calc'!A0, \"x\"\nsecond")], Language::En).unwrap();
        assert!(file.starts_with('\u{feff}'));
        assert!(file.contains("2026-11-25 14:03:22,Payment,"), "{file}");
        assert!(file.contains("\"'=cmd|' /C calc'!A0, \"\"x\"\"\nsecond\""), "{file}");
        assert_eq!(file.matches("\r\n").count(), 2, "{file}");
    }
}
