//! `/partner/webhooks/{id}/deliveries/{delivery_id}`: one delivery: what was sent, and every attempt with its answer.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::events::EventRow;
use super::payment::DeliveryLine;
use crate::views::{cs::exchange::laid_out, example, page::Page, words::AttemptFailure};

/// `GET /partner/webhooks/{id}/deliveries/{delivery_id}`. Its form: `POST …/repeat` (`once`).
#[derive(Clone, Debug, Serialize)]
pub struct DeliveryDetail {
    pub delivery: DeliveryLine,
    pub event: EventRow,
    /// The body that is sent, laid out for reading.
    pub body: String,
    /// The last one first.
    pub attempts: Vec<AttemptRow>,
    pub once: String,
}

/// One attempt at telling.
#[derive(Clone, Debug, Serialize)]
pub struct AttemptRow {
    pub number: i64,
    pub at: DateTime<Utc>,
    /// `None` while it runs, or where the process ended meanwhile.
    pub took_ms: Option<i64>,
    pub http_status: Option<i64>,
    pub failure: Option<AttemptFailure>,
    pub has_answer: bool,
    /// As JSON, laid out for reading.
    pub request_headers: String,
    pub response_body: Option<String>,
}

impl DeliveryDetail {
    #[must_use]
    pub fn new(delivery: DeliveryLine, event: EventRow, body: &str, attempts: Vec<AttemptRow>, once: String) -> Self {
        Self {
            delivery,
            event,
            body: laid_out(body),
            attempts,
            once,
        }
    }
}

impl Page for DeliveryDetail {
    const TEMPLATE: &'static str = "partner/delivery.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let attempt = |(number, failure): (i64, &AttemptFailure)| AttemptRow {
            number,
            at: example::at(number),
            took_ms: (number > 1).then_some(120),
            http_status: (number % 2 == 0).then_some(500),
            failure: Some(*failure),
            has_answer: number % 2 == 0,
            request_headers: laid_out(r#"{"webhook-id":"evt_1","webhook-timestamp":"1795583002"}"#),
            response_body: (number % 2 == 0).then(|| example::HOSTILE.to_owned()),
        };
        let failed: Vec<AttemptRow> = (1..).zip(AttemptFailure::ALL).map(attempt).collect();
        let delivered = AttemptRow {
            number: 2,
            http_status: Some(204),
            failure: None,
            has_answer: true,
            ..attempt((2, &AttemptFailure::Other))
        };
        let states = DeliveryLine::examples();
        let attempts = [Vec::new(), vec![delivered], failed];
        let body = serde_json::json!({ "id": "evt_1", "data": { "description": example::HOSTILE } }).to_string();
        let events = EventRow::examples();
        let names = ["not tried yet", "delivered", "given up"];
        let parts = names.into_iter().zip(states).zip(attempts).zip(events);
        parts
            .map(|(((name, delivery), attempts), event)| {
                let once = "019ac1f05d7a7b3e8c41f2a90b6d7e10".to_owned();
                (name, Self::new(delivery, event, &body, attempts, once))
            })
            .collect()
    }
}
