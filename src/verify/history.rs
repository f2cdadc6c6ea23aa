//! One transfer's events, one after another: each continues the one before, and together they say what the row must hold.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::flaw::Flaw;
use crate::models::kinds::{Actor, EventType};
use crate::models::{transfer_events, transfers};
use crate::transfers::{chain, state};

/// A refund as the payment's history tells of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Told {
    Reserved,
    Refunded,
}

/// What the events until now say. Whole only without a gap: [`History::is_whole`].
pub struct History {
    head: String,
    events: i64,
    whole: bool,
    begun_by: Option<Actor>,
    last: Option<transfer_events::Model>,
    claimed: Option<transfer_events::Model>,
    /// The event that led into the present state.
    entered: Option<transfer_events::Model>,
    refunds: BTreeMap<String, (Told, i64)>,
    noted_head: Option<String>,
    flaws: Vec<Flaw>,
}

impl History {
    /// Before its first event.
    #[must_use]
    pub fn of(transfer: &transfers::Model) -> Self {
        Self {
            head: chain::root(transfer),
            events: 0,
            whole: true,
            begun_by: None,
            last: None,
            claimed: None,
            entered: None,
            refunds: BTreeMap::new(),
            noted_head: None,
            flaws: Vec::new(),
        }
    }

    /// Takes the next event, in the order of versions. Heads are noted of what happened until `until`.
    pub fn add(&mut self, event: transfer_events::Model, until: DateTime<Utc>) {
        self.events += 1;
        self.begun_by.get_or_insert(event.actor);
        if self.whole && event.version != self.events {
            self.whole = false;
            self.flaws.push(Flaw::VersionGap {
                expected: self.events,
                found: Some(event.version),
            });
        }
        if self.whole {
            self.check(&event);
            self.follow_refund(&event);
        }
        // Each link is judged by the one before as it stands: a change shows once.
        self.head.clone_from(&event.hash);
        if event.at <= until {
            self.noted_head = Some(event.hash.clone());
        }
        if event.event_type == EventType::Claimed {
            self.claimed = Some(event.clone());
        }
        if self.last.as_ref().is_none_or(|last| last.state != event.state) {
            self.entered = Some(event.clone());
        }
        self.last = Some(event);
    }

    /// After the last event: what is wrong with them. What the row's version says is missing is not told of further.
    pub fn end(&mut self, row: &transfers::Model) -> Vec<Flaw> {
        if self.events == 0 {
            self.flaws.push(Flaw::VersionGap {
                expected: 1,
                found: None,
            });
        }
        self.whole = self.whole && self.last.as_ref().is_some_and(|last| last.version == row.version);
        std::mem::take(&mut self.flaws)
    }

    fn check(&mut self, event: &transfer_events::Model) {
        let version = event.version;
        if chain::next(&self.head, event) != event.hash {
            self.flaws.push(Flaw::HashDiffers { version });
        }
        let from = self.last.as_ref().map(|last| last.state);
        if event.previous_state != from.filter(|from| *from != event.state) {
            self.flaws.push(Flaw::PreviousStateDiffers { version });
        }
        if !state::may_lead(event.event_type, from, event.state) {
            self.flaws.push(Flaw::WayNotAllowed {
                version,
                event: event.event_type,
                from,
                to: event.state,
            });
        }
        if self.last.as_ref().is_some_and(|last| event.at < last.at) {
            self.flaws.push(Flaw::TimeGoesBack { version });
        }
    }

    fn follow_refund(&mut self, event: &transfer_events::Model) {
        let told = match event.event_type {
            EventType::RefundRequested => Some(Told::Reserved),
            EventType::RefundSucceeded => Some(Told::Refunded),
            EventType::RefundFailed => None,
            _ => return,
        };
        let (Some(id), Some(won)) = (word(event, "refund_id"), fact(event, "amount").as_i64()) else {
            return;
        };
        match told {
            Some(told) => self.refunds.insert(id, (told, won)),
            None => self.refunds.remove(&id),
        };
    }

    /// Who asked for the transfer: who its first event is by.
    #[must_use]
    pub const fn begun_by(&self) -> Option<Actor> {
        self.begun_by
    }

    /// Whether no event is missing, the last included once it came to its end.
    #[must_use]
    pub const fn is_whole(&self) -> bool {
        self.whole
    }

    #[must_use]
    pub fn events(&self) -> u64 {
        self.events.unsigned_abs()
    }

    #[must_use]
    pub const fn last(&self) -> Option<&transfer_events::Model> {
        self.last.as_ref()
    }

    /// The hash of the last event until the moment that was asked about.
    #[must_use]
    pub fn noted_head(&self) -> Option<&str> {
        self.noted_head.as_deref()
    }

    /// When it was claimed, and with which trace number.
    #[must_use]
    pub fn claim(&self) -> Option<(DateTime<Utc>, Option<String>)> {
        let claimed = self.claimed.as_ref()?;
        Some((claimed.at, word(claimed, "trace_number")))
    }

    /// When it came into its present state.
    #[must_use]
    pub fn entered_at(&self) -> Option<DateTime<Utc>> {
        self.entered.as_ref().map(|event| event.at)
    }

    /// Why it failed, where the event that led to its present state says so.
    #[must_use]
    pub fn failure(&self) -> Option<String> {
        word(self.entered.as_ref()?, "failure")
    }

    /// Whether a person decided how it ended.
    #[must_use]
    pub fn is_corrected(&self) -> bool {
        let entered = self.entered.as_ref();
        entered.is_some_and(|event| event.event_type == EventType::Corrected)
    }

    /// The sums of the refunds that it tells of: reserved, and given back.
    #[must_use]
    pub fn refund_sums(&self) -> (i64, i64) {
        let sum = |of: Told| -> i64 {
            let told = self.refunds.values().filter(|(told, _)| *told == of);
            told.fold(0, |sum, (_, won)| sum.saturating_add(*won))
        };
        (sum(Told::Reserved), sum(Told::Refunded))
    }
}

/// A fact of an event's detail; `Null` where there is none, or the detail was made unreadable: its hash tells of that.
fn fact(event: &transfer_events::Model, name: &str) -> Value {
    let detail = event.detail.as_deref();
    let detail: Option<Value> = detail.and_then(|detail| serde_json::from_str(detail).ok());
    detail.and_then(|detail| detail.get(name).cloned()).unwrap_or_default()
}

fn word(event: &transfer_events::Model, name: &str) -> Option<String> {
    fact(event, name).as_str().map(str::to_owned)
}
