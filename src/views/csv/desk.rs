//! What staff export: every transfer of a filter, whose it is told masked. Its last line says how many there were.

use chrono::{DateTime, Utc};

use super::{Cell, Mark};
use crate::models::kinds::FailureCode;
use crate::money::Won;
use crate::views::i18n::{Language, TextArgs, text};
use crate::views::transfer::TransferRow;

/// What one row tells beyond the list's.
pub struct CsvRow {
    pub transfer: TransferRow,
    pub refunded: Won,
    pub member_name_masked: String,
    pub member_email_masked: String,
    pub bank_name: String,
    pub account_number_masked: String,
    pub executed_at: Option<DateTime<Utc>>,
    pub settled_at: Option<DateTime<Utc>>,
    pub failure: Option<FailureCode>,
    pub bank_code: Option<String>,
    pub trace_number: Option<String>,
    /// Of a refund.
    pub payment_id: Option<String>,
    pub request_id: Option<String>,
}

const COLUMNS: [&str; 20] = [
    "csv-accepted",
    "csv-kind",
    "csv-state",
    "csv-moved",
    "csv-amount",
    "csv-refunded",
    "csv-shop",
    "csv-order",
    "csv-description",
    "csv-member",
    "csv-email",
    "csv-account",
    "csv-executed",
    "csv-settled",
    "csv-failure",
    "csv-bank-code",
    "csv-trace",
    "csv-id",
    "csv-payment",
    "csv-request",
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
pub fn rows(rows: Vec<CsvRow>, language: Language) -> Result<String, csv::Error> {
    super::write(rows.into_iter().map(|row| cells(row, language)))
}

/// The last line: a file without it did not come whole.
///
/// # Errors
/// Those of the writer.
pub fn end(rows: u64, language: Language) -> Result<String, csv::Error> {
    let args = TextArgs::from([("rows".into(), rows.to_string().into())]);
    let mut cells = [const { Cell::Value(String::new()) }; COLUMNS.len()];
    if let Some(first) = cells.first_mut() {
        *first = Cell::text(text(language, "csv-end", &args));
    }
    super::write([cells])
}

fn cells(row: CsvRow, language: Language) -> [Cell; COLUMNS.len()] {
    let transfer = row.transfer;
    let kind = transfer.kind.as_str();
    let failure = row.failure.map(|code| format!("partner-failure-{}", code.as_str()));
    [
        Cell::time(Some(transfer.at)),
        Cell::word(language, &format!("kind-{kind}")),
        Cell::word(language, &format!("status-{}", transfer.status.as_str())),
        Cell::word(language, &format!("moved-{kind}-{}", transfer.money_moved.as_str())),
        Cell::won(transfer.amount),
        Cell::won(row.refunded),
        Cell::text(transfer.partner_name),
        Cell::text(transfer.order_id.unwrap_or_default()),
        Cell::text(transfer.description),
        Cell::text(row.member_name_masked),
        Cell::text(row.member_email_masked),
        Cell::text(format!("{} {}", row.bank_name, row.account_number_masked).trim()),
        Cell::time(row.executed_at),
        Cell::time(row.settled_at),
        failure.map_or(Cell::text(""), |key| Cell::word(language, &key)),
        Cell::text(row.bank_code.unwrap_or_default()),
        Cell::text(row.trace_number.unwrap_or_default()),
        Cell::text(transfer.id),
        Cell::text(row.payment_id.unwrap_or_default()),
        Cell::text(row.request_id.unwrap_or_default()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::kinds::{TransferKind, TransferState};
    use crate::views::example;

    fn row() -> CsvRow {
        CsvRow {
            transfer: TransferRow {
                order_id: Some("00012345".to_owned()),
                ..example::row(TransferKind::Payment, TransferState::Failed)
            },
            refunded: Won::new(0),
            member_name_masked: "김*지".to_owned(),
            member_email_masked: "mi***@naru.test".to_owned(),
            bank_name: "NH농협은행".to_owned(),
            account_number_masked: "30200012*****".to_owned(),
            executed_at: Some(example::at(1)),
            settled_at: Some(example::at(2)),
            failure: Some(FailureCode::InsufficientBalance),
            bank_code: Some("00133".to_owned()),
            trace_number: Some("20261126000000000001".to_owned()),
            payment_id: None,
            request_id: Some("0123".to_owned()),
        }
    }

    #[test]
    fn every_line_has_as_many_cells_and_the_last_says_how_many_there_were() {
        let file = head(Mark::With, Language::Ko).unwrap()
            + &rows(vec![row(), row()], Language::Ko).unwrap()
            + &end(2, Language::Ko).unwrap();
        assert!(file.starts_with('\u{feff}') && file.ends_with("\r\n"));
        let lines: Vec<&str> = file.lines().collect();
        assert_eq!(lines.len(), 4, "{file}");
        for line in &lines {
            assert_eq!(line.matches(',').count(), COLUMNS.len() - 1, "{line}");
        }
        for part in [",'00012345,", ",'00133,", ",'20261126000000000001,", ",'0123"] {
            assert!(lines[1].contains(part), "{part}: {}", lines[1]);
        }
        assert!(lines[3].contains('2') && lines[3].ends_with(",,"), "{}", lines[3]);
        assert!(!head(Mark::Without, Language::En).unwrap().starts_with('\u{feff}'));
    }
}
