//! What happened to a transfer, event by event and call by call, in the order of time.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::exchange::laid_out;
use crate::{
    bank::Proof,
    models::kinds::{Actor, EventType, TransferState},
    views::words::{BankCode, CallOutcome, Operation},
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
    /// Of the member of staff who did it.
    pub staff_name: Option<String>,
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
            outcome: match (operation, outcome) {
                (Operation::Inquire, CallOutcome::Succeeded) => CallOutcome::Answered,
                _ => outcome,
            },
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
    /// The moment and, within it, the order of work: a claim is committed before its call, and settled after it.
    const fn order(&self) -> (DateTime<Utc>, u8) {
        match self {
            Self::Event(event) => match event.event {
                EventType::Created | EventType::Claimed => (event.at, 0),
                _ => (event.at, 2),
            },
            Self::Call(call) => (call.at, 1),
        }
    }
}

/// Events and calls in one line of time.
#[must_use]
pub fn interleave(events: Vec<CsEvent>, calls: Vec<CsCall>) -> Vec<Entry> {
    let mut story: Vec<Entry> = events
        .into_iter()
        .map(Entry::Event)
        .chain(calls.into_iter().map(Entry::Call))
        .collect();
    story.sort_by_key(Entry::order);
    story
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};

    use super::{CallFacts, CsCall, CsEvent, Entry, interleave};
    use crate::{
        models::kinds::{Actor, EventType, TransferState},
        views::words::{CallOutcome, Operation},
    };

    fn event(event: EventType) -> CsEvent {
        CsEvent {
            at: DateTime::<Utc>::UNIX_EPOCH,
            event,
            status: TransferState::Executing,
            previous_status: None,
            actor: Actor::Worker,
            staff_name: None,
            detail: None,
            version: 1,
        }
    }

    #[test]
    fn a_call_stands_between_the_claim_and_what_came_of_it_even_within_one_moment() {
        let events = vec![event(EventType::Succeeded), event(EventType::Claimed)];
        let call = CsCall::new(Operation::Withdraw, CallOutcome::Succeeded, CallFacts::default());
        let story = interleave(events, vec![call]);
        let shape: Vec<_> = story
            .iter()
            .map(|entry| match entry {
                Entry::Event(event) => Some(event.event),
                Entry::Call(_) => None,
            })
            .collect();
        assert_eq!(shape, [Some(EventType::Claimed), None, Some(EventType::Succeeded)]);
    }

    #[test]
    fn an_inquiry_that_was_answered_does_not_look_like_success() {
        let call = CsCall::new(Operation::Inquire, CallOutcome::Succeeded, CallFacts::default());
        assert_eq!(call.outcome, CallOutcome::Answered);
    }
}
