//! What happened to a transfer, event by event and call by call, in the order of time.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::exchange::laid_out;
use crate::{
    bank::Proof,
    models::kinds::TransferState,
    views::words::{Actor, BankCode, CallOutcome, EventType, Operation},
};

/// One line of the story.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Entry {
    Event(CsEvent),
    Call(CsCall),
}

/// A row of `transfer_events`.
#[derive(Clone, Debug, Serialize)]
pub struct CsEvent {
    pub at: DateTime<Utc>,
    pub event: EventType,
    pub status: TransferState,
    pub previous_status: Option<TransferState>,
    pub actor: Actor,
    /// A note for staff, shown as it is.
    pub detail: Option<String>,
    pub version: i64,
}

/// A row of `bank_calls`.
#[derive(Clone, Debug, Serialize)]
pub struct CsCall {
    pub at: DateTime<Utc>,
    pub operation: Operation,
    pub trace_number: String,
    /// `None` while no end is stored.
    pub took_ms: Option<i64>,
    pub outcome: CallOutcome,
    pub proof: Option<Proof>,
    pub bank_code: Option<String>,
    pub http_status: Option<i64>,
    /// The stored, masked bodies, laid out for reading.
    pub request: Option<String>,
    pub response: Option<String>,
    bank_code_means: Option<BankCode>,
}

/// What a `bank_calls` row holds, for [`CsCall::new`].
#[derive(Clone, Debug, Default)]
pub struct CallFacts {
    pub trace_number: String,
    pub started_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
    pub proof: Option<Proof>,
    pub bank_code: Option<String>,
    pub http_status: Option<i64>,
    /// Masked bodies, as stored.
    pub request: Option<String>,
    pub response: Option<String>,
}

impl CsCall {
    #[must_use]
    pub fn new(operation: Operation, outcome: CallOutcome, facts: CallFacts) -> Self {
        Self {
            at: facts.started_at,
            operation,
            trace_number: facts.trace_number,
            took_ms: facts
                .ended_at
                .map(|ended| (ended - facts.started_at).num_milliseconds()),
            outcome,
            proof: facts.proof,
            bank_code_means: facts.bank_code.as_deref().map(BankCode::from_word),
            bank_code: facts.bank_code,
            http_status: facts.http_status,
            request: facts.request.as_deref().map(laid_out),
            response: facts.response.as_deref().map(laid_out),
        }
    }
}

impl Entry {
    const fn at(&self) -> DateTime<Utc> {
        match self {
            Self::Event(event) => event.at,
            Self::Call(call) => call.at,
        }
    }
}

/// Events and calls in one line of time. At the same moment an event comes first: a claim is committed before its call.
#[must_use]
pub fn interleave(events: Vec<CsEvent>, calls: Vec<CsCall>) -> Vec<Entry> {
    let mut story: Vec<Entry> = events
        .into_iter()
        .map(Entry::Event)
        .chain(calls.into_iter().map(Entry::Call))
        .collect();
    story.sort_by_key(Entry::at);
    story
}

#[cfg(test)]
mod tests {
    use super::Entry;
    use crate::{
        models::kinds::{TransferKind, TransferState},
        views::example,
    };

    #[test]
    fn a_call_stands_between_the_claim_and_what_came_of_it() {
        let story = example::story(TransferKind::Payment, TransferState::Succeeded);
        let shape: Vec<bool> = story.iter().map(|entry| matches!(entry, Entry::Call(_))).collect();
        assert_eq!(shape, [false, false, true, false]);
    }
}
