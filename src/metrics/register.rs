//! The name, the unit and the meaning of each meter that this process keeps.

use chrono::{DateTime, Utc};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Registry;

use super::live::LiveMeters;
use super::reading::Readings;
use super::{Amount, Meters};
use crate::models::kinds::{TransferKind, TransferState};
use crate::notifications::sms::OUTCOMES;
use crate::notifications::webhooks::ATTEMPT_OUTCOMES;

/// Seconds; a bank call may take its whole deadline.
const BANK_SECONDS: [f64; 11] = [0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0, 40.0];
const HTTP_SECONDS: [f64; 10] = [0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];

/// The prefix of every name.
pub(super) const PREFIX: &str = "naru";

/// Meters at zero, in a registry of their own.
pub(super) fn meters(started_at: DateTime<Utc>) -> Meters {
    let mut registry = Registry::with_prefix(PREFIX);
    let meters = Meters {
        readings: Readings::default(),
        accepted: Family::default(),
        settled: Family::default(),
        bank_calls: Family::new_with_constructor(|| Histogram::new(BANK_SECONDS)),
        http: Family::new_with_constructor(|| Histogram::new(HTTP_SECONDS)),
        rings_published: Counter::default(),
        rings_failed: Counter::default(),
        listening: Family::default(),
        last_delivery: Family::default(),
        swept: Family::default(),
        messages: Family::default(),
        webhooks: Family::default(),
        live: LiveMeters::default(),
        registry: Registry::default(),
    };
    begin_at_zero(&meters);
    let build = Info::new([("version", env!("CARGO_PKG_VERSION"))]);
    registry.register("build", "The version of the program", build);
    let start: Amount = Gauge::default();
    start.set(unix_secs(started_at));
    registry.register("process_start_time_seconds", "When the process began, Unix time", start);
    transfers(&mut registry, &meters);
    edges(&mut registry, &meters);
    Meters { registry, ..meters }
}

fn transfers(registry: &mut Registry, meters: &Meters) {
    registry.register("transfers_accepted", "Transfers promised", meters.accepted.clone());
    let help = "Transfers that came into a state which is not queued or executing";
    registry.register("transfers_settled", help, meters.settled.clone());
    let help = "What the sweeper found in the database that no ring told of";
    registry.register("sweeper_found", help, meters.swept.clone());
    let help = "Rings that RabbitMQ took";
    registry.register("rings_published", help, meters.rings_published.clone());
    let help = "Rings that RabbitMQ did not take or confirm; the sweeper repeats them";
    registry.register("rings_failed", help, meters.rings_failed.clone());
    let help = "Whether this process hears the queue";
    registry.register("queue_listening", help, meters.listening.clone());
    let help = "When the last message came from the queue, Unix time";
    registry.register(
        "queue_last_delivery_timestamp_seconds",
        help,
        meters.last_delivery.clone(),
    );
}

fn edges(registry: &mut Registry, meters: &Meters) {
    let help = "How long calls to the bank took";
    registry.register("bank_call_seconds", help, meters.bank_calls.clone());
    let help = "How long requests took until their answer began";
    registry.register("http_request_seconds", help, meters.http.clone());
    let help = "Text messages, by what their sender said of them";
    registry.register("text_messages", help, meters.messages.clone());
    let help = "Attempts at telling partners' endpoints, by what came of them";
    registry.register("webhook_attempts", help, meters.webhooks.clone());
    meters.live.register(registry);
}

/// A counter that appears with its first event hides that event from `rate`.
fn begin_at_zero(meters: &Meters) {
    for kind in TransferKind::ALL {
        drop(meters.accepted.get_or_create(&[("kind", kind.as_str())]));
        let ends = TransferState::ALL.iter().filter(|state| is_an_end(**state));
        for state in ends {
            let labels = [("kind", kind.as_str()), ("state", state.as_str())];
            drop(meters.settled.get_or_create(&labels));
        }
    }
    for outcome in OUTCOMES {
        drop(meters.messages.get_or_create(&[("outcome", outcome)]));
    }
    for outcome in ATTEMPT_OUTCOMES {
        drop(meters.webhooks.get_or_create(&[("outcome", outcome)]));
    }
}

/// Also unknown and for a person: the bank call is over.
const fn is_an_end(state: TransferState) -> bool {
    !matches!(state, TransferState::Queued | TransferState::Executing)
}

/// Seconds since 1970.
#[expect(
    clippy::cast_precision_loss,
    reason = "microseconds of this century fit into 53 bits"
)]
pub(super) fn unix_secs(at: DateTime<Utc>) -> f64 {
    at.timestamp_micros() as f64 / 1_000_000.0
}
