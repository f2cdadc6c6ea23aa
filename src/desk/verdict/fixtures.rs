//! Transfers that do not exist, for the tests of the verdict.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use super::Terms;
use super::case::{Case, More};
use crate::bank::maintenance::Windows;
use crate::ids::{AccountId, BankCallId, EventId, PartnerId, TransferId, UserId};
use crate::models::kinds::{Actor, EventType, TransferKind, TransferState};
use crate::models::{bank_calls, transfer_events, transfers};
use crate::money::Won;
use crate::transfers::policy::{Parties, queued};

/// So many seconds after the beginning of time.
pub(super) fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds)
}

static NEVER: Windows = Windows::regular(Vec::new());

/// A bank that never sleeps and three days of patience.
pub(super) const TERMS: Terms<'static> = Terms {
    windows: &NEVER,
    give_up: TimeDelta::days(3),
};

/// A transfer of 12,300 won that was sent a second after it was accepted, and is in this state since the third.
pub(super) fn transfer(kind: TransferKind, state: TransferState) -> transfers::Model {
    let parties = Parties {
        partner_id: PartnerId::new(),
        member_id: UserId::new(),
        account_id: AccountId::new(),
    };
    transfers::Model {
        state,
        order_id: Some("order-1".to_owned()),
        executed_at: Some(at(1)),
        updated_at: at(3),
        settled_at: state.is_final().then(|| at(3)),
        ..queued(kind, Won::new(12_300), at(0), parties)
    }
}

/// A payment in a state, with nothing beside it.
pub(super) fn case(state: TransferState) -> Case {
    Case {
        transfer: transfer(TransferKind::Payment, state),
        events: Vec::new(),
        proofs: Vec::new(),
        calls: Vec::new(),
        refunds: Vec::new(),
        payment: None,
        of_order: Vec::new(),
        alike: Vec::new(),
        more: More::default(),
    }
}

/// An event that led to a state.
pub(super) fn event(
    event_type: EventType,
    state: TransferState,
    actor: Actor,
    seconds: i64,
    detail: &Value,
) -> transfer_events::Model {
    let leads = !matches!(event_type, EventType::Created | EventType::Inquired | EventType::Note);
    transfer_events::Model {
        id: EventId::new(),
        transfer_id: TransferId::new(),
        member_id: UserId::new(),
        version: seconds,
        at: at(seconds),
        event_type,
        state,
        previous_state: leads.then_some(TransferState::Executing),
        actor,
        detail: Some(detail.to_string()),
        hash: String::new(),
    }
}

pub(super) fn call(operation: &str, seconds: i64) -> bank_calls::Model {
    bank_calls::Model {
        id: BankCallId::new(),
        transfer_id: None,
        account_id: None,
        operation: operation.to_owned(),
        trace_number: String::new(),
        trace_date: String::new(),
        attempt: 1,
        started_at: at(seconds),
        ended_at: None,
        proof: None,
        outcome: None,
        bank_code: None,
        http_status: None,
        request: None,
        response: None,
    }
}
