//! What this process is for, as it turns out while it starts, and whether it does it by now: what takes it into a load
//! balancer, and out.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value, json};

use crate::relay::Relay;
use crate::services::Services;

/// One of a process, in all that start its parts.
#[derive(Clone, Debug, Default)]
pub struct Readiness(Arc<Duties>);

#[derive(Debug, Default)]
struct Duties {
    /// It is to work.
    works: AtomicBool,
    /// It is to serve.
    serves: AtomicBool,
    /// The public port takes connections.
    is_open: AtomicBool,
}

/// The parts of a process, each `true` while it does what it is to do.
#[derive(Clone, Copy, Debug)]
pub struct Parts {
    /// It answers.
    pub database: bool,
    /// It works, and hears its queues. Of a process that only accepts: it does not stop.
    pub relay: bool,
    /// It takes connections. Of a process that only works: always.
    pub public_port: bool,
}

impl Readiness {
    /// The process is to work.
    pub fn will_work(&self) {
        self.0.works.store(true, Ordering::Relaxed);
    }

    /// The process is to serve.
    pub fn will_serve(&self) {
        self.0.serves.store(true, Ordering::Relaxed);
    }

    /// The public port takes connections from now on.
    pub fn opened(&self) {
        self.0.is_open.store(true, Ordering::Relaxed);
    }

    /// The public port takes no connection any more.
    pub fn closed(&self) {
        self.0.is_open.store(false, Ordering::Relaxed);
    }

    /// Looks at each part.
    pub async fn parts(&self, services: &Services, relay: &Relay) -> Parts {
        let [works, serves, is_open] =
            [&self.0.works, &self.0.serves, &self.0.is_open].map(|flag| flag.load(Ordering::Relaxed));
        Parts {
            database: services.db.read().ping().await.is_ok(),
            relay: relay.check().is_ok() && (relay.works() || !works),
            // Not known yet to work or to serve: it has only begun to start.
            public_port: is_open || (works && !serves),
        }
    }
}

impl Parts {
    /// Whether the process does all that it is for.
    #[must_use]
    pub const fn are_ready(self) -> bool {
        self.database && self.relay && self.public_port
    }

    /// As it is told.
    #[must_use]
    pub fn told(self) -> Value {
        json!({
            "ok": self.are_ready(),
            "database": self.database,
            "relay": self.relay,
            "public_port": self.public_port,
        })
    }
}
