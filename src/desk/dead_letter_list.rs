//! Dead letters, a page of a queue at a time, as far as a page may reach.
//!
//! The broker keeps them, and has no order of its own for what was looked at before. So each page looks at all that its
//! queue gives, [`REACHED`] letters at most, which is where the pages end; all are counted.

use std::collections::HashSet;

use futures::future::try_join_all;

use crate::relay::dead::{self, DeadLetter, REACHED};
use crate::relay::{Broker, BrokerError, Queue};

/// Letters of a page of one queue.
pub const SHOWN: usize = 50;

/// Where a page of a queue begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub queue: Queue,
    /// Letters before it.
    pub before: usize,
}

impl Place {
    const fn first(queue: Queue) -> Self {
        Self { queue, before: 0 }
    }

    fn next(self) -> Option<Self> {
        let before = self.before + SHOWN;
        (before < REACHED).then_some(Self { before, ..self })
    }

    #[must_use]
    pub fn shown(self) -> String {
        format!("{}.{}", self.queue.word(), self.before)
    }

    /// The place of a text; `None` when no page begins there.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (queue, before) = text.split_once('.')?;
        let place = Self {
            queue: Queue::parse(queue)?,
            before: before.parse().ok()?,
        };
        let is_one = place.before > 0 && place.before < REACHED && place.before.is_multiple_of(SHOWN);
        is_one.then_some(place)
    }
}

/// A page of one queue.
pub struct LetterPage {
    pub place: Place,
    /// All that lie in the queue.
    pub count: u64,
    /// Those that were looked at; what says the same is one to a person.
    pub looked_at: usize,
    pub letters: Vec<DeadLetter>,
    pub next: Option<Place>,
}

/// One page of a queue, or the first one of each.
///
/// # Errors
/// When the broker refuses, or does not answer in time.
pub async fn list(broker: &Broker, place: Option<Place>) -> Result<Vec<LetterPage>, BrokerError> {
    let places = place.map_or_else(|| Queue::ALL.map(Place::first).to_vec(), |place| vec![place]);
    try_join_all(places.into_iter().map(|place| page(broker, place))).await
}

async fn page(broker: &Broker, place: Place) -> Result<LetterPage, BrokerError> {
    let some = place.before..place.before + SHOWN;
    let (count, mut letters) = dead::look(broker, place.queue, some.clone()).await?;
    let looked_at = letters.len();
    let count = u64::from(count);
    let is_more = looked_at == SHOWN && count > u64::try_from(some.end).unwrap_or(u64::MAX);
    let mut seen = HashSet::new();
    letters.retain(|letter| seen.insert(letter.id));
    Ok(LetterPage {
        place,
        count,
        looked_at,
        letters,
        next: place.next().filter(|_| is_more),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_begins_where_another_ends_and_within_reach() {
        let second = Place::first(Queue::Refunds).next();
        assert_eq!(second.map(Place::shown).as_deref(), Some("refunds.50"));
        assert_eq!(Place::parse("refunds.50"), second);
        for other in [
            "",
            "refunds",
            "refunds.",
            "refunds.0",
            "refunds.7",
            "refunds.-50",
            "refunds.1000",
            "x.50",
        ] {
            assert_eq!(Place::parse(other), None, "{other}");
        }
        let last = Place::parse("refunds.950").expect("the last one");
        assert_eq!(last.next(), None);
    }
}
