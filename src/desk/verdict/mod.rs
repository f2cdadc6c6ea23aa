//! The verdict on one transfer, for staff with a caller on the line: whether money moved, why we think so, what happens
//! next and when, and what callers ask about.
//!
//! ```text
//!  case.rs       all that is known of it, read in a bounded number of queries
//!    │
//!    ├─▶ story.rs      the one sentence, its moment and until when it holds
//!    ├─▶ evidence.rs   why we think so, each with its time          (said.rs: the closed set of what may be said)
//!    ├─▶ next.rs       what happens next, and when
//!    ├─▶ twice.rs      another payment that looks like this one
//!    └─▶ back.rs       what was given back, and when it is usually seen
//! ```
//! Nothing is decided here and nothing is written: the states were proven by `transfers/`, and this says what they rest
//! on. Money that may have moved is told as unknown, never as a guess.

pub mod back;
pub mod case;
pub mod evidence;
pub mod next;
pub mod said;
pub mod story;
pub mod twice;

#[cfg(test)]
mod fixtures;

use chrono::{DateTime, TimeDelta, Utc};

use crate::bank::maintenance::Windows;
use crate::config::Settings;
use crate::models::kinds::MoneyMoved;

use back::Back;
use case::Case;
use evidence::Evidence;
use next::Next;
use story::Story;
use twice::Twice;

/// What the installation says of its bank and of its own patience.
#[derive(Clone, Copy, Debug)]
pub struct Terms<'a> {
    pub windows: &'a Windows,
    /// After so long an unknown transfer is handed to a person.
    pub give_up: TimeDelta,
}

impl<'a> Terms<'a> {
    #[must_use]
    pub fn of(settings: &Settings, windows: &'a Windows) -> Self {
        Self {
            windows,
            give_up: TimeDelta::seconds(settings.inquiry.give_up_secs),
        }
    }

    /// The end of the maintenance that the bank is in at this moment.
    fn maintenance_ends(&self, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.windows.ends(at)
    }
}

/// What staff are told of one transfer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    pub moved: MoneyMoved,
    pub story: Story,
    /// The moment that the story tells of.
    pub when: DateTime<Utc>,
    /// When what comes next comes, where that is known.
    pub until: Option<DateTime<Utc>>,
    /// Newest first.
    pub evidence: Vec<Evidence>,
    /// Soonest first.
    pub next: Vec<Next>,
    /// Of a payment that another one looks like.
    pub twice: Option<Twice>,
    /// Of a payment with refunds, or of a refund that the bank took.
    pub back: Option<Back>,
}

impl Verdict {
    #[must_use]
    pub fn of(case: &Case, terms: Terms<'_>, now: DateTime<Utc>) -> Self {
        let next = next::of(case, terms, now);
        let story = Story::of(case, terms, now);
        Self {
            moved: case.transfer.state.money_moved(),
            story,
            when: story::when(case),
            until: story::until(story, &next, terms, now),
            evidence: evidence::of(case, now),
            next,
            twice: twice::of(case),
            back: back::of(case, terms, now),
        }
    }
}
