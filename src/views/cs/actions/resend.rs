//! `/cs/payments/{id}/resend`: tell the partner again of something that happened.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::{ActionHead, Trouble, sample_paid};
use crate::{
    models::kinds::{DeliveryStatus, PartnerEventType},
    views::{
        example,
        form::{FieldErrors, FieldProblem},
        page::Page,
    },
};

/// An event that the partner was told of.
#[derive(Clone, Debug, Serialize)]
pub struct EventChoice {
    /// `evt_…`
    pub id: String,
    pub event_type: PartnerEventType,
    pub at: DateTime<Utc>,
    /// How often it was told or tried, and how the last time stands; `None` where no endpoint wants it.
    pub deliveries: usize,
    pub last: Option<DeliveryStatus>,
}

/// Its form: `POST` to its own address (`event`, `reason`, `version`, `dialog`). `?event=evt_…` chooses one beforehand.
#[derive(Clone, Debug, Serialize)]
pub struct ResendDialog {
    pub head: ActionHead,
    pub trouble: Option<Trouble>,
    /// Newest first.
    pub events: Vec<EventChoice>,
    pub event: String,
    pub reason: String,
    /// Fields: `event`, `reason`.
    pub errors: FieldErrors,
    pub longest_reason: usize,
}

impl Page for ResendDialog {
    const TEMPLATE: &'static str = "cs/action_resend.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let choice = |end: char, event_type, last: Option<DeliveryStatus>| EventChoice {
            id: format!("evt_019ac1f05d7a7b3e8c41f2a90b6d7e1{end}"),
            event_type,
            at: example::at(3),
            deliveries: usize::from(last.is_some()),
            last,
        };
        let open = Self {
            head: sample_paid(),
            trouble: None,
            events: vec![
                choice('1', PartnerEventType::PaymentRefunded, Some(DeliveryStatus::Failed)),
                choice('2', PartnerEventType::PaymentSucceeded, Some(DeliveryStatus::Delivered)),
                choice('3', PartnerEventType::PaymentUnknown, Some(DeliveryStatus::Pending)),
                choice('4', PartnerEventType::PaymentNeedsReview, None),
            ],
            event: "evt_019ac1f05d7a7b3e8c41f2a90b6d7e11".to_owned(),
            reason: String::new(),
            errors: FieldErrors::new(),
            longest_reason: 500,
        };
        let refused = Self {
            event: String::new(),
            reason: example::HOSTILE.to_owned(),
            errors: FieldErrors::from([("event", FieldProblem::ChoiceNeeded), ("reason", FieldProblem::TooLong)]),
            ..open.clone()
        };
        let nothing = Self {
            trouble: Some(Trouble::NothingTold),
            events: Vec::new(),
            ..open.clone()
        };
        vec![("open", open), ("refused", refused), ("nothing told", nothing)]
    }
}
