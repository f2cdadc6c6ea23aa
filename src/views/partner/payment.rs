//! `/partner/payments/{id}`: one payment as its partner may see it: whether money moved, what happened, what was told.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::events::EventRow;
use crate::{
    models::kinds::{Actor, DeliveryStatus, EventType, FailureCode, TransferKind, TransferState},
    money::Won,
    views::{example, page::Page, transfer::TransferRow},
};

/// `GET /partner/payments/{id}`. Nothing of the member but what the API tells.
#[derive(Clone, Debug, Serialize)]
pub struct PartnerPayment {
    pub transfer: TransferRow,
    pub facts: PaymentFacts,
    /// Oldest first.
    pub steps: Vec<Step>,
    /// Newest first.
    pub refunds: Vec<RefundLine>,
    /// What of it and its refunds was told, oldest first.
    pub events: Vec<ToldEvent>,
    pub as_of: DateTime<Utc>,
}

#[derive(Clone, Debug, Serialize)]
pub struct PaymentFacts {
    pub version: i64,
    /// `man_…`.
    pub mandate_id: Option<String>,
    pub bank_code: String,
    pub account_masked: String,
    pub failure: Option<FailureCode>,
    pub refunded: Won,
    pub refundable: Won,
    pub metadata: BTreeMap<String, String>,
    pub executed_at: Option<DateTime<Utc>>,
    pub settled_at: Option<DateTime<Utc>>,
    pub next_check_at: Option<DateTime<Utc>>,
    pub expires_at: Option<DateTime<Utc>>,
}

/// One step of the history, as the API's timeline has it.
#[derive(Clone, Debug, Serialize)]
pub struct Step {
    pub at: DateTime<Utc>,
    pub event: EventType,
    pub status: TransferState,
    pub actor: Actor,
    pub version: i64,
}

#[derive(Clone, Debug, Serialize)]
pub struct RefundLine {
    pub refund: TransferRow,
    pub failure: Option<FailureCode>,
}

/// An event with how telling of it stands.
#[derive(Clone, Debug, Serialize)]
pub struct ToldEvent {
    pub event: EventRow,
    pub deliveries: Vec<DeliveryLine>,
}

#[derive(Clone, Debug, Serialize)]
pub struct DeliveryLine {
    /// `dlv_…`.
    pub id: String,
    /// `whe_…`.
    pub endpoint_id: String,
    pub url: String,
    pub status: DeliveryStatus,
    pub attempts: i64,
    pub is_repeat: bool,
    pub next_attempt_at: Option<DateTime<Utc>>,
    pub ended_at: Option<DateTime<Utc>>,
}

impl DeliveryLine {
    /// One in each state, for samples.
    pub(super) fn examples() -> Vec<Self> {
        let line = |(place, status): (i64, &DeliveryStatus)| Self {
            id: format!("dlv_019ac1f05d7a7b3e8c41f2a90b6d7e1{place}"),
            endpoint_id: "whe_019ac1f05d7a7b3e8c41f2a90b6d7e10".to_owned(),
            url: "https://shop.example/hooks/naru".to_owned(),
            status: *status,
            attempts: place,
            is_repeat: place == 2,
            next_attempt_at: (*status == DeliveryStatus::Pending).then(|| example::at(300)),
            ended_at: (*status != DeliveryStatus::Pending).then(|| example::at(5)),
        };
        (0..).zip(DeliveryStatus::ALL).map(line).collect()
    }
}

impl Page for PartnerPayment {
    const TEMPLATE: &'static str = "partner/payment.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let payments = example::rows()
            .into_iter()
            .filter(|row| row.kind == TransferKind::Payment);
        let mut samples: Vec<(&'static str, Self)> =
            payments.map(|row| (row.status.as_str(), sample(row, None))).collect();
        for code in FailureCode::ALL {
            let row = example::row(TransferKind::Payment, TransferState::Failed);
            samples.push((code.as_str(), sample(row, Some(*code))));
        }
        let mut refunded = sample(example::row(TransferKind::Payment, TransferState::Succeeded), None);
        refunded.refunds = [TransferState::Queued, TransferState::Failed, TransferState::Succeeded]
            .map(|state| RefundLine {
                refund: example::row(TransferKind::Refund, state),
                failure: (state == TransferState::Failed).then_some(FailureCode::AccountUnusable),
            })
            .to_vec();
        refunded.facts.refunded = Won::new(2_300);
        refunded.facts.refundable = Won::new(10_000);
        samples.push(("refunded in part", refunded));
        samples
    }
}

fn sample(transfer: TransferRow, failure: Option<FailureCode>) -> PartnerPayment {
    let status = transfer.status;
    let failure = failure.or((status == TransferState::Failed).then_some(FailureCode::InsufficientBalance));
    let is_settled = matches!(status, TransferState::Succeeded | TransferState::Failed);
    let steps = (1..)
        .zip(example::events(status))
        .map(|(version, (seconds, event, status))| Step {
            at: example::at(seconds),
            event,
            status,
            actor: if version == 1 { Actor::Partner } else { Actor::Worker },
            version,
        });
    PartnerPayment {
        facts: PaymentFacts {
            version: 3,
            mandate_id: Some("man_019ac1f05d7a7b3e8c41f2a90b6d7e10".to_owned()),
            bank_code: "011".to_owned(),
            account_masked: "30200000*****".to_owned(),
            failure,
            refunded: Won::ZERO,
            refundable: if status == TransferState::Succeeded {
                transfer.amount
            } else {
                Won::ZERO
            },
            metadata: BTreeMap::from([("cart".to_owned(), example::HOSTILE.to_owned())]),
            executed_at: is_settled.then(|| example::at(1)),
            settled_at: is_settled.then(|| example::at(3)),
            next_check_at: (status == TransferState::Unknown).then(|| example::at(120)),
            expires_at: (status == TransferState::Queued).then(|| example::at(3_600)),
        },
        steps: steps.collect(),
        refunds: Vec::new(),
        events: if is_settled {
            let told = |event: EventRow| ToldEvent {
                deliveries: if event.version == 1 {
                    Vec::new()
                } else {
                    DeliveryLine::examples()
                },
                event,
            };
            EventRow::examples().into_iter().take(2).map(told).collect()
        } else {
            Vec::new()
        },
        as_of: example::at(90),
        transfer,
    }
}
