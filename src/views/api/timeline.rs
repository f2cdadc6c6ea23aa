//! One event of a transfer's history, as a partner reads it.

use chrono::{DateTime, FixedOffset};
use serde::Serialize;
use serde_json::{Map, Value};

use super::shown;
use crate::models::kinds::{Actor, EventType, TransferState};
use crate::models::transfer_events;

#[derive(Serialize)]
pub struct TimelineEntry {
    at: DateTime<FixedOffset>,
    r#type: EventType,
    version: i64,
    status: TransferState,
    actor: Actor,
    detail: Map<String, Value>,
}

impl TimelineEntry {
    /// # Errors
    /// When the stored detail is not what we stored.
    pub fn new(event: &transfer_events::Model) -> Result<Self, serde_json::Error> {
        let detail = event.detail.as_deref().map(serde_json::from_str).transpose()?;
        let mut detail: Map<String, Value> = detail.unwrap_or_default();
        // Who of our staff decided, and on what grounds, is not the partner's.
        detail.remove("staff");
        Ok(Self {
            at: shown(event.at),
            r#type: event.event_type,
            version: event.version,
            status: event.state,
            actor: event.actor,
            detail,
        })
    }
}
