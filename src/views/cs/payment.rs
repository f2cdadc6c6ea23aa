//! `/cs/payments/{id}`: one payment or refund: did money move, why we think so, and all that happened.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::{
    actions::Actions,
    correction::{CsCorrection, DecisionWord},
    story::Entry,
    why::{Decided, Why},
};
use crate::{
    models::kinds::{FailureCode, Mode, TransferKind, TransferState},
    money::Won,
    views::{
        example,
        form::{FieldErrors, FieldProblem},
        page::Page,
        transfer::{AccountLabel, TransferRow},
        words::UnknownWord,
    },
};

/// `GET /cs/payments/{id}`.
#[derive(Clone, Debug, Serialize)]
pub struct CsTransfer {
    pub transfer: TransferRow,
    /// From [`Why::of`].
    pub why: Why,
    pub facts: CsFacts,
    pub member_name_masked: String,
    pub member_email_masked: String,
    pub account: AccountLabel,
    /// Events and bank calls, oldest first: [`super::story::interleave`].
    pub story: Vec<Entry>,
    /// Of a payment: its refunds, newest first.
    pub refunds: Vec<TransferRow>,
    /// Of a refund: the payment it belongs to.
    pub payment: Option<TransferRow>,
    /// Where the reader may decide how it ended.
    pub correction: Option<CsCorrection>,
    /// What this reader may do to it, and what staff left on it.
    pub actions: Actions,
    pub as_of: DateTime<Utc>,
}

/// What the row holds besides what every list shows.
#[derive(Clone, Debug, Serialize)]
pub struct CsFacts {
    pub version: i64,
    pub mode: Mode,
    /// The code in the passbook's text.
    pub short_code: String,
    /// Of the one call that moves money.
    pub trace_number: Option<String>,
    pub failure: Option<FailureCode>,
    pub unknown_reason: Option<UnknownWord>,
    /// As the bank gave it.
    pub bank_code: Option<String>,
    /// Of a payment: given back, in the hands of running refunds, and what may still be refunded.
    pub refunded: Won,
    pub refund_reserved: Won,
    pub refundable: Won,
    pub executed_at: Option<DateTime<Utc>>,
    pub settled_at: Option<DateTime<Utc>>,
    pub next_check_at: Option<DateTime<Utc>>,
    pub expires_at: Option<DateTime<Utc>>,
}

impl Page for CsTransfer {
    const TEMPLATE: &'static str = "cs/payment.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let mut samples: Vec<(&'static str, Self)> = example::rows()
            .into_iter()
            .map(|row| (row.status.as_str(), sample(row, None, None)))
            .collect();
        for code in FailureCode::ALL {
            let row = example::row(TransferKind::Payment, TransferState::Failed);
            samples.push((code.as_str(), sample(row, Some(*code), None)));
        }
        for kind in [TransferKind::Payment, TransferKind::Refund] {
            for reason in UnknownWord::ALL {
                let row = example::row(kind, TransferState::Unknown);
                samples.push((reason.as_str(), sample(row, None, Some(*reason))));
            }
        }
        let mut refunded = sample(
            example::row(TransferKind::Payment, TransferState::Succeeded),
            None,
            None,
        );
        refunded.refunds = vec![
            example::row(TransferKind::Refund, TransferState::Queued),
            example::row(TransferKind::Refund, TransferState::Succeeded),
        ];
        refunded.facts.refunded = Won::new(2_300);
        refunded.facts.refund_reserved = Won::new(1_000);
        refunded.facts.refundable = Won::new(9_000);
        refunded.facts.mode = Mode::Live;
        samples.push(("refunded in part", refunded));
        samples.extend(corrections());
        samples
    }
}

impl CsTransfer {
    /// The page with its form changed, where it has one.
    #[must_use]
    pub fn with_correction(self, change: impl FnOnce(CsCorrection) -> CsCorrection) -> Self {
        let correction = self.correction.map(change);
        Self { correction, ..self }
    }
}

/// A form that came back, and what a person decided.
fn corrections() -> Vec<(&'static str, CsTransfer)> {
    let review = |kind| sample(example::row(kind, TransferState::NeedsReview), None, None);
    let refused = review(TransferKind::Payment).with_correction(|form| CsCorrection {
        decision: "lost".to_owned(),
        reason: "통장 확인".to_owned(),
        errors: FieldErrors::from([
            ("decision", FieldProblem::Required),
            ("evidence", FieldProblem::Required),
        ]),
        is_open: true,
        ..form
    });
    let mut corrected = sample(
        example::row(TransferKind::Payment, TransferState::Succeeded),
        None,
        None,
    );
    corrected.why = Why::Corrected;
    vec![
        ("correction refused", refused),
        ("correction of a refund", review(TransferKind::Refund)),
        ("corrected", corrected),
    ]
}

const fn correctable(status: TransferState) -> bool {
    matches!(
        status,
        TransferState::Unknown | TransferState::NeedsReview | TransferState::Succeeded | TransferState::Failed
    )
}

fn sample(transfer: TransferRow, failure: Option<FailureCode>, unknown_reason: Option<UnknownWord>) -> CsTransfer {
    let (kind, status) = (transfer.kind, transfer.status);
    let failure = failure.or((status == TransferState::Failed).then_some(FailureCode::InsufficientBalance));
    let untouched = matches!(
        status,
        TransferState::Queued | TransferState::Canceled | TransferState::Expired
    );
    CsTransfer {
        why: Why::of(kind, status, failure, unknown_reason, Decided::ByEvidence),
        facts: CsFacts {
            version: 3,
            mode: Mode::Test,
            short_code: "NR7K2M9QX4".to_owned(),
            trace_number: (!untouched).then(|| example::TRACE.to_owned()),
            failure,
            unknown_reason,
            bank_code: failure.map(|_| "00133".to_owned()),
            refunded: Won::ZERO,
            refund_reserved: Won::ZERO,
            refundable: transfer.amount,
            executed_at: (!untouched).then(|| example::at(1)),
            settled_at: matches!(status, TransferState::Succeeded | TransferState::Failed).then(|| example::at(3)),
            next_check_at: (status == TransferState::Unknown).then(|| example::at(120)),
            expires_at: (status == TransferState::Queued).then(|| example::at(3_600)),
        },
        member_name_masked: "김*지".to_owned(),
        member_email_masked: "mi***@naru.test".to_owned(),
        account: example::account_label(),
        story: example::story(kind, status),
        refunds: Vec::new(),
        payment: (kind == TransferKind::Refund).then(|| example::row(TransferKind::Payment, TransferState::Succeeded)),
        correction: correctable(status).then(|| CsCorrection::new(3, DecisionWord::ALL.to_vec())),
        actions: Actions::sample(),
        as_of: example::at(90),
        transfer,
    }
}
