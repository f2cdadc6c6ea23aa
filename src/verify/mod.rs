//! `naru task verify`: walks all the books and tells what does not fit. Reads only, page by page, each page as it was at
//! one moment, so that it may run while money moves.
//!
//! | Part | What must hold |
//! |---|---|
//! | `history` | events 1, 2, 3 … each chained to the one before, the row where its last event left it |
//! | `money` | a payment's sums are its refunds'; one bank call for what was claimed; a key leads to each transfer |
//! | `ledger` | where the bank is the simulator: what succeeded moved, what failed did not, and nothing moved unasked |

mod finding;
mod history;
mod ledger;
mod money;

use std::collections::HashMap;
use std::hash::Hash;

use sea_orm::{
    AccessMode, ColumnTrait, DatabaseBackend, DatabaseConnection, DatabaseTransaction, DbErr, EntityTrait,
    IsolationLevel, QueryFilter, QueryOrder, QuerySelect, TransactionOptions, TransactionTrait,
};
use sha2::{Digest, Sha256};

pub use finding::{Finding, Flaw};
pub use ledger::{Ledger, LedgerError};

use crate::ids::TransferId;
use crate::models::kinds::TransferState;
use crate::models::{bank_calls, idempotency_keys, transfer_events, transfers};

/// Transfers of one page, with all that belongs to them in memory.
const PAGE: usize = 200;

/// What was walked, and what was found.
#[derive(Debug, Default)]
pub struct Report {
    pub transfers: u64,
    pub events: u64,
    pub bank_calls: u64,
    /// Not decided yet: executing, unknown or for a person.
    pub open: u64,
    /// Moves in the bank's ledger; `None` where it was not compared.
    pub ledger: Option<u64>,
    pub findings: Vec<Finding>,
    /// Over the last hash of every transfer, in the order of their ids: the same books give the same digest. Who notes
    /// it elsewhere can tell later that nobody wrote the books anew.
    pub digest: String,
}

