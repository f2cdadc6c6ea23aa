//! All that is known of one transfer: the row, its history, its bank calls, and the payments and refunds around it.

use chrono::TimeDelta;
use sea_orm::ConnectionTrait;

use crate::models::kinds::TransferKind;
use crate::models::{bank_calls, transfer_events, transfers};
use crate::transfers::find::Place;
use crate::transfers::{TransferError, find, related, timeline};

/// Two payments of one member to one partner over the same amount, no further apart than this, may be one that was
/// charged twice: longer than a page is reloaded and a shop retries, shorter than until the next coffee.
pub const NEAR: TimeDelta = TimeDelta::hours(1);
/// Events that are no refund's: what the state rests on. An unknown transfer is asked about less than a hundred times.
const PROOFS: u64 = 500;

/// How much of each is read; one row more tells that there are more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    pub events: u64,
    pub calls: u64,
    pub refunds: u64,
    pub related: u64,
}

impl Limits {
    /// What a page shows of itself.
    pub const PAGE: Self = Self {
        events: 100,
        calls: 100,
        refunds: 20,
        related: 10,
    };
    /// What it shows where somebody asked for all; more of one transfer than anybody reads.
    pub const ALL: Self = Self {
        events: 2_000,
        calls: 2_000,
        refunds: 2_000,
        related: 200,
    };
}

/// What is known of one transfer.
#[derive(Clone, Debug)]
pub struct Case {
    pub transfer: transfers::Model,
    /// The newest of its history, oldest of them first.
    pub events: Vec<transfer_events::Model>,
    /// All that its state rests on, oldest first: the history without what its refunds did to it.
    pub proofs: Vec<transfer_events::Model>,
    /// The newest, oldest of them first.
    pub calls: Vec<bank_calls::Model>,
    /// Of a payment: newest first.
    pub refunds: Vec<transfers::Model>,
    /// Of a refund: the payment that it belongs to.
    pub payment: Option<transfers::Model>,
    /// The other payments of its order, newest first.
    pub of_order: Vec<transfers::Model>,
    /// Of a payment: others of the same member, partner and amount within [`NEAR`], of other orders, newest first.
    pub alike: Vec<transfers::Model>,
    pub more: More,
}

/// Of what there is more than was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct More {
    pub story: bool,
    pub refunds: bool,
    pub of_order: bool,
}

/// Reads the case of a transfer that the caller was allowed to see: seven queries at most.
///
/// # Errors
/// The database's own; `NotFound` when a refund's payment is not there.
pub async fn read<C: ConnectionTrait>(
    db: &C,
    transfer: transfers::Model,
    limits: Limits,
) -> Result<Case, TransferError> {
    let mut events = timeline::newest_events(db, transfer.id, limits.events).await?;
    let mut calls = timeline::newest_calls(db, transfer.id, limits.calls).await?;
    let cut_events = shortened(&mut events, limits.events);
    let cut_calls = shortened(&mut calls, limits.calls);
    events.reverse();
    calls.reverse();
    let proofs = if cut_events {
        timeline::proofs(db, transfer.id, PROOFS).await?
    } else {
        events
            .iter()
            .filter(|event| !timeline::is_of_a_refund(event))
            .cloned()
            .collect()
    };
    let mut case = Case {
        events,
        proofs,
        calls,
        refunds: Vec::new(),
        payment: None,
        of_order: related::of_the_same_order(db, &transfer, limits.related).await?,
        alike: Vec::new(),
        more: More {
            story: cut_events || cut_calls,
            ..More::default()
        },
        transfer,
    };
    match (case.transfer.kind, case.transfer.payment_id) {
        (TransferKind::Refund, Some(payment)) => {
            case.payment = Some(find::any_of_kind(db, TransferKind::Payment, payment).await?);
        }
        (TransferKind::Refund, None) => {}
        (TransferKind::Payment, _) => {
            case.refunds = find::refunds_of_payment(db, case.transfer.id, None, limits.refunds).await?;
            case.alike = related::alike(db, &case.transfer, NEAR, limits.related).await?;
            case.more.refunds = find::cut(&mut case.refunds, limits.refunds, Place::of).is_some();
        }
    }
    case.more.of_order = find::cut(&mut case.of_order, limits.related, Place::of).is_some();
    Ok(case)
}

/// Cuts what was read with one row more; true when there was one.
fn shortened<T>(rows: &mut Vec<T>, limit: u64) -> bool {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let is_more = rows.len() > limit;
    rows.truncate(limit);
    is_more
}
