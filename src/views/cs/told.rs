//! What a partner was told of a payment and its refunds, as staff see it.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::{
    models::kinds::{DeliveryStatus, PartnerEventType},
    views::example,
};

/// An event with how telling of it stands.
#[derive(Clone, Debug, Serialize)]
pub struct CsTold {
    /// `evt_…`.
    pub id: String,
    pub event_type: PartnerEventType,
    /// `pay_…` or `ref_…`.
    pub subject_id: String,
    pub version: i64,
    pub at: DateTime<Utc>,
    /// Where who may has it told again.
    pub resend: Option<String>,
    /// Oldest first; none where no endpoint wanted it.
    pub deliveries: Vec<CsDelivery>,
}

#[derive(Clone, Debug, Serialize)]
pub struct CsDelivery {
    /// `dlv_…`.
    pub id: String,
    /// Empty where the endpoint's row is gone.
    pub url: String,
    /// The partner took the endpoint away: nothing more is told there.
    pub is_deleted: bool,
    pub is_paused: bool,
    pub status: DeliveryStatus,
    pub attempts: i64,
    pub is_repeat: bool,
    pub next_attempt_at: Option<DateTime<Utc>>,
    pub ended_at: Option<DateTime<Utc>>,
}

impl CsTold {
    /// One that nobody wanted, one with a delivery in each state, one whose endpoint is gone.
    pub(super) fn examples() -> Vec<Self> {
        let deliveries: Vec<CsDelivery> = (0..).zip(DeliveryStatus::ALL).map(CsDelivery::example).collect();
        let gone = CsDelivery {
            url: String::new(),
            is_deleted: true,
            ..CsDelivery::example((3, &DeliveryStatus::Failed))
        };
        let told = [
            (PartnerEventType::RefundSucceeded, Vec::new()),
            (PartnerEventType::PaymentSucceeded, deliveries),
            (PartnerEventType::PaymentUnknown, vec![gone]),
        ];
        (1..)
            .zip(told)
            .map(|(version, (event_type, deliveries))| Self {
                id: format!("evt_019ac1f05d7a7b3e8c41f2a90b6d7e1{version}"),
                event_type,
                subject_id: example::PAYMENT_ID.to_owned(),
                version,
                at: example::at(4),
                resend: (version > 1).then(|| format!("/cs/payments/{}/resend", example::PAYMENT_ID)),
                deliveries,
            })
            .collect()
    }
}

impl CsDelivery {
    pub(super) fn example((place, status): (i64, &DeliveryStatus)) -> Self {
        Self {
            id: format!("dlv_019ac1f05d7a7b3e8c41f2a90b6d7e1{place}"),
            url: "https://shop.example/hooks/naru".to_owned(),
            is_deleted: false,
            is_paused: *status == DeliveryStatus::Pending,
            status: *status,
            attempts: place,
            is_repeat: place == 2,
            next_attempt_at: (*status == DeliveryStatus::Pending).then(|| example::at(300)),
            ended_at: (*status != DeliveryStatus::Pending).then(|| example::at(5)),
        }
    }
}
