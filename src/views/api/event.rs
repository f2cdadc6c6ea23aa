//! One thing that happened, as a partner is told it and as it reads it: the same body in both.

use chrono::{DateTime, FixedOffset};
use serde::Serialize;
use serde_json::value::RawValue;

use super::shown;
use crate::ids::Prefix;
use crate::models::kinds::PartnerEventType;
use crate::models::partner_events;

#[derive(Serialize)]
pub struct EventBody {
    id: String,
    r#type: PartnerEventType,
    created_at: DateTime<FixedOffset>,
    version: i64,
    previous_status: String,
    /// The thing at this version, as the API showed it then, letter for letter.
    data: Box<RawValue>,
}

impl EventBody {
    /// Made of the stored row alone, so that it is the same however often it is made.
    ///
    /// # Errors
    /// When the stored snapshot is not what we stored.
    pub fn new(event: &partner_events::Model) -> Result<Self, serde_json::Error> {
        Ok(Self {
            id: Self::shown_id(event),
            r#type: event.event_type,
            created_at: shown(event.created_at),
            version: event.version,
            previous_status: event.previous_status.clone(),
            data: RawValue::from_string(event.snapshot.clone())?,
        })
    }

    #[must_use]
    pub fn shown_id(event: &partner_events::Model) -> String {
        Prefix::Event.show(event.id.0)
    }
}
