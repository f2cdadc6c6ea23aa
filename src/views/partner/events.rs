//! `/partner/events`: what the partner was told, or would have been.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::{
    models::kinds::PartnerEventType,
    views::{
        example,
        form::{FieldErrors, FieldProblem},
        page::Page,
        paging::Paging,
    },
};

/// `GET /partner/events`.
#[derive(Clone, Debug, Serialize)]
pub struct EventList {
    /// The word of the filter as it came; empty: all.
    pub kind: String,
    /// Fields: `type`, `cursor`.
    pub errors: FieldErrors,
    pub events: Vec<EventRow>,
    pub paging: Paging,
    pub as_of: DateTime<Utc>,
    types: &'static [PartnerEventType],
}

#[derive(Clone, Debug, Serialize)]
pub struct EventRow {
    /// `evt_…`.
    pub id: String,
    pub event_type: PartnerEventType,
    /// The payment, refund, mandate or checkout: `pay_…`.
    pub subject_id: String,
    pub previous_status: String,
    pub version: i64,
    pub at: DateTime<Utc>,
}

impl EventList {
    #[must_use]
    pub fn new(kind: String, errors: FieldErrors, events: Vec<EventRow>, paging: Paging, as_of: DateTime<Utc>) -> Self {
        Self {
            kind,
            errors,
            events,
            paging,
            as_of,
            types: PartnerEventType::ALL,
        }
    }
}

impl EventRow {
    /// One of every type, for samples.
    pub(super) fn examples() -> Vec<Self> {
        let row = |(place, event_type): (i64, &PartnerEventType)| Self {
            id: format!("evt_019ac1f05d7a7b3e8c41f2a90b6d7e{place:02}"),
            event_type: *event_type,
            subject_id: if event_type.as_str().starts_with("payment") {
                example::PAYMENT_ID.to_owned()
            } else {
                "man_019ac1f05d7a7b3e8c41f2a90b6d7e10".to_owned()
            },
            previous_status: if place == 2 { example::HOSTILE } else { "executing" }.to_owned(),
            version: place + 1,
            at: example::at(place),
        };
        (0..).zip(PartnerEventType::ALL).map(row).collect()
    }
}

impl Page for EventList {
    const TEMPLATE: &'static str = "partner/events.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let list =
            |kind: &str, errors, events, paging| Self::new(kind.to_owned(), errors, events, paging, example::at(90));
        let middle = Paging::new("/partner/events", &[], Some("b"), Some("c"));
        let errors = FieldErrors::from([
            ("type", FieldProblem::ChoiceUnknown),
            ("cursor", FieldProblem::CursorUnknown),
        ]);
        let none = Paging::default;
        vec![
            ("none yet", list("", FieldErrors::new(), Vec::new(), none())),
            ("every type", list("", FieldErrors::new(), EventRow::examples(), middle)),
            (
                "none of a type",
                list("refund.failed", FieldErrors::new(), Vec::new(), none()),
            ),
            ("type unknown", list(example::HOSTILE, errors, Vec::new(), none())),
        ]
    }
}
