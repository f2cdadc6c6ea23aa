//! What must be true of every change, at the moment that it is seen.

use chrono::{DateTime, Utc};
use naru::models::kinds::{Actor, EventType, FailureCode, TransferState};
use naru::models::{transfer_events, transfers};
use naru::transfers::refund;
use serde_json::Value;

use super::books::Entry;
use super::model::{Model, Transfer};
use super::world::{GIVE_UP, NOT_FOUND_ANSWERS, NOT_FOUND_OVER};

type Event = transfer_events::Model;

/// What the thing that just happened may have done, and to which transfers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Permit {
    Nothing,
    /// A worker had these in hand.
    Work(Vec<usize>),
    Cancel(usize),
    Correct(usize),
    /// A refund of this payment was accepted.
    Refund(usize),
}

impl Permit {
    fn allows(&self, model: &Model, of: usize, event: EventType) -> bool {
        use EventType as E;
        let is_payment_of = |refund: usize| model.transfers[refund].payment() == Some(of);
        let ends_a_refund = matches!(event, E::RefundSucceeded | E::RefundFailed);
        match self {
            _ if event == E::Created => model.transfers[of].history.is_empty(),
            Self::Nothing => false,
            Self::Work(these) if these.iter().any(|it| is_payment_of(*it)) && ends_a_refund => true,
            Self::Work(these) => {
                let of_workers = [
                    E::Claimed,
                    E::Expired,
                    E::Succeeded,
                    E::Failed,
                    E::Unknown,
                    E::NeedsReview,
                    E::Inquired,
                    E::Note,
                ];
                these.contains(&of) && of_workers.contains(&event)
            }
            Self::Cancel(it) => *it == of && event == E::Canceled,
            Self::Correct(it) => (*it == of && event == E::Corrected) || (is_payment_of(*it) && ends_a_refund),
            Self::Refund(payment) => *payment == of && event == E::RefundRequested,
        }
    }
}

/// Holds a transfer's new events against its history, and its row against its last event.
pub fn judge_change(
    model: &Model,
    of: usize,
    row: &transfers::Model,
    news: &[Event],
    permit: &Permit,
) -> Result<(), String> {
    let known = &model.transfers[of];
    let mut last = known.history.last();
    for event in news {
        ensure!(
            permit.allows(model, of, event.event_type),
            "{:?} did not come of {permit:?}",
            event.event_type
        );
        ensure!(
            event.version == last.map_or(0, |last| last.version) + 1,
            "versions leave a gap: {event:?}"
        );
        let state_before = last.map(|last| last.state);
        ensure!(
            is_a_way(event.event_type, state_before, event.state),
            "no way from {state_before:?}: {event:?}"
        );
        let told = (state_before != Some(event.state)).then_some(state_before).flatten();
        ensure!(event.previous_state == told, "it came from {told:?}: {event:?}");
        last = Some(event);
    }
    let last = last.ok_or("a transfer without a first event")?;
    ensure!(
        (row.version, row.state) == (last.version, last.state),
        "{row:?} is not what {last:?} says"
    );
    judge_row(known, row, permit, news.is_empty())
}

/// The ways between states. Written down a second time, on purpose.
const fn is_a_way(event: EventType, from: Option<TransferState>, to: TransferState) -> bool {
    use EventType as E;
    use TransferState::{Canceled, Executing, Expired, Failed, NeedsReview, Queued, Succeeded, Unknown};
    let Some(from) = from else {
        return matches!((event, to), (E::Created, Queued));
    };
    match event {
        E::Created => false,
        E::Claimed => matches!((from, to), (Queued, Executing)),
        E::Canceled => matches!((from, to), (Queued, Canceled)),
        E::Expired => matches!((from, to), (Queued, Expired)),
        E::Unknown => matches!((from, to), (Executing, Unknown)),
        E::Succeeded => matches!((from, to), (Executing | Unknown, Succeeded)),
        E::Failed => matches!((from, to), (Executing | Unknown, Failed)),
        E::NeedsReview => matches!((from, to), (Executing | Unknown, NeedsReview)),
        E::Inquired => matches!((from, to), (Unknown, Unknown)),
        E::RefundRequested | E::RefundSucceeded | E::RefundFailed => matches!((from, to), (Succeeded, Succeeded)),
        E::Corrected => matches!(
            (from, to),
            (Unknown | NeedsReview, Succeeded | Failed) | (Succeeded, Failed) | (Failed, Succeeded)
        ),
        E::Note => from as u8 == to as u8,
    }
}

