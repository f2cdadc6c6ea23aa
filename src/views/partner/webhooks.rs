//! `/partner/webhooks`: where the partner is told, and how each place stands.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::{
    models::kinds::{EndpointStatus, PartnerEventType, PausedReason},
    views::{example, page::Page},
};

/// `GET /partner/webhooks`.
#[derive(Clone, Debug, Serialize)]
pub struct EndpointList {
    pub endpoints: Vec<EndpointRow>,
    pub most: u64,
    pub is_full: bool,
}

#[derive(Clone, Debug, Serialize)]
pub struct EndpointRow {
    /// `whe_…`.
    pub id: String,
    pub url: String,
    pub description: String,
    /// Empty: all.
    pub event_types: Vec<PartnerEventType>,
    pub status: EndpointStatus,
    pub paused_reason: Option<PausedReason>,
    /// Attempts that failed since one did not.
    pub failures: i64,
    pub failing_since: Option<DateTime<Utc>>,
    pub version: i64,
    /// While the secret before signs as well.
    pub previous_secret_ends_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
}

impl EndpointRow {
    pub(super) fn example() -> Self {
        Self {
            id: "whe_019ac1f05d7a7b3e8c41f2a90b6d7e10".to_owned(),
            url: "https://shop.example/hooks/naru".to_owned(),
            description: "주문 서버".to_owned(),
            event_types: Vec::new(),
            status: EndpointStatus::Active,
            paused_reason: None,
            failures: 0,
            failing_since: None,
            version: 3,
            previous_secret_ends_at: None,
            created_at: example::at(0),
        }
    }

    /// One in each state.
    pub(in crate::views) fn examples() -> Vec<Self> {
        let paused = |reason| Self {
            status: EndpointStatus::Paused,
            paused_reason: Some(reason),
            ..Self::example()
        };
        let failing = Self {
            description: example::HOSTILE.to_owned(),
            url: format!("https://shop.example/{}", "a-long-way/".repeat(12)),
            event_types: vec![PartnerEventType::PaymentSucceeded, PartnerEventType::RefundFailed],
            failures: 7,
            failing_since: Some(example::at(60)),
            previous_secret_ends_at: Some(example::at(86_400)),
            ..Self::example()
        };
        vec![
            Self::example(),
            failing,
            paused(PausedReason::ByPartner),
            paused(PausedReason::Gone),
        ]
    }
}

impl Page for EndpointList {
    const TEMPLATE: &'static str = "partner/webhooks.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let list = |endpoints, is_full| Self {
            endpoints,
            most: 20,
            is_full,
        };
        vec![
            ("none", list(Vec::new(), false)),
            ("every state", list(EndpointRow::examples(), false)),
            ("full", list(EndpointRow::examples(), true)),
        ]
    }
}
