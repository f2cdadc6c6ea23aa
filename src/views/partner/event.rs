//! `/partner/events/{id}`: one event, as it is sent, and how sending it stands.

use serde::Serialize;

use super::events::EventRow;
use super::payment::DeliveryLine;
use crate::views::{cs::exchange::laid_out, example, page::Page};

/// `GET /partner/events/{id}`.
#[derive(Clone, Debug, Serialize)]
pub struct EventDetail {
    pub event: EventRow,
    /// Where the thing itself has a page: `/partner/payments/pay_…`.
    pub subject_path: Option<String>,
    /// The stored snapshot, laid out for reading.
    pub snapshot: String,
    pub deliveries: Vec<DeliveryLine>,
}

impl EventDetail {
    #[must_use]
    pub fn new(event: EventRow, subject_path: Option<String>, snapshot: &str, deliveries: Vec<DeliveryLine>) -> Self {
        Self {
            event,
            subject_path,
            snapshot: laid_out(snapshot),
            deliveries,
        }
    }
}

impl Page for EventDetail {
    const TEMPLATE: &'static str = "partner/event.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let snapshot = serde_json::json!({ "id": example::PAYMENT_ID, "description": example::HOSTILE }).to_string();
        let mut events = EventRow::examples().into_iter();
        let mut event = |path: Option<&str>, deliveries| {
            let path = path.map(str::to_owned);
            events.next().map(|event| Self::new(event, path, &snapshot, deliveries))
        };
        let told = event(Some("/partner/payments/pay_1"), DeliveryLine::examples());
        let untold = event(None, Vec::new());
        let named = [("told", told), ("told nowhere", untold)];
        named
            .into_iter()
            .filter_map(|(name, page)| page.map(|page| (name, page)))
            .collect()
    }
}
