//! `naru task verify`: walks all the books and tells what does not fit. Reads only, page by page, each page as it was at
//! one moment and the bank's books after it, so that it may run while money moves. `docs/verify.md` tells how to use it.
//!
//! | Part | What must hold |
//! |---|---|
//! | `history` | events 1, 2, 3 …, each chained to the one before and on a way that is allowed |
//! | `row` | the row is where its last event left it, and every column as its state and its events say |
//! | `money` | sums are those of the refunds; one call moves money for what was claimed; one key leads to each transfer |
//! | `orphans` | nothing belongs to a transfer that is not there |
//! | `bank` | where the bank is the simulator: what succeeded moved, what failed did not, and nothing moved unasked |

mod bank;
mod finding;
mod flaw;
mod history;
mod ledger;
mod money;
mod orphans;
mod page;
mod report;
mod row;
mod walk;

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::{DatabaseConnection, DbErr};
use sha2::{Digest, Sha256};

pub use finding::Finding;
pub use flaw::Flaw;
pub use ledger::{Ledger, LedgerError};
pub use report::{BankSays, Comparison, Moves, Open, Report, Total};
pub use walk::{Walked, walk};

use crate::config::Settings;
use ledger::Booked;
use page::Whole;

/// Transfers of one read.
const PAGE: u64 = 500;

/// The bank whose books are laid beside ours, if it has any to show.
pub enum Bank {
    Real,
    /// Simulated, without its control calls.
    NoControl,
    Simulated(Ledger),
}

impl Bank {
    /// The bank of these settings. The simulated one tells of its books where it was given control calls; a real one does
    /// not.
    ///
    /// # Errors
    /// When no HTTP client can be made.
    pub fn of(settings: &Settings) -> Result<Self, LedgerError> {
        if !settings.bank.sandbox {
            return Ok(Self::Real);
        }
        if !settings.simulator.control {
            return Ok(Self::NoControl);
        }
        Ok(Self::Simulated(Ledger::new(&settings.bank_url(), &settings.bank)?))
    }
}

/// What to tell, and of which moment.
#[derive(Clone, Copy, Debug)]
pub struct Wish {
    /// As many findings, and open transfers, are listed; all are counted.
    pub list: usize,
    /// The digest is over what had happened until this moment.
    pub until: DateTime<Utc>,
}

/// Why the walk came to no end.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    #[error("our own books cannot be read")]
    Database(#[from] DbErr),
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

/// Walks all the books. A bank that does not answer is part of the report.
///
/// # Errors
/// When the database cannot be read: what was found until then is worth nothing.
pub async fn verify(db: &DatabaseConnection, bank: &Bank, wish: Wish) -> Result<Report, VerifyError> {
    let mut report = Report::new(wish.list, wish.until);
    let mut ledger = match bank {
        Bank::Simulated(ledger) => Some(ledger),
        Bank::Real | Bank::NoControl => None,
    };
    if matches!(bank, Bank::NoControl) {
        report.bank = Comparison::NoControl;
    }
    let mut heads = Sha256::new();
    let mut after = None;
    loop {
        let page = page::read(db, after, PAGE, wish.until).await?;
        let Some(last) = page.last() else { break };
        after = Some(last.row.id);
        let booked = match ledger {
            Some(open) => match booked_for(open, &page).await {
                Ok(booked) => Some(booked),
                Err(error) => {
                    // Our own books are walked to their end all the same.
                    report.bank = Comparison::Failed(with_causes(&error));
                    ledger = None;
                    None
                }
            },
            None => None,
        };
        for mut whole in page {
            if let Some(head) = whole.history.noted_head() {
                heads.update(head.as_bytes());
            }
            check(&mut whole, booked.as_ref(), &mut report);
        }
    }
    orphans::find(db, &mut report).await?;
    if let Some(ledger) = ledger {
        report.bank = match bank::find_unasked(db, ledger, &mut report).await {
            Ok(moves) => Comparison::Compared(moves),
            Err(VerifyError::Ledger(error)) => Comparison::Failed(with_causes(&error)),
            Err(error) => return Err(error),
        };
    }
    report.digest = hex::encode(heads.finalize());
    Ok(report)
}

/// An error with what is behind it, for the person who asked.
#[must_use]
pub fn with_causes(error: &dyn std::error::Error) -> String {
    let mut told = error.to_string();
    let mut behind = error.source();
    while let Some(cause) = behind {
        told.push_str(": ");
        told.push_str(&cause.to_string());
        behind = cause.source();
    }
    told
}

/// What the bank booked, by trace number and day.
type Books = HashMap<(String, String), Booked>;

async fn booked_for(ledger: &Ledger, page: &[Whole]) -> Result<Books, LedgerError> {
    let traces: Vec<&str> = page
        .iter()
        .filter_map(|whole| whole.row.trace_number.as_deref())
        .collect();
    ledger.of(&traces).await
}

fn check(whole: &mut Whole, books: Option<&Books>, report: &mut Report) {
    let row = &whole.row;
    let mut flaws = whole.history.end(row);
    let history = &whole.history;
    flaws.extend(row::check(row, history));
    flaws.extend(money::check_sums(row, whole.refunds, history));
    flaws.extend(money::check_refund(row, whole.payment.as_ref()));
    flaws.extend(money::check_calls(row, &whole.calls, history));
    flaws.extend(money::check_keys(row, history.begun_by(), &whole.keys));
    let mut bank = BankSays::NotCompared;
    if let Some(books) = books {
        let booked = page::call_of(row).and_then(|call| books.get(&call));
        flaws.extend(bank::check(row, booked));
        bank = bank::told(booked);
    }
    report.add_of(row, flaws);
    report.count(row, bank);
    report.events += history.events();
    report.bank_calls += whole.calls.len() as u64;
    report.keys += whole.keys.len() as u64;
}
