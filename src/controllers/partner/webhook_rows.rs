//! Endpoints, deliveries and attempts as the console shows them.

use chrono::{DateTime, Utc};

use crate::ids::Prefix;
use crate::models::kinds::PartnerEventType;
use crate::models::{webhook_attempts, webhook_deliveries, webhook_endpoints};
use crate::views::cs::exchange::laid_out;
use crate::views::partner::delivery::AttemptRow;
use crate::views::partner::webhook::DeliveryRow;
use crate::views::partner::webhooks::EndpointRow;
use crate::views::words::AttemptFailure;

pub fn endpoint_row(endpoint: webhook_endpoints::Model, now: DateTime<Utc>) -> EndpointRow {
    EndpointRow {
        id: Prefix::Endpoint.show(endpoint.id.0),
        event_types: endpoint
            .event_types
            .split(',')
            .filter_map(PartnerEventType::parse)
            .collect(),
        url: endpoint.url,
        description: endpoint.description,
        status: endpoint.status,
        paused_reason: endpoint.paused_reason,
        failures: endpoint.failures,
        failing_since: endpoint.failing_since,
        version: endpoint.version,
        previous_secret_ends_at: endpoint.previous_ends_at.filter(|end| *end > now),
        created_at: endpoint.created_at,
    }
}

pub fn delivery_row(delivery: &webhook_deliveries::Model) -> DeliveryRow {
    DeliveryRow {
        id: Prefix::Delivery.show(delivery.id.0),
        event_type: delivery.event_type,
        status: delivery.status,
        attempts: delivery.attempts,
        is_repeat: delivery.repeats_id.is_some(),
        at: delivery.created_at,
        next_attempt_at: delivery.next_attempt_at,
    }
}

pub fn attempt_row(attempt: webhook_attempts::Model) -> AttemptRow {
    AttemptRow {
        number: attempt.number,
        at: attempt.started_at,
        took_ms: attempt.took_ms,
        http_status: attempt.response_status,
        failure: attempt.failure.as_deref().map(AttemptFailure::from_word),
        has_answer: attempt.response_status.is_some(),
        request_headers: laid_out(&attempt.request_headers),
        response_body: attempt.response_body,
    }
}
