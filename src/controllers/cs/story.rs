//! The story of a transfer for staff: its events and bank calls in one line of time, their facts in plain words.

use std::collections::HashMap;

use serde_json::Value;
use uuid::Uuid;

use crate::bank::Proof;
use crate::models::{bank_calls, transfer_events};
use crate::money::Won;
use crate::views::cs::story::{CallFacts, CsCall, CsEvent, Entry, interleave};
use crate::views::filters;
use crate::views::i18n::{Language, TextArgs, text, try_text};
use crate::views::words::{CallOutcome, Operation};

/// The story, oldest first.
pub fn of(
    events: &[transfer_events::Model],
    calls: Vec<bank_calls::Model>,
    staff_names: &HashMap<Uuid, String>,
    language: Language,
) -> Vec<Entry> {
    let staff = |event| staff_of(event).and_then(|id| staff_names.get(&id).cloned());
    interleave(
        events
            .iter()
            .map(|event| shown_event(event, staff(event), language))
            .collect(),
        calls.into_iter().map(shown_call).collect(),
    )
}

/// The member of staff who made an event happen.
pub fn staff_of(event: &transfer_events::Model) -> Option<Uuid> {
    let detail: Value = serde_json::from_str(event.detail.as_deref()?).ok()?;
    detail.get("staff")?.get("id")?.as_str()?.parse().ok()
}

fn shown_event(event: &transfer_events::Model, staff_name: Option<String>, language: Language) -> CsEvent {
    CsEvent {
        staff_name,
        at: event.at,
        event: event.event_type,
        status: event.state,
        previous_status: event.previous_state,
        actor: event.actor,
        detail: event.detail.as_deref().and_then(|detail| sentence(detail, language)),
        version: event.version,
    }
}

/// The facts of an event that say more than its type. A word without a text is left out, not shown raw.
fn sentence(detail: &str, language: Language) -> Option<String> {
    let detail: Value = serde_json::from_str(detail).ok()?;
    let facts = detail.get("late_answer").unwrap_or(&detail);
    let mut parts = Vec::new();
    for name in ["result", "why", "reason"] {
        if let Some(word) = facts.get(name).and_then(Value::as_str) {
            let key = format!(
                "detail-{name}-{}",
                word.trim_end_matches(|c: char| c.is_ascii_digit() || c == '_')
            );
            parts.extend(try_text(language, &key, &TextArgs::new()).ok());
        }
    }
    if let Some(amount) = facts.get("amount").and_then(Value::as_i64) {
        parts.push(filters::won(Won::new(amount).get(), language));
    }
    if let Some(refund) = facts.get("refund_id").and_then(Value::as_str) {
        parts.push(filters::short_id(refund));
    }
    if let Some(staff) = facts.get("staff") {
        for (name, key) in [("reason", "detail-staff-reason"), ("evidence", "detail-staff-evidence")] {
            if let Some(said) = staff.get(name).and_then(Value::as_str) {
                parts.push(format!("{}: {said}", text(language, key, &TextArgs::new())));
            }
        }
    }
    (!parts.is_empty()).then(|| parts.join(" · "))
}

fn shown_call(call: bank_calls::Model) -> CsCall {
    let outcome = call
        .outcome
        .as_deref()
        .map_or(CallOutcome::Open, CallOutcome::from_word);
    let facts = CallFacts {
        trace_number: call.trace_number,
        started_at: call.started_at,
        ended_at: call.ended_at,
        proof: call.proof.as_deref().and_then(Proof::parse),
        bank_code: call.bank_code,
        http_status: call.http_status,
        request: call.request,
        response: call.response,
    };
    CsCall::new(Operation::from_word(&call.operation), outcome, facts)
}
