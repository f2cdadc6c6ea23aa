//! Rows of the domain as the console shows them.

use chrono::{DateTime, Utc};

use crate::controllers::web::rows::{shown_id, transfer_row};
use crate::ids::Prefix;
use crate::members::history::Entry;
use crate::models::kinds::{PartnerEventType, Scope};
use crate::models::{partner_events, partner_keys, transfers};
use crate::partners::{audit, events, key_list};
use crate::views::partner::deeds::DeedRow;
use crate::views::partner::events::EventRow;
use crate::views::partner::keys::{KeyRow, KeyState};
use crate::views::partner::payment::DeliveryLine;
use crate::views::transfer::TransferRow;

/// The words of scopes that a key has.
pub fn scopes_of(key: &partner_keys::Model) -> Vec<Scope> {
    key.scopes.split(',').filter_map(Scope::parse).collect()
}

pub fn key_row(key: partner_keys::Model, now: DateTime<Utc>) -> KeyRow {
    let scopes = scopes_of(&key);
    KeyRow {
        id: Prefix::Key.show(key.id.0),
        state: match key.ends_at {
            None => KeyState::Active,
            Some(_) if key_list::is_living(&key, now) => KeyState::Ending,
            Some(_) => KeyState::Ended,
        },
        has_all_scopes: Scope::ALL.iter().all(|scope| scopes.contains(scope)),
        scopes,
        name: key.name,
        hint: key.hint,
        created_at: key.created_at,
        last_used_at: key.last_used_at,
        ends_at: key.ends_at,
    }
}

pub fn deed_row(entry: audit::Entry) -> DeedRow {
    DeedRow {
        deed: entry.row.deed,
        subject: entry.row.subject,
        actor_name: entry.actor_name,
        at: entry.row.at,
    }
}

/// A transfer in the partner's own list, where its name says nothing.
pub fn payment_row(transfer: transfers::Model) -> TransferRow {
    transfer_row(Entry {
        transfer,
        partner_name: String::new(),
    })
}

/// The id of what an event is about, as the outside sees it.
pub fn subject_id(event: &partner_events::Model) -> String {
    subject_prefix(event.event_type).show(event.subject_id)
}

pub fn event_row(event: &partner_events::Model) -> EventRow {
    EventRow {
        id: Prefix::Event.show(event.id.0),
        event_type: event.event_type,
        subject_id: subject_id(event),
        previous_status: event.previous_status.clone(),
        version: event.version,
        at: event.created_at,
    }
}

/// Where the thing of an event has a page; a refund is on its payment's.
pub fn subject_path(event: &partner_events::Model) -> Option<String> {
    match subject_prefix(event.event_type) {
        Prefix::Payment | Prefix::Refund => Some(format!("{}/{}", super::payments::PATH, subject_id(event))),
        Prefix::Endpoint => Some(format!("{}/{}", super::webhooks::PATH, subject_id(event))),
        _ => None,
    }
}

const fn subject_prefix(event_type: PartnerEventType) -> Prefix {
    use PartnerEventType as Told;
    match event_type {
        Told::PaymentSucceeded
        | Told::PaymentFailed
        | Told::PaymentUnknown
        | Told::PaymentNeedsReview
        | Told::PaymentCanceled
        | Told::PaymentExpired
        | Told::PaymentRefunded
        | Told::PaymentCorrected => Prefix::Payment,
        Told::RefundSucceeded | Told::RefundFailed | Told::RefundUnknown | Told::RefundNeedsReview => Prefix::Refund,
        Told::MandateActivated | Told::MandateRevoked => Prefix::Mandate,
        Told::CheckoutCompleted | Told::CheckoutExpired => Prefix::Checkout,
        Told::EndpointTest => Prefix::Endpoint,
    }
}

pub fn delivery_line(told: events::Told) -> DeliveryLine {
    DeliveryLine {
        id: Prefix::Delivery.show(told.delivery.id.0),
        endpoint_id: Prefix::Endpoint.show(told.delivery.endpoint_id.0),
        url: told.url,
        status: told.delivery.status,
        attempts: told.delivery.attempts,
        is_repeat: told.delivery.repeats_id.is_some(),
        next_attempt_at: told.delivery.next_attempt_at,
        ended_at: told.delivery.ended_at,
    }
}

/// The address of a payment's page.
pub fn payment_path(payment: &transfers::Model) -> String {
    format!("{}/{}", super::payments::PATH, shown_id(payment))
}
