//! What this process counts, and what it reads from the database when it is asked: `/metrics`, see `docs/metrics.md`.
//!
//! Labels are words of closed sets; a route is its template. Nothing here names a person, a partner or a transfer.

mod gate;
mod live;
mod queues;
mod reading;
mod register;
mod telling;

use std::borrow::Cow;
use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use chrono::{DateTime, Utc};
use prometheus_client::encoding::prometheus_text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use self::reading::Readings;
use crate::models::kinds::{TransferKind, TransferState};
use crate::models::transfers;
use crate::services::Services;

type Word = (&'static str, &'static str);
/// A number that may have a fraction.
type Amount = Gauge<f64, AtomicU64>;
type Seconds<L> = Family<L, Histogram, fn() -> Histogram>;

/// The meters of this process. Clones share them.
#[derive(Clone)]
pub struct Metrics(Arc<Meters>);

pub struct Meters {
    registry: Registry,
    readings: Readings,
    accepted: Family<[Word; 1], Counter>,
    settled: Family<[Word; 2], Counter>,
    bank_calls: Seconds<[Word; 2]>,
    http: Seconds<[(&'static str, Cow<'static, str>); 3]>,
    rings_published: Counter,
    rings_failed: Counter,
    listening: Family<[Word; 1], Gauge>,
    last_delivery: Family<[Word; 1], Amount>,
    swept: Family<[Word; 1], Counter>,
    messages: Family<[Word; 1], Counter>,
    webhooks: Family<[Word; 1], Counter>,
    live: live::LiveMeters,
}

/// What a sweep found to do.
#[derive(Clone, Copy, Debug)]
pub enum Swept {
    /// Queued and past its time.
    Expired,
    /// Queued, and nobody was told of it.
    Untold,
    /// Queued, told to the broker, and not known there any more.
    Lost,
    /// Executing, and its worker is gone.
    Abandoned,
    /// Unknown, and due to be asked about.
    Due,
}

impl Swept {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Expired => "expired",
            Self::Untold => "untold",
            Self::Lost => "lost",
            Self::Abandoned => "abandoned",
            Self::Due => "due",
        }
    }
}

impl Metrics {
    /// Meters at zero, for a process that began at this moment.
    #[must_use]
    pub fn new(started_at: DateTime<Utc>) -> Self {
        Self(Arc::new(register::meters(started_at)))
    }

    /// All of it, in Prometheus' text format.
    pub async fn text(&self, services: &Services) -> String {
        let read = self.readings.fresh(services).await;
        let mut text = String::new();
        for registry in [&self.registry, &read.registry(), &gate::registry(services)] {
            if let Err(error) = encode(&mut text, registry) {
                tracing::error!(%error, "the metrics cannot be written");
            }
        }
        text
    }
}

impl Meters {
    /// A transfer was promised; a replay promises nothing.
    pub fn accepted(&self, kind: TransferKind) {
        self.accepted.get_or_create(&[("kind", kind.as_str())]).inc();
    }

    /// A transfer came into this state by its bank call, an inquiry, the clock or a person.
    pub fn settled(&self, transfer: &transfers::Model) {
        let labels = [("kind", transfer.kind.as_str()), ("state", transfer.state.as_str())];
        self.settled.get_or_create(&labels).inc();
    }

    /// A call to the bank came to its end.
    pub fn bank_called(&self, operation: &'static str, outcome: &'static str, took: Duration) {
        let labels = [("operation", operation), ("outcome", outcome)];
        self.bank_calls.get_or_create(&labels).observe(took.as_secs_f64());
    }

    /// A request was answered. `route` is the template, `None` where no address matched.
    pub fn answered(&self, method: &'static str, route: Option<&str>, status: u16, took: Duration) {
        let route = route.map_or(Cow::Borrowed("none"), |route| Cow::Owned(route.to_owned()));
        let labels = [
            ("method", Cow::Borrowed(method)),
            ("route", route),
            ("status", Cow::Borrowed(status_class(status))),
        ];
        self.http.get_or_create(&labels).observe(took.as_secs_f64());
    }

    /// A text message was handed to its sender, or not.
    pub fn message(&self, outcome: &'static str) {
        self.messages.get_or_create(&[("outcome", outcome)]).inc();
    }

    /// An attempt at telling a partner's endpoint came to its end.
    pub fn webhook(&self, outcome: &'static str) {
        self.webhooks.get_or_create(&[("outcome", outcome)]).inc();
    }

    /// A sweep found so many.
    pub fn swept(&self, what: Swept, found: usize) {
        let found = u64::try_from(found).unwrap_or(u64::MAX);
        self.swept.get_or_create(&[("finding", what.as_str())]).inc_by(found);
    }
}

impl Deref for Metrics {
    type Target = Meters;

    fn deref(&self) -> &Meters {
        &self.0
    }
}

const fn status_class(status: u16) -> &'static str {
    match status {
        100..200 => "1xx",
        200..300 => "2xx",
        300..400 => "3xx",
        400..500 => "4xx",
        _ => "5xx",
    }
}

/// The states in which a transfer waits for somebody.
const OPEN: [TransferState; 4] = [
    TransferState::Queued,
    TransferState::Executing,
    TransferState::Unknown,
    TransferState::NeedsReview,
];
