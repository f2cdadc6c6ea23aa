//! Webhooks: what happened is told to partners' endpoints, at least once each, in order for each payment.
//!
//! ```text
//!  outbox ──▶ partner_events ── sequence ──▶ a place in the one order + a row of webhook_deliveries for each endpoint
//!                                                                      │
//!               the partner ◀── POST, signed ── deliver ◀── lanes ◀────┘   one lane an endpoint, a few attempts in each
//!                    ▲                            │
//!                    └── GET /events: feed        └──▶ webhook_attempts: before and after each attempt
//! ```
//!
//! A delivery's row is its job: whoever claims it by compare-and-set makes the attempt, and its lease gives it back when
//! the process dies. So an endpoint may be told twice and is never forgotten; the event's id, which stays the same on
//! every attempt, says what was told before.

mod asker;
mod client;
mod deliver;
pub mod due;
pub mod endpoint_change;
pub mod endpoints;
mod error;
pub mod feed;
pub mod lanes;
pub mod log;
mod lookup;
mod outcome;
pub mod past;
pub mod redeliver;
pub mod schedule;
pub mod secrets;
pub mod sequence;
pub mod sign;
pub mod target;
pub mod trial;

use std::sync::Arc;

use tokio::sync::Notify;

pub use asker::Asker;
pub use client::Failure;
pub use error::WebhookError;
pub use lookup::{Lookup, LookupFn};
pub use outcome::{ATTEMPT_OUTCOMES, Outcome};

use crate::config::webhooks::WebhookSettings;
use crate::ids::PartnerId;
use crate::models::kinds::Mode;

/// Whose endpoints, deliveries and events: a partner's in one mode. Another's do not exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Owner {
    pub partner_id: PartnerId,
    pub mode: Mode,
}

/// What a process needs to tell partners: its client, and what wakes those who work.
#[derive(Clone)]
pub struct Webhooks {
    client: client::Client,
    /// There may be events without a place.
    news: Arc<Notify>,
    /// There may be deliveries that are due.
    due: Arc<Notify>,
}

impl Webhooks {
    /// # Errors
    /// When the HTTP client cannot be made.
    pub fn new(settings: &WebhookSettings, lookup: Lookup) -> Result<Self, client::ClientError> {
        Ok(Self {
            client: client::Client::new(settings, lookup)?,
            news: Arc::default(),
            due: Arc::default(),
        })
    }

    /// Something happened that partners may be told of: has it looked at now, not by the next sweep. Never waits.
    pub fn wake(&self) {
        self.news.notify_one();
    }

    /// A delivery is due that was not.
    fn wake_lanes(&self) {
        self.due.notify_one();
    }
}
