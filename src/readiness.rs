//! What this process is for, as it turns out while it starts, and whether it does it by now: what takes it into a load
//! balancer, and out.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value, json};
use tokio::sync::watch;

use crate::relay::{OfNoUse, Relay};
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
    door: watch::Sender<Door>,
}

/// How the public port stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Door {
    #[default]
    NotYet,
    Open,
    /// It takes connections, or none any more; nobody new is to be sent to it.
    Leaving,
}

/// The parts of a process.
#[derive(Clone, Copy, Debug)]
pub struct Parts {
    /// It answers.
    pub database: bool,
    pub relay: RelayPart,
    /// It takes connections, and will go on to. Of a process that only works: always.
    pub public_port: bool,
}

/// How the relay of a process stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RelayPart {
    /// It works, and hears its queues. Of a process that only accepts: it does not stop.
    Well,
    /// A queue is not heard, and the process serves: what it accepts others work off, or it does when it hears again.
    Deaf,
    Away,
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
        self.0.door.send_replace(Door::Open);
    }

    /// Nobody new is to be sent to the public port.
    pub fn leaves(&self) {
        self.0.door.send_replace(Door::Leaving);
    }

    /// Waits until the public port takes connections, where the process is to serve: one whose port is taken already must not
    /// end with bank calls in hand.
    pub async fn until_it_may_work(&self) {
        if self.0.serves.load(Ordering::Relaxed) {
            let mut door = self.0.door.subscribe();
            // The sender is in `self`: it does not go away meanwhile.
            let _ = door.wait_for(|door| *door != Door::NotYet).await;
        }
    }

    /// Looks at each part.
    pub async fn parts(&self, services: &Services, relay: &Relay) -> Parts {
        let [works, serves] = [&self.0.works, &self.0.serves].map(|flag| flag.load(Ordering::Relaxed));
        Parts {
            database: services.db.read().ping().await.is_ok(),
            relay: match relay.check() {
                Ok(()) if relay.works() || !works => RelayPart::Well,
                Err(OfNoUse::Deaf) if serves => RelayPart::Deaf,
                _ => RelayPart::Away,
            },
            // Not known yet to work or to serve: it has only begun to start.
            public_port: *self.0.door.borrow() == Door::Open || (works && !serves),
        }
    }
}

impl Parts {
    /// Whether the process is of use: a balancer may send it people, or it works.
    #[must_use]
    pub fn are_ready(self) -> bool {
        self.database && self.public_port && self.relay != RelayPart::Away
    }

    /// Whether each part does its work.
    #[must_use]
    pub fn are_well(self) -> bool {
        self.are_ready() && self.relay == RelayPart::Well
    }

    /// As it is told.
    #[must_use]
    pub fn told(self) -> Value {
        json!({
            "ok": self.are_ready(),
            "database": self.database,
            "relay": self.relay == RelayPart::Well,
            "public_port": self.public_port,
        })
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;

    #[test]
    fn a_process_that_serves_works_only_once_its_port_is_open() {
        let readiness = Readiness::default();
        let may_work = || readiness.until_it_may_work().now_or_never().is_some();
        assert!(may_work(), "one that serves nobody");
        readiness.will_serve();
        assert!(!may_work());
        readiness.opened();
        assert!(may_work());
    }
}
