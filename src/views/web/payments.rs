//! `/payments`: what a member paid and got back, and one of them in detail.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::{
    models::kinds::{EventType, FailureCode, TransferKind, TransferState},
    money::Won,
    views::{
        example,
        page::Page,
        paging::Paging,
        transfer::{AccountLabel, TransferRow},
    },
};

/// `GET /payments`: payments and refunds, newest first.
#[derive(Clone, Debug, Serialize)]
pub struct PaymentList {
    pub transfers: Vec<TransferRow>,
    pub paging: Paging,
}

/// `GET /payments/{id}`, of a payment (`pay_…`) or a refund (`ref_…`).
#[derive(Clone, Debug, Serialize)]
pub struct PaymentDetail {
    pub transfer: TransferRow,
    pub account: AccountLabel,
    pub failure: Option<FailureCode>,
    pub executed_at: Option<DateTime<Utc>>,
    pub settled_at: Option<DateTime<Utc>>,
    /// While it is unknown: when the bank is asked again.
    pub next_check_at: Option<DateTime<Utc>>,
    /// Of a payment: what has been given back.
    pub refunded: Won,
    /// Of a payment: its refunds, newest first.
    pub refunds: Vec<TransferRow>,
    /// Of a refund: `pay_…`, its payment.
    pub payment_id: Option<String>,
    /// Oldest first.
    pub timeline: Vec<Step>,
}

/// One thing that happened, as the member is told it.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Step {
    pub at: DateTime<Utc>,
    pub event: EventType,
    /// The state afterwards.
    pub status: TransferState,
}

impl Page for PaymentList {
    const TEMPLATE: &'static str = "web/payments.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let list = |transfers, paging| Self { transfers, paging };
        vec![
            ("empty", list(Vec::new(), Paging::default())),
            ("every state", list(example::rows(), Paging::default())),
            (
                "in the middle",
                list(example::rows(), Paging::new("/payments", &[], Some("b"), Some("c"))),
            ),
        ]
    }
}

impl Page for PaymentDetail {
    const TEMPLATE: &'static str = "web/payment_detail.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let mut samples: Vec<(&'static str, Self)> = example::rows()
            .into_iter()
            .map(|row| (row.status.as_str(), sample(row)))
            .collect();
        for code in FailureCode::ALL {
            let failed = sample(example::row(TransferKind::Payment, TransferState::Failed));
            samples.push((
                code.as_str(),
                Self {
                    failure: Some(*code),
                    ..failed
                },
            ));
        }
        let mut refunded = sample(example::row(TransferKind::Payment, TransferState::Succeeded));
        refunded.refunds = vec![
            example::row(TransferKind::Refund, TransferState::Queued),
            example::row(TransferKind::Refund, TransferState::Succeeded),
        ];
        refunded.refunded = Won::new(2_300);
        samples.push(("refunded in part", refunded));
        samples
    }
}

fn sample(transfer: TransferRow) -> PaymentDetail {
    let is_refund = transfer.kind == TransferKind::Refund;
    PaymentDetail {
        account: example::account_label(),
        failure: (transfer.status == TransferState::Failed).then_some(FailureCode::InsufficientBalance),
        executed_at: Some(example::at(1)),
        settled_at: transfer.status.is_final().then(|| example::at(2)),
        next_check_at: (transfer.status == TransferState::Unknown).then(|| example::at(120)),
        refunded: Won::ZERO,
        refunds: Vec::new(),
        payment_id: is_refund.then(|| example::PAYMENT_ID.to_owned()),
        timeline: example::events(transfer.status)
            .into_iter()
            .map(|(seconds, event, status)| Step {
                at: example::at(seconds),
                event,
                status,
            })
            .collect(),
        transfer,
    }
}
