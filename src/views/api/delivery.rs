//! What was told an endpoint and how it went, as the partner reads it.

use chrono::{DateTime, FixedOffset};
use serde::Serialize;
use serde_json::Value;

use super::{EventBody, shown, shown_if};
use crate::ids::Prefix;
use crate::models::kinds::{DeliveryStatus, PartnerEventType};
use crate::models::{webhook_attempts, webhook_deliveries};
use crate::notifications::webhooks::log::Told;

#[derive(Serialize)]
pub struct DeliveryBody {
    id: String,
    object: &'static str,
    endpoint_id: String,
    event_id: String,
    event_type: PartnerEventType,
    status: DeliveryStatus,
    attempt_count: i64,
    /// The first delivery of the event there, where this one repeats it.
    repeats_id: Option<String>,
    next_attempt_at: Option<DateTime<FixedOffset>>,
    created_at: DateTime<FixedOffset>,
    ended_at: Option<DateTime<FixedOffset>>,
}

/// With the body that was sent and every attempt.
#[derive(Serialize)]
pub struct DeliveryDetailBody {
    #[serde(flatten)]
    delivery: DeliveryBody,
    event: EventBody,
    attempts: Vec<AttemptBody>,
}

#[derive(Serialize)]
struct AttemptBody {
    number: i64,
    started_at: DateTime<FixedOffset>,
    /// Null while it runs, or when the process ended meanwhile.
    took_ms: Option<i64>,
    request_headers: Value,
    response_status: Option<i64>,
    /// Its first 1,000 characters.
    response_body: Option<String>,
    failure: Option<String>,
}

impl DeliveryBody {
    #[must_use]
    pub fn new(delivery: &webhook_deliveries::Model) -> Self {
        Self {
            id: Prefix::Delivery.show(delivery.id.0),
            object: "webhook_delivery",
            endpoint_id: Prefix::Endpoint.show(delivery.endpoint_id.0),
            event_id: Prefix::Event.show(delivery.event_id.0),
            event_type: delivery.event_type,
            status: delivery.status,
            attempt_count: delivery.attempts,
            repeats_id: delivery.repeats_id.map(|id| Prefix::Delivery.show(id.0)),
            next_attempt_at: shown_if(delivery.next_attempt_at),
            created_at: shown(delivery.created_at),
            ended_at: shown_if(delivery.ended_at),
        }
    }
}

impl DeliveryDetailBody {
    /// # Errors
    /// When what is stored is not what we stored.
    pub fn new(told: &Told) -> Result<Self, serde_json::Error> {
        let attempts: Result<Vec<_>, _> = told.attempts.iter().map(AttemptBody::new).collect();
        Ok(Self {
            delivery: DeliveryBody::new(&told.delivery),
            event: EventBody::new(&told.event)?,
            attempts: attempts?,
        })
    }
}

impl AttemptBody {
    fn new(attempt: &webhook_attempts::Model) -> Result<Self, serde_json::Error> {
        Ok(Self {
            number: attempt.number,
            started_at: shown(attempt.started_at),
            took_ms: attempt.took_ms,
            request_headers: serde_json::from_str(&attempt.request_headers)?,
            response_status: attempt.response_status,
            response_body: attempt.response_body.clone(),
            failure: attempt.failure.clone(),
        })
    }
}
