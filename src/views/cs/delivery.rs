//! `/cs/payments/{id}/deliveries/{delivery_id}`: one delivery to a partner: what was sent, and every attempt.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::told::{CsDelivery, CsTold};
use crate::{
    models::kinds::{DeliveryStatus, PartnerEventType},
    views::{cs::exchange::laid_out, example, page::Page, words::AttemptFailure},
};

/// `GET /cs/payments/{id}/deliveries/{delivery_id}`.
#[derive(Clone, Debug, Serialize)]
pub struct CsDeliveryPage {
    /// The page that it was reached from: `pay_…` or `ref_…`.
    pub transfer_id: String,
    pub event_id: String,
    pub event_type: PartnerEventType,
    pub event_at: DateTime<Utc>,
    /// Where who may has the event told again.
    pub resend: Option<String>,
    pub delivery: CsDelivery,
    /// The body that is sent, laid out for reading.
    pub body: String,
    /// The last one first.
    pub attempts: Vec<CsAttempt>,
}

/// One attempt at telling.
#[derive(Clone, Debug, Serialize)]
pub struct CsAttempt {
    pub number: i64,
    pub at: DateTime<Utc>,
    /// `None` while it runs, or where the process ended meanwhile.
    pub took_ms: Option<i64>,
    pub http_status: Option<i64>,
    pub failure: Option<AttemptFailure>,
    /// What may tell of a person in a partner's words is hidden.
    pub answer_masked: Option<String>,
}

impl Page for CsDeliveryPage {
    const TEMPLATE: &'static str = "cs/delivery.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let failed: Vec<CsAttempt> = (1..)
            .zip(AttemptFailure::ALL)
            .map(|(number, failure)| CsAttempt {
                number,
                at: example::at(number),
                took_ms: (number > 1).then_some(120),
                http_status: (number % 2 == 0).then_some(500),
                failure: Some(*failure),
                answer_masked: (number % 2 == 0).then(|| example::HOSTILE.to_owned()),
            })
            .collect();
        let delivered = CsAttempt {
            number: 2,
            at: example::at(5),
            took_ms: Some(120),
            http_status: Some(204),
            failure: None,
            answer_masked: None,
        };
        let open = CsAttempt {
            took_ms: None,
            http_status: None,
            ..delivered.clone()
        };
        let gone = CsTold::examples()
            .into_iter()
            .rev()
            .flat_map(|told| told.deliveries)
            .next();
        let page = |delivery: CsDelivery, attempts| Self {
            transfer_id: example::PAYMENT_ID.to_owned(),
            event_id: "evt_019ac1f05d7a7b3e8c41f2a90b6d7e10".to_owned(),
            event_type: PartnerEventType::PaymentSucceeded,
            event_at: example::at(3),
            resend: (delivery.status != DeliveryStatus::Pending)
                .then(|| format!("/cs/payments/{}/resend", example::PAYMENT_ID)),
            delivery,
            body: laid_out(&serde_json::json!({ "data": { "description": example::HOSTILE } }).to_string()),
            attempts,
        };
        let of = |place, status| CsDelivery::example((place, status));
        let mut samples = vec![
            ("not tried yet", page(of(0, &DeliveryStatus::Pending), Vec::new())),
            ("in hand", page(of(1, &DeliveryStatus::Pending), vec![open])),
            ("delivered", page(of(2, &DeliveryStatus::Delivered), vec![delivered])),
            ("given up", page(of(10, &DeliveryStatus::Failed), failed.clone())),
        ];
        samples.extend(gone.map(|gone| ("endpoint gone", page(gone, failed))));
        samples
    }
}