/// What each state needs of its row, and that nothing changes without an event but the plan of the next look.
fn judge_row(known: &Transfer, row: &transfers::Model, permit: &Permit, is_without_news: bool) -> Result<(), String> {
    use TransferState::{Canceled, Executing, Expired, Queued, Unknown};
    let (state, was_sent) = (row.state, !matches!(row.state, Queued | Canceled | Expired));
    ensure!(
        row.lease_until.is_some() == (state == Executing),
        "a lease in {state:?}: {row:?}"
    );
    ensure!(
        row.next_check_at.is_some() == (state == Unknown),
        "a next look in {state:?}: {row:?}"
    );
    ensure!(
        row.trace_number.is_some() == was_sent,
        "a trace number in {state:?}: {row:?}"
    );
    ensure!(
        row.settled_at.is_some() == state.is_final(),
        "an end in {state:?}: {row:?}"
    );
    let holds_its_order = known.payment().is_none() && !state.is_final();
    ensure!(
        row.open_order_key.is_some() == holds_its_order,
        "the order of {state:?}: {row:?}"
    );
    ensure!(
        row.trace_number == known.row.trace_number || known.row.trace_number.is_none(),
        "a second trace number: {row:?} after {:?}",
        known.row
    );
    if is_without_news && matches!(permit, Permit::Work(_)) {
        let mut planned = known.row.clone();
        (planned.checks, planned.next_check_at) = (row.checks, row.next_check_at);
        ensure!(*row == planned, "{row:?} changed without an event from {:?}", known.row);
    } else if is_without_news && !known.history.is_empty() {
        ensure!(
            *row == known.row,
            "{row:?} changed without an event from {:?}",
            known.row
        );
    }
    Ok(())
}

/// Rule 5, at every moment: the sums of a payment are those of its refunds, and never more than was paid.
pub fn judge_sums(model: &Model) -> Result<(), String> {
    for (of, payment) in model
        .transfers
        .iter()
        .enumerate()
        .filter(|(_, it)| it.payment().is_none())
    {
        let (row, refunded, reserved) = (&payment.row, model.refunded(of), model.reserved(of));
        ensure!(
            refunded + reserved <= payment.won,
            "#{of}: {refunded} + {reserved} of {}",
            payment.won
        );
        ensure!(
            (row.refunded_won, row.refund_reserved_won) == (refunded, reserved),
            "#{of}: {refunded} refunded and {reserved} reserved, but {row:?}"
        );
        ensure!(
            refund::remaining(row).get() == model.remaining(of),
            "#{of}: what remains of {row:?}"
        );
    }
    Ok(())
}

/// What an event claims must be so: in the bank's books, by the clock, by the looks before it. `entry` is what the
/// bank did for this transfer, if anything.
pub fn judge_evidence(
    transfer: &Transfer,
    event: &Event,
    before: &[Event],
    entry: Option<&Entry>,
) -> Result<(), String> {
    let detail: Value = event
        .detail
        .as_deref()
        .map_or(Value::Null, |it| serde_json::from_str(it).unwrap());
    let moved = entry.filter(|entry| entry.moved());
    match event.event_type {
        EventType::Expired => {
            ensure!(
                transfer.expires_at.is_some_and(|at| at <= event.at),
                "it expired early: {event:?}"
            );
        }
        EventType::Unknown if event.actor == Actor::Sweeper => {
            ensure!(
                transfer.row.lease_until.is_some_and(|at| at <= event.at),
                "its lease is not over: {event:?}"
            );
        }
        EventType::Succeeded => {
            let moved = moved.ok_or_else(|| format!("the bank moved nothing: {event:?}, {entry:?}"))?;
            ensure!(
                is_ours(transfer, moved, event.actor),
                "the bank did something else: {event:?}, {moved:?}"
            );
        }
        EventType::Failed => {
            ensure!(moved.is_none(), "the bank moved it: {event:?}, {moved:?}");
            if detail["failure"] == FailureCode::BankNeverReceived.as_str() {
                judge_never_received(event, before)?;
            }
        }
        EventType::NeedsReview => match detail["why"].as_str() {
            Some("other_amount") => {
                ensure!(
                    moved.is_some_and(|it| it.moved_won != transfer.won),
                    "nothing else moved: {event:?}"
                );
            }
            Some("inquiry_gave_up") => {
                let since = transfer.row.executed_at.ok_or("nothing to give up")?;
                ensure!(event.at - since >= GIVE_UP, "it gave up early: {event:?}");
            }
            Some("not_inquirable") => {}
            _ => return Err(format!("no reason: {event:?}")),
        },
        _ => {}
    }
    Ok(())
}

/// The inquiry of the simulated bank says "done" of 9091 for the amount that was asked; its answer does not.
fn is_ours(transfer: &Transfer, moved: &Entry, by: Actor) -> bool {
    let direction = if transfer.payment().is_none() { "out" } else { "in" };
    let won = moved.moved_won == transfer.won || (by == Actor::Inquiry && moved.moved_won == transfer.won - 1);
    moved.direction == direction && moved.asked_won == transfer.won && won
}

/// Rule 4: enough answers over enough time, none of them taken back by a look that found the transaction.
fn judge_never_received(event: &Event, before: &[Event]) -> Result<(), String> {
    let mut since: Vec<DateTime<Utc>> = vec![event.at];
    for look in before.iter().rev().filter(|it| it.event_type == EventType::Inquired) {
        let detail: Value = serde_json::from_str(look.detail.as_deref().unwrap_or("null")).unwrap();
        match detail["result"].as_str() {
            Some("no_such_transaction") => since.push(look.at),
            Some("processing") => break,
            _ => {}
        }
    }
    let over = event.at - since[since.len() - 1];
    ensure!(
        since.len() >= NOT_FOUND_ANSWERS && over >= NOT_FOUND_OVER,
        "{} answers over {over} decided: {event:?}",
        since.len()
    );
    Ok(())
}
