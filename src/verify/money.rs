//! One transfer against what belongs to it: its refunds, the payment that it gives back, its calls to the bank, its keys.

use super::flaw::Flaw;
use super::history::History;
use super::page::{Call, Key, call_of};
use crate::models::kinds::{Actor, TransferKind, TransferState};
use crate::models::transfers;
use crate::transfers::idempotency::Operation;

/// The operations that move money, as the journal names them.
const MOVE_MONEY: [&str; 2] = ["withdraw", "deposit"];

/// What the refunds of a payment make together.
#[derive(Clone, Copy, Debug, Default)]
pub struct RefundSums {
    pub reserved_won: i64,
    pub refunded_won: i64,
}

impl RefundSums {
    /// Counts one more refund.
    pub fn add(&mut self, state: TransferState, amount_won: i64) {
        let sum = match state {
            TransferState::Succeeded => &mut self.refunded_won,
            state if state.is_final() => return,
            _ => &mut self.reserved_won,
        };
        *sum = sum.saturating_add(amount_won);
    }
}

/// The sums on a row against the refunds that are there, and against those that its history tells of.
pub fn check_sums(row: &transfers::Model, refunds: RefundSums, history: &History) -> Vec<Flaw> {
    let mut flaws = Vec::new();
    let (told_reserved_won, told_refunded_won) = history.refund_sums();
    let sums = [
        (
            "refund_reserved_won",
            row.refund_reserved_won,
            refunds.reserved_won,
            told_reserved_won,
        ),
        (
            "refunded_won",
            row.refunded_won,
            refunds.refunded_won,
            told_refunded_won,
        ),
    ];
    for (column, row_won, refunds_won, told_won) in sums {
        if row_won != refunds_won {
            flaws.push(Flaw::RefundsDiffer {
                column,
                row_won,
                refunds_won,
            });
        }
        if history.is_whole() && row_won != told_won {
            flaws.push(Flaw::RefundsNotTold {
                column,
                row_won,
                told_won,
            });
        }
    }
    let held_won = row.refunded_won.saturating_add(row.refund_reserved_won);
    if held_won > row.amount_won {
        flaws.push(Flaw::RefundsExceedPayment { held_won });
    }
    flaws
}

/// A refund against the payment that it gives back, where there is one.
pub fn check_refund(refund: &transfers::Model, payment: Option<&transfers::Model>) -> Vec<Flaw> {
    if refund.kind != TransferKind::Refund {
        return Vec::new();
    }
    let Some(payment) = payment else {
        return vec![Flaw::RefundOfNothing];
    };
    let same_parties = (refund.partner_id, refund.member_id, refund.account_id, refund.mode)
        == (payment.partner_id, payment.member_id, payment.account_id, payment.mode);
    // One that gave nothing back may outlive its payment's success: a correction can take that away.
    let holds_nothing = refund.state.is_final() && refund.state != TransferState::Succeeded;
    let is_paid = payment.state == TransferState::Succeeded || holds_nothing;
    if same_parties && is_paid && payment.kind == TransferKind::Payment {
        Vec::new()
    } else {
        vec![Flaw::RefundOfOther]
    }
}

/// The calls to the bank that were made for a transfer: one that moves its money if it was claimed, any number that ask.
pub fn check_calls(row: &transfers::Model, calls: &[Call], history: &History) -> Vec<Flaw> {
    let own = match row.kind {
        TransferKind::Payment => "withdraw",
        TransferKind::Refund => "deposit",
    };
    let (money, asking): (Vec<&Call>, Vec<&Call>) = calls
        .iter()
        .partition(|call| MOVE_MONEY.contains(&call.operation.as_str()));
    let mut flaws = Vec::new();
    let was_claimed = if history.is_whole() {
        history.claim().is_some()
    } else {
        row.executed_at.is_some()
    };
    if money.len() != usize::from(was_claimed) {
        flaws.push(Flaw::MoneyCalls {
            expected: usize::from(was_claimed),
            found: money.len(),
        });
    }
    let is_its_own = |call: &Call| call.operation == own && call.account_id == Some(row.account_id);
    let others = money.iter().filter(|call| !is_its_own(call));
    flaws.extend(others.map(|call| Flaw::CallOfOther {
        operation: call.operation.clone(),
    }));
    let its_call = call_of(row);
    let is_its_call =
        |call: &Call| matches!(&its_call, Some((trace, day)) if *trace == call.trace_number && *day == call.trace_date);
    let has_its_trace = |call: &Call| Some(&call.trace_number) == row.trace_number.as_ref();
    if !money.iter().all(|call| is_its_call(call)) {
        flaws.push(Flaw::TraceDiffers);
    }
    if asking.iter().any(|call| has_its_trace(call)) {
        flaws.push(Flaw::TraceUsedTwice);
    }
    if !history.is_corrected() {
        let contradiction = contradiction(row.state, &money);
        flaws.extend(contradiction.or_else(|| missing_evidence(row.state, &money, &asking)));
    }
    flaws
}

/// What the bank answered to the call that moves the money, where that is the contrary of the state.
fn contradiction(state: TransferState, money: &[&Call]) -> Option<Flaw> {
    let contrary: &[&str] = match state {
        TransferState::Succeeded => &["refused", "not_sent"],
        TransferState::Failed => &["succeeded"],
        _ => &[],
    };
    let mut answers = money.iter().filter_map(|call| call.outcome.as_deref());
    let answered = answers.find(|answer| contrary.contains(answer))?;
    Some(Flaw::AnswerDiffers {
        state,
        answered: answered.to_owned(),
    })
}

/// A settled transfer has an answer that could settle it: of its own call, or of one that asked about it.
fn missing_evidence(state: TransferState, money: &[&Call], asking: &[&Call]) -> Option<Flaw> {
    let proofs: &[&str] = match state {
        TransferState::Succeeded => &["succeeded"],
        TransferState::Failed => &["refused", "not_sent"],
        _ => return None,
    };
    let answered = |calls: &[&Call], words: &[&str]| {
        let mut answers = calls.iter().filter_map(|call| call.outcome.as_deref());
        answers.any(|answer| words.contains(&answer))
    };
    let has_evidence = money.is_empty() || answered(money, proofs) || answered(asking, &["succeeded"]);
    (!has_evidence).then_some(Flaw::NoEvidence { state })
}

/// The one key that leads to a transfer: of its own partner, and of the call that makes such a transfer. What staff asked
/// for came by no call.
pub fn check_keys(row: &transfers::Model, begun_by: Option<Actor>, keys: &[Key]) -> Vec<Flaw> {
    let operation = match (row.kind, row.mandate_id) {
        (TransferKind::Payment, Some(_)) => Operation::CreatePayment,
        // Confirmed by its member, at a checkout.
        (TransferKind::Payment, None) => Operation::ConfirmCheckout,
        (TransferKind::Refund, _) => Operation::CreateRefund,
    };
    let mut flaws = Vec::new();
    let expected = usize::from(begun_by != Some(Actor::Staff));
    if keys.len() != expected {
        flaws.push(Flaw::KeyCount {
            found: keys.len(),
            expected,
        });
    }
    let is_its_own = |key: &Key| key.partner_id == row.partner_id && key.operation == operation.as_str();
    if !keys.iter().all(is_its_own) {
        flaws.push(Flaw::KeyOfOther);
    }
    flaws
}