/// Why the walk could not be made.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    #[error(transparent)]
    Database(#[from] DbErr),
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

/// Walks everything.
///
/// # Errors
/// When the database or the ledger cannot be read. What was found until then is worth nothing.
pub async fn verify(db: &DatabaseConnection, ledger: Option<&Ledger>) -> Result<Report, VerifyError> {
    let mut report = Report::default();
    let mut digest = Sha256::new();
    let mut after = None;
    loop {
        let page = Page::read(db, after).await?;
        let Some(last) = page.transfers.last() else { break };
        after = Some(last.id);
        for transfer in &page.transfers {
            digest.update(transfer.history_hash.as_bytes());
        }
        page.check(&mut report);
        if let Some(ledger) = ledger {
            compare(ledger, &page.transfers, &mut report).await?;
        }
    }
    if let Some(ledger) = ledger {
        report.ledger = Some(find_unasked(db, ledger, &mut report.findings).await?);
    }
    report.digest = hex::encode(digest.finalize());
    Ok(report)
}

/// Some transfers with everything that belongs to them.
struct Page {
    transfers: Vec<transfers::Model>,
    refunds: Vec<transfers::Model>,
    events: HashMap<TransferId, Vec<transfer_events::Model>>,
    calls: Vec<bank_calls::Model>,
    keys: Vec<idempotency_keys::Model>,
}

impl Page {
    async fn read(db: &DatabaseConnection, after: Option<TransferId>) -> Result<Self, DbErr> {
        let snapshot = snapshot(db).await?;
        let mut query = transfers::Entity::find();
        if let Some(after) = after {
            query = query.filter(transfers::Column::Id.gt(after));
        }
        let transfers = query
            .order_by_asc(transfers::Column::Id)
            .limit(PAGE as u64)
            .all(&snapshot)
            .await?;
        let ids: Vec<TransferId> = transfers.iter().map(|transfer| transfer.id).collect();
        let events = transfer_events::Entity::find()
            .filter(transfer_events::Column::TransferId.is_in(ids.iter().copied()))
            .order_by_asc(transfer_events::Column::Version)
            .all(&snapshot)
            .await?;
        let page = Self {
            refunds: transfers::Entity::find()
                .filter(transfers::Column::PaymentId.is_in(ids.iter().copied()))
                .all(&snapshot)
                .await?,
            calls: bank_calls::Entity::find()
                .filter(bank_calls::Column::TransferId.is_in(ids.iter().copied()))
                .all(&snapshot)
                .await?,
            keys: idempotency_keys::Entity::find()
                .filter(idempotency_keys::Column::TransferId.is_in(ids))
                .all(&snapshot)
                .await?,
            events: grouped(events, |event| event.transfer_id),
            transfers,
        };
        snapshot.commit().await?;
        Ok(page)
    }

    fn check(&self, report: &mut Report) {
        let refunds = grouped(self.refunds.iter(), |refund| refund.payment_id);
        let calls = grouped(self.calls.iter(), |call| call.transfer_id);
        let keys = grouped(self.keys.iter(), |key| key.transfer_id);
        let none = Vec::new();
        report.transfers += self.transfers.len() as u64;
        report.bank_calls += self.calls.len() as u64;
        for transfer in &self.transfers {
            let events = self.events.get(&transfer.id).unwrap_or(&none);
            report.events += events.len() as u64;
            report.open += u64::from(is_open(transfer.state));
            let found = &mut report.findings;
            history::check(transfer, events, found);
            money::check_refunds(transfer, of(&refunds, &Some(transfer.id)), found);
            money::check_calls(transfer, of(&calls, &Some(transfer.id)), found);
            money::check_keys(transfer, of(&keys, &transfer.id), found);
        }
    }
}

const fn is_open(state: TransferState) -> bool {
    matches!(
        state,
        TransferState::Executing | TransferState::Unknown | TransferState::NeedsReview
    )
}

/// All reads of a page see one moment.
async fn snapshot(db: &DatabaseConnection) -> Result<DatabaseTransaction, DbErr> {
    // SQLite's readers see one moment anyhow, and know no other words for it.
    let is_mysql = db.get_database_backend() == DatabaseBackend::MySql;
    let options = TransactionOptions {
        isolation_level: is_mysql.then_some(IsolationLevel::RepeatableRead),
        access_mode: is_mysql.then_some(AccessMode::ReadOnly),
        ..TransactionOptions::default()
    };
    db.begin_with_options(options).await
}

fn grouped<T, K: Eq + Hash>(rows: impl IntoIterator<Item = T>, key: impl Fn(&T) -> K) -> HashMap<K, Vec<T>> {
    let mut groups = HashMap::new();
    for row in rows {
        groups.entry(key(&row)).or_insert_with(Vec::new).push(row);
    }
    groups
}

fn of<'a, T, K: Eq + Hash>(groups: &'a HashMap<K, Vec<T>>, key: &K) -> &'a [T] {
    groups.get(key).map_or(&[], Vec::as_slice)
}

/// The page against the ledger, which is read later: what was decided by then is in it.
async fn compare(ledger: &Ledger, transfers: &[transfers::Model], report: &mut Report) -> Result<(), LedgerError> {
    let traces: Vec<&str> = transfers
        .iter()
        .filter_map(|transfer| transfer.trace_number.as_deref())
        .collect();
    let booked = ledger.of(&traces).await?;
    for transfer in transfers {
        let booked = transfer.trace_number.as_ref().and_then(|trace| booked.get(trace));
        ledger::check(transfer, booked, &mut report.findings);
    }
    Ok(())
}

/// The ledger against our calls: each was committed before the bank could book anything for it. Answers with the moves.
async fn find_unasked(db: &DatabaseConnection, ledger: &Ledger, found: &mut Vec<Finding>) -> Result<u64, VerifyError> {
    let (mut after, mut moves) = (0, 0);
    loop {
        let booked = ledger.after(after, PAGE).await?;
        let Some(last) = booked.last() else { return Ok(moves) };
        after = last.id;
        let known: Vec<String> = bank_calls::Entity::find()
            .select_only()
            .column(bank_calls::Column::TraceNumber)
            .filter(bank_calls::Column::TraceNumber.is_in(booked.iter().map(|booked| booked.trace.as_str())))
            .into_tuple()
            .all(db)
            .await?;
        for booked in booked.into_iter().filter(|booked| booked.moved_won > 0) {
            moves += 1;
            if !known.contains(&booked.trace) {
                let flaw = Flaw::BankMovedUnasked {
                    moved_won: booked.moved_won,
                };
                found.push(Finding { of: booked.trace, flaw });
            }
        }
    }
}
