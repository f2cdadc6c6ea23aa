//! An endpoint for webhooks, as its partner reads it. Its secret is not in it.

use chrono::{DateTime, FixedOffset};
use serde::Serialize;

use super::{shown, shown_if};
use crate::ids::Prefix;
use crate::models::kinds::{EndpointStatus, Mode, PausedReason};
use crate::models::webhook_endpoints;

#[derive(Serialize)]
pub struct EndpointBody {
    id: String,
    object: &'static str,
    url: String,
    description: String,
    /// Empty: all.
    event_types: Vec<String>,
    status: EndpointStatus,
    paused_reason: Option<PausedReason>,
    version: i64,
    /// Attempts that failed since one did not.
    failures: i64,
    failing_since: Option<DateTime<FixedOffset>>,
    previous_secret_ends_at: Option<DateTime<FixedOffset>>,
    created_at: DateTime<FixedOffset>,
    updated_at: DateTime<FixedOffset>,
    livemode: bool,
}

impl EndpointBody {
    #[must_use]
    pub fn new(endpoint: &webhook_endpoints::Model) -> Self {
        let words = endpoint.event_types.split(',').filter(|word| !word.is_empty());
        Self {
            id: Prefix::Endpoint.show(endpoint.id.0),
            object: "webhook_endpoint",
            url: endpoint.url.clone(),
            description: endpoint.description.clone(),
            event_types: words.map(str::to_owned).collect(),
            status: endpoint.status,
            paused_reason: endpoint.paused_reason,
            version: endpoint.version,
            failures: endpoint.failures,
            failing_since: shown_if(endpoint.failing_since),
            previous_secret_ends_at: shown_if(endpoint.previous_ends_at),
            created_at: shown(endpoint.created_at),
            updated_at: shown(endpoint.updated_at),
            livemode: endpoint.mode == Mode::Live,
        }
    }
}
