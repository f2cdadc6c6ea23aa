//! Both books laid side by side when all is over: ours and the bank's, transfer by transfer and in sum.

use std::collections::HashMap;

use naru::ids::{Prefix, TransferId};
use naru::models::kinds::{Actor, EventType, TransferKind, TransferState};
use naru::models::{bank_calls, transfer_events, transfers};
use naru::transfers::execute::passbook_text;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::json;

use super::shop::{ACCOUNT, Shop, open, rows};

/// A transfer as both books hold it.
pub struct Entry {
    pub transfer: transfers::Model,
    pub events: Vec<transfer_events::Model>,
    /// The trace numbers of the money-moving calls that our journal has.
    journal: Vec<String>,
    /// The most calls that the bank received under one of them.
    pub calls_per_trace: usize,
    /// What the bank moved for it: direction and won, once for each time.
    pub moved: Vec<(String, i64)>,
}

impl Entry {
    /// Whether its worker was gone between the claim and the settling, as its history tells.
    pub fn was_abandoned(&self) -> bool {
        let mut events = self.events.iter();
        events.any(|event| event.event_type == EventType::Unknown && event.actor == Actor::Sweeper)
    }
}

/// The transfers by the ids that partners know.
pub type Books = HashMap<String, Entry>;

/// Fails with everything in which the books do not agree, with each other or with what was promised.
pub async fn check(shop: &Shop, books: &Books) {
    let mut wrong: Vec<String> = books.iter().flat_map(|(id, entry)| complaints(id, entry)).collect();
    wrong.extend(unbalanced_payments(books));
    for request in &shop.promised {
        let known = request.id.as_ref().is_some_and(|id| books.contains_key(id));
        if !known {
            wrong.push(format!("{} was promised and is missing", request.key));
        }
    }
    assert_eq!(books.len(), shop.promised.len(), "transfers, and promises");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    check_sums(shop, books).await;
}

async fn check_sums(shop: &Shop, books: &Books) {
    let moved: i64 = books.values().flat_map(|entry| &entry.moved).map(signed).sum();
    let balance = shop.program.balance_at_bank(ACCOUNT).await;
    assert_eq!(
        balance - shop.balance_before,
        moved,
        "the account, and its transactions"
    );
    let ours: i64 = books.values().map(|entry| owed(&entry.transfer)).sum();
    assert_eq!(ours, moved, "what we say was moved, and what the bank moved");
    let summary = shop.program.bank_get("/_sim/summary").await;
    assert_eq!(
        (&summary["max_calls_per_trace"], &summary["duplicates"]),
        (&json!(1), &json!(0)),
        "{summary}"
    );
}

fn signed((direction, won): &(String, i64)) -> i64 {
    if direction == "in" { *won } else { -won }
}

/// What a transfer's state says that it did to the account.
fn owed(transfer: &transfers::Model) -> i64 {
    match (transfer.state, transfer.kind) {
        (TransferState::Succeeded, TransferKind::Payment) => -transfer.amount_won,
        (TransferState::Succeeded, TransferKind::Refund) => transfer.amount_won,
        _ => 0,
    }
}

fn complaints(id: &str, entry: &Entry) -> Vec<String> {
    let transfer = &entry.transfer;
    let right = match owed(transfer) {
        0 => Vec::new(),
        won => vec![won],
    };
    let moved: Vec<i64> = entry.moved.iter().map(signed).collect();
    let versions: Vec<i64> = entry.events.iter().map(|event| event.version).collect();
    let told = entry.events.last().map(|event| event.state);
    let checks = [
        (transfer.state.is_final(), "is not final"),
        (
            entry.journal.len() <= 1,
            "was called for more than once, says our journal",
        ),
        (entry.calls_per_trace <= 1, "reached the bank more than once"),
        (moved == right, "is not what the bank's books say"),
        (
            versions == (1..=transfer.version).collect::<Vec<_>>(),
            "has a gap in its history",
        ),
        (told == Some(transfer.state), "is not what its last event says"),
    ];
    let state = transfer.state.as_str();
    let wrong = checks.into_iter().filter(|(holds, _)| !holds);
    wrong
        .map(|(_, why)| format!("{id} ({state}, moved {moved:?}) {why}"))
        .collect()
}

