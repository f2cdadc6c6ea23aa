//! `/payments/{id}/receipt`: what happened on one sheet of paper. It says "paid" only of what was.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::{
    models::kinds::{TransferKind, TransferState},
    money::Won,
    views::{
        example,
        page::Page,
        transfer::{AccountLabel, TransferRow},
    },
};

/// `GET /payments/{id}/receipt`, of a payment or a refund.
#[derive(Clone, Debug, Serialize)]
pub struct Receipt {
    pub transfer: TransferRow,
    /// The member, in full: it is their own paper.
    pub member_name: String,
    pub account: AccountLabel,
    /// The bank's number of the transaction; `None` for what was never sent.
    pub trace_number: Option<String>,
    pub sent_at: Option<DateTime<Utc>>,
    pub settled_at: Option<DateTime<Utc>>,
    /// Of a payment: what went back of it.
    pub refunded: Won,
    /// Of a payment, oldest first.
    pub refunds: Vec<RefundLine>,
    /// Of a refund: `pay_…`.
    pub payment_id: Option<String>,
    pub issued_at: DateTime<Utc>,
}

/// One refund on the receipt of its payment.
#[derive(Clone, Debug, Serialize)]
pub struct RefundLine {
    pub transfer: TransferRow,
    pub settled_at: Option<DateTime<Utc>>,
}

impl Page for Receipt {
    const TEMPLATE: &'static str = "web/receipt.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let mut samples: Vec<_> = example::rows()
            .into_iter()
            .map(|row| (row.status.as_str(), sample(row)))
            .collect();
        let mut refunded = sample(example::row(TransferKind::Payment, TransferState::Succeeded));
        refunded.refunded = Won::new(2_300);
        refunded.refunds = [TransferState::Succeeded, TransferState::Unknown]
            .map(|state| RefundLine {
                transfer: example::row(TransferKind::Refund, state),
                settled_at: state.is_final().then(|| example::at(9)),
            })
            .to_vec();
        samples.push(("refunded in part", refunded));
        samples
    }
}

fn sample(transfer: TransferRow) -> Receipt {
    let was_sent = !matches!(
        transfer.status,
        TransferState::Queued | TransferState::Canceled | TransferState::Expired
    );
    Receipt {
        member_name: "김민지".to_owned(),
        account: example::account_label(),
        trace_number: was_sent.then(|| example::TRACE.to_owned()),
        sent_at: was_sent.then(|| example::at(1)),
        settled_at: transfer.status.is_final().then(|| example::at(2)),
        refunded: Won::ZERO,
        refunds: Vec::new(),
        payment_id: (transfer.kind == TransferKind::Refund).then(|| example::PAYMENT_ID.to_owned()),
        issued_at: example::at(86_400),
        transfer,
    }
}
