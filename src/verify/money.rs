//! One transfer against what belongs to it: its refunds, its calls to the bank, its key.

use super::finding::{Finding, Flaw};
use crate::clock::kst_date;
use crate::models::kinds::{TransferKind, TransferState};
use crate::models::{bank_calls, idempotency_keys, transfers};
use crate::transfers::idempotency::Operation;

/// The operations that move money, as the journal names them.
const MOVE_MONEY: [&str; 2] = ["withdraw", "deposit"];

/// The sums on a payment against its refunds.
pub fn check_refunds(payment: &transfers::Model, refunds: &[&transfers::Model], found: &mut Vec<Finding>) {
    let sum = |counts: fn(TransferState) -> bool| -> i64 {
        let counted = refunds.iter().filter(|refund| counts(refund.state));
        counted.map(|refund| refund.amount_won).sum()
    };
    let sums = [
        (
            "refunded_won",
            payment.refunded_won,
            sum(|state| state == TransferState::Succeeded),
        ),
        (
            "refund_reserved_won",
            payment.refund_reserved_won,
            sum(|state| !state.is_final()),
        ),
    ];
    for (column, row_won, refunds_won) in sums {
        if row_won != refunds_won {
            let flaw = Flaw::RefundsDiffer {
                column,
                row_won,
                refunds_won,
            };
            found.push(Finding::new(payment, flaw));
        }
    }
    let held_won = payment.refunded_won + payment.refund_reserved_won;
    if held_won > payment.amount_won {
        found.push(Finding::new(payment, Flaw::RefundsExceedPayment { held_won }));
    }
    for refund in refunds {
        let same_parties = (refund.partner_id, refund.member_id, refund.account_id, refund.mode)
            == (payment.partner_id, payment.member_id, payment.account_id, payment.mode);
        let paid = payment.kind == TransferKind::Payment && payment.state == TransferState::Succeeded;
        if !same_parties || !paid {
            found.push(Finding::new(refund, Flaw::RefundOfOther));
        }
    }
}

/// The calls to the bank that were made for a transfer.
pub fn check_calls(transfer: &transfers::Model, calls: &[&bank_calls::Model], found: &mut Vec<Finding>) {
    let (money, asking): (Vec<&bank_calls::Model>, Vec<&bank_calls::Model>) = calls
        .iter()
        .copied()
        .partition(|call| MOVE_MONEY.contains(&call.operation.as_str()));
    let expected = usize::from(transfer.trace_number.is_some());
    if money.len() != expected {
        let flaw = Flaw::MoneyCalls {
            expected,
            found: money.len(),
        };
        found.push(Finding::new(transfer, flaw));
    }
    let day = transfer.trace_at.map(|at| kst_date(at).format("%Y%m%d").to_string());
    let differs = money.iter().any(|call| {
        Some(&call.trace_number) != transfer.trace_number.as_ref() || Some(&call.trace_date) != day.as_ref()
    });
    if differs {
        found.push(Finding::new(transfer, Flaw::TraceDiffers));
    }
    if asking
        .iter()
        .any(|call| Some(&call.trace_number) == transfer.trace_number.as_ref())
    {
        found.push(Finding::new(transfer, Flaw::TraceUsedTwice));
    }
}

/// The keys that lead to a transfer: one at least, all of its own partner and of the call that makes such a transfer.
pub fn check_keys(transfer: &transfers::Model, keys: &[&idempotency_keys::Model], found: &mut Vec<Finding>) {
    let operation = match transfer.kind {
        TransferKind::Payment => Operation::CreatePayment,
        TransferKind::Refund => Operation::CreateRefund,
    };
    if keys.is_empty() {
        found.push(Finding::new(transfer, Flaw::KeyMissing));
    }
    if keys
        .iter()
        .any(|key| key.partner_id != transfer.partner_id || key.operation != operation.as_str())
    {
        found.push(Finding::new(transfer, Flaw::KeyOfOther));
    }
}