/// Payments whose sums are not those of their refunds.
fn unbalanced_payments(books: &Books) -> Vec<String> {
    let mut refunded: HashMap<TransferId, i64> = HashMap::new();
    for refund in books.values().map(|entry| &entry.transfer) {
        if let (Some(payment), TransferState::Succeeded) = (refund.payment_id, refund.state) {
            *refunded.entry(payment).or_default() += refund.amount_won;
        }
    }
    let payments = books
        .iter()
        .filter(|(_, entry)| entry.transfer.kind == TransferKind::Payment);
    payments
        .filter(|(_, entry)| {
            let payment = &entry.transfer;
            let sum = refunded.get(&payment.id).copied().unwrap_or_default();
            (payment.refunded_won, payment.refund_reserved_won) != (sum, 0)
        })
        .map(|(id, _)| format!("{id} has other sums than its refunds"))
        .collect()
}

/// Reads both books, when the program is at rest.
pub async fn read(shop: &Shop) -> Books {
    let ours = open(&shop.program.database()).await;
    let transfers = transfers::Entity::find()
        .filter(transfers::Column::OrderId.starts_with("kill-"))
        .all(&ours)
        .await
        .unwrap();
    let calls = bank_calls::Entity::find()
        .filter(bank_calls::Column::Operation.is_in(["withdraw", "deposit"]))
        .all(&ours)
        .await
        .unwrap();
    let events = transfer_events::Entity::find()
        .order_by_asc(transfer_events::Column::Version)
        .all(&ours)
        .await
        .unwrap();
    let received = received_per_trace(shop).await;
    for trace in received.keys() {
        let is_ours = calls.iter().any(|call| call.trace_number == *trace);
        assert!(is_ours, "the bank received {trace}, of which our journal knows nothing");
    }
    let mut journal = group(calls, |call| (call.transfer_id, call.trace_number));
    let mut events = group(events, |event| (Some(event.transfer_id), event));
    let mut moved = moved_per_memo(shop).await;
    let entry = |transfer: transfers::Model| {
        let journal = journal.remove(&Some(transfer.id)).unwrap_or_default();
        let per_trace = journal
            .iter()
            .map(|trace| received.get(trace).copied().unwrap_or_default());
        let prefix = match transfer.kind {
            TransferKind::Payment => Prefix::Payment,
            TransferKind::Refund => Prefix::Refund,
        };
        let entry = Entry {
            calls_per_trace: per_trace.max().unwrap_or_default(),
            events: events.remove(&Some(transfer.id)).unwrap_or_default(),
            moved: moved.remove(&passbook_text(&transfer)).unwrap_or_default(),
            journal,
            transfer,
        };
        (prefix.show(entry.transfer.id.0), entry)
    };
    transfers.into_iter().map(entry).collect()
}

fn group<T, K: std::hash::Hash + Eq, V>(rows: Vec<T>, split: impl Fn(T) -> (K, V)) -> HashMap<K, Vec<V>> {
    let mut groups: HashMap<K, Vec<V>> = HashMap::new();
    for (key, value) in rows.into_iter().map(split) {
        groups.entry(key).or_default().push(value);
    }
    groups
}

async fn received_per_trace(shop: &Shop) -> HashMap<String, usize> {
    let received = shop.received_by_bank().await;
    let counts = group(received, |trace| (trace, ()));
    counts.into_iter().map(|(trace, calls)| (trace, calls.len())).collect()
}

/// Direction and won of every move that the bank's books hold, by the text in the passbook.
async fn moved_per_memo(shop: &Shop) -> HashMap<String, Vec<(String, i64)>> {
    let moves = "SELECT memo, direction, moved_won FROM transactions WHERE code = '00000'";
    group(rows(shop.ledger(), moves).await, |row| {
        let text = |index| row.try_get_by_index::<String>(index).unwrap();
        (text(0), (text(1), row.try_get_by_index(2).unwrap()))
    })
}
