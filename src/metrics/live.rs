//! What is counted of the streams of open pages.

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

use super::{Meters, Word};

/// How a stream begins.
const BEGINNINGS: [&str; 3] = ["fresh", "resumed", "resync"];

#[derive(Default)]
pub(super) struct LiveMeters {
    open: Gauge,
    begun: Family<[Word; 1], Counter>,
    dropped: Counter,
}

impl LiveMeters {
    pub(super) fn register(&self, registry: &mut Registry) {
        for how in BEGINNINGS {
            drop(self.begun.get_or_create(&[("how", how)]));
        }
        registry.register("live_streams", "Streams of open pages", self.open.clone());
        let help = "Streams that began: fresh, resumed with exactly what was missed, or told to look";
        registry.register("live_streams_begun", help, self.begun.clone());
        let help = "Streams that did not take what they were told, and were let go";
        registry.register("live_streams_dropped", help, self.dropped.clone());
    }
}

impl Meters {
    /// So many streams are open.
    pub fn live_open(&self, open: usize) {
        self.live.open.set(i64::try_from(open).unwrap_or(i64::MAX));
    }

    pub fn live_begun(&self, how: &'static str) {
        self.live.begun.get_or_create(&[("how", how)]).inc();
    }

    /// So many streams were let go.
    pub fn live_dropped(&self, dropped: usize) {
        self.live.dropped.inc_by(u64::try_from(dropped).unwrap_or(u64::MAX));
    }
}
