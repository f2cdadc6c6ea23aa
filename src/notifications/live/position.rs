//! Where a stream stands: the newest event that it told, and which others of the moments before. It is the stream's `id:`.
//!
//! ```text
//!   evt_0199…77                    the newest one told, or the moment at which the stream began
//!   evt_0199…77.1a2b3c4d.5e6f7081  and the ends of the ids of those told within the twenty seconds before it
//!   evt_0199…77.more               more than an id can name
//! ```
//!
//! Ids are in the order in which they were made, and commits nearly: one that commits late is not in the list.

use std::collections::VecDeque;
use std::fmt::Write as _;

use uuid::Uuid;

use crate::ids::{EventId, Prefix};

/// Within which transactions that began in one order may commit in another, and clocks of machines differ.
pub const SLACK_MS: u64 = 20_000;
/// As many as a stream's id names.
pub const NAMED: usize = 40;
const KEPT: usize = 3 * NAMED;
const MORE: &str = "more";

/// A page is told again what happened so shortly before it was made: its reading of the database may not have seen it, for
/// an id is made before its transaction waits for a lock, and by another machine's clock.
const PAGE_SLACK_MS: u64 = 10_000;

/// What a page brings that was made now: from where on it is told.
#[must_use]
pub fn of_page() -> String {
    Prefix::Event.show(before(EventId::new(), PAGE_SLACK_MS).0)
}

/// What [`of_page`] made.
#[must_use]
pub fn parse_page(text: &str) -> Option<EventId> {
    Prefix::Event.parse(text).map(EventId)
}

/// Where a stream stands while it runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Position {
    newest: EventId,
    /// Told, within the slack before the newest; in the order of telling.
    told: VecDeque<EventId>,
    /// One that is too many to be kept.
    forgotten: Option<EventId>,
}

/// Where a stream stood, as a client brings it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Brought {
    newest: EventId,
    ends: Vec<u32>,
}

impl Position {
    /// Of a stream that begins now, after these.
    #[must_use]
    pub fn begin(now: EventId, before: impl IntoIterator<Item = EventId>) -> Self {
        let mut position = Self {
            newest: now,
            told: VecDeque::new(),
            forgotten: None,
        };
        for event in before {
            position.keep(event);
        }
        position
    }

    /// Of a stream that goes on, with what was told of it by now.
    #[must_use]
    pub fn go_on(brought: &Brought, told: impl IntoIterator<Item = EventId>) -> Self {
        Self::begin(brought.newest, told)
    }

    #[must_use]
    pub fn has_told(&self, event: EventId) -> bool {
        self.told.contains(&event)
    }

    pub fn tell(&mut self, event: EventId) {
        self.newest = self.newest.max(event);
        self.keep(event);
        let since = self.since();
        self.told.retain(|told| *told >= since);
    }

    fn keep(&mut self, event: EventId) {
        self.told.push_back(event);
        if self.told.len() > KEPT {
            self.forgotten = self.forgotten.max(self.told.pop_front());
        }
    }

    /// From where on a look for the missed ones begins.
    #[must_use]
    pub fn since(&self) -> EventId {
        slack_before(self.newest)
    }

    /// Whether all that was told since then is known.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        self.forgotten.is_none_or(|event| event < self.since())
    }

    /// The stream's `id:`.
    #[must_use]
    pub fn show(&self) -> String {
        let mut text = Prefix::Event.show(self.newest.0);
        let others = || self.told.iter().filter(|event| **event != self.newest);
        if !self.is_exact() || others().count() > NAMED {
            text.push('.');
            text.push_str(MORE);
            return text;
        }
        for event in others() {
            // Writing into a text never fails.
            write!(text, ".{:08x}", end_of(*event)).ok();
        }
        text
    }
}

impl Brought {
    /// What a client brings; `None` where it is none of ours, names too many, or is of a time that has not come.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('.');
        let newest = EventId(Prefix::Event.parse(parts.next()?)?);
        let ends: Vec<u32> = parts.map(end).collect::<Option<_>>()?;
        let is_past = millis(newest)? <= millis(EventId::new())? + SLACK_MS;
        (ends.len() <= NAMED && is_past).then_some(Self { newest, ends })
    }

    #[must_use]
    pub fn since(&self) -> EventId {
        slack_before(self.newest)
    }

    /// Whether the client was told of this event.
    #[must_use]
    pub fn has_told(&self, event: EventId) -> bool {
        event == self.newest || self.ends.contains(&end_of(event))
    }
}

fn end(text: &str) -> Option<u32> {
    let is_ours = text.len() == 8 && text.bytes().all(|digit| digit.is_ascii_hexdigit());
    is_ours.then(|| u32::from_str_radix(text, 16).ok()).flatten()
}

/// The last four bytes, which are random.
fn end_of(event: EventId) -> u32 {
    let [.., a, b, c, d] = event.0.into_bytes();
    u32::from_be_bytes([a, b, c, d])
}

/// Of the moment in the id; `None` where it has none.
fn millis(event: EventId) -> Option<u64> {
    (event.0.get_version_num() == 7).then(|| u64::try_from(event.0.as_u128() >> 80).unwrap_or(u64::MAX))
}

fn slack_before(event: EventId) -> EventId {
    before(event, SLACK_MS)
}

/// The lowest id of the moment that is so long before an event.
fn before(event: EventId, by_ms: u64) -> EventId {
    let millis = millis(event).unwrap_or_default().saturating_sub(by_ms);
    EventId(Uuid::from_u128(u128::from(millis) << 80))
}

#[cfg(test)]
mod tests;
