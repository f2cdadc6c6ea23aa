//! The relay: from a durable row to a worker's hands. The doorbell carries an id, never facts.
//!
//! ```text
//!  accept ── ring ──▶ doorbell ─┬─▶ embedded ───────────────────────────▶ workers/ ──▶ transfers/execute, inquire
//!                        ▲      └─▶ publisher ──▶ RabbitMQ ──▶ consumer ──▶    │
//!                        └───────── sweeper ◀── the database: what is queued, due or abandoned
//! ```
//!
//! A lost, doubled or late ring costs a moment: whoever claims the row by compare-and-set has the work. So a broker that
//! is down, or lost everything, delays and loses nothing.

mod broker;
mod consumer;
pub mod dead;
mod dial;
mod doorbell;
mod embedded;
mod examine;
mod message;
mod provider;
mod publisher;
mod rung;
mod sweeper;
mod topology;

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::bank::shares;
use crate::desk::upkeep;
use crate::notifications::webhooks::lanes;
use crate::services::Services;
pub use broker::{Broker, BrokerError};
pub use doorbell::{Doorbell, Ear, Ring};
pub use examine::Queues;
pub use message::Malformed;
pub use provider::RelayQueue;
use sweeper::{Told, sweep_until_stopped};
pub use topology::Queue;

/// A stop takes this much longer than what is in hand may: then it goes on without what does not answer.
const STOPS_WITHIN: Duration = Duration::from_secs(10);

/// What stands between the doorbell and the workers, by the configuration. Made once for a process.
#[derive(Clone)]
pub struct Relay {
    ear: Arc<Mutex<Option<Ear>>>,
    /// `None`: the workers of this process hear the doorbell themselves.
    broker: Option<Broker>,
    /// How many queues are heard.
    listening: Arc<AtomicUsize>,
    works: Arc<AtomicBool>,
    stop: CancellationToken,
}

/// Why a relay does not do its work.
#[derive(Debug, thiserror::Error)]
pub enum OfNoUse {
    #[error("a queue is not heard")]
    Deaf,
    #[error("it is stopping")]
    Stopping,
}

impl Relay {
    #[must_use]
    pub fn new(ear: Ear, broker: Option<Broker>) -> Self {
        Self {
            ear: Arc::new(Mutex::new(Some(ear))),
            broker,
            listening: Arc::default(),
            works: Arc::default(),
            stop: CancellationToken::new(),
        }
    }

    /// Asks for an end. [`Relay::run`] returns when what is in hand is done, or its time is over.
    pub fn stop(&self) {
        self.stop.cancel();
    }

    /// Works until [`Relay::stop`]: transfers, inquiries, sweeps, telling partners what came of them, and what the desk
    /// needs done.
    pub async fn run(&self, services: Services) {
        let drain = Duration::from_secs(services.settings.relay.drain_secs);
        let late = async {
            self.stop.cancelled().await;
            tokio::time::sleep(drain + STOPS_WITHIN).await;
        };
        tokio::select! {
            () = self.work_all(services) => {}
            () = late => tracing::warn!("stopped without what does not answer; what was begun is asked about"),
        }
    }

    async fn work_all(&self, services: Services) {
        let _working = Working::begin(&self.works);
        let telling = lanes::send_until_stopped(services.clone(), self.stop.clone());
        let keeping = upkeep::keep_until_stopped(services.clone(), self.stop.clone());
        // All are large: they live on the heap.
        tokio::join!(
            Box::pin(self.work(services.clone())),
            Box::pin(telling),
            Box::pin(keeping)
        );
        // What was in hand is over: the others need not wait for this process's share.
        if let Err(error) = shares::leave(&services).await {
            tracing::debug!(%error, "the share of the bank could not be given back");
        }
    }

    async fn work(&self, services: Services) {
        let stop = self.stop.clone();
        let Some(broker) = self.broker.clone() else {
            if let Some(ear) = self.take_ear() {
                embedded::work_until_stopped(services, ear, stop).await;
            }
            return;
        };
        let doorbell = services.doorbell.clone();
        let ask = move |due: Vec<_>| {
            for transfer in due {
                doorbell.ring(Ring::Inquiry(transfer));
            }
        };
        let listening = Arc::clone(&self.listening);
        tokio::join!(
            self.publish(services.clone()),
            sweep_until_stopped(services.clone(), Told::broker(broker.clone()), stop.clone(), ask),
            consumer::consume_until_stopped(services, broker, listening, stop),
        );
    }

    /// Passes the rings of this process on until [`Relay::stop`], where a broker takes them: all that a process without
    /// workers does. The second of two calls has nothing to do.
    pub async fn publish(&self, services: Services) {
        let Some(broker) = self.broker.clone() else { return };
        if let Some(ear) = self.take_ear() {
            publisher::publish_until_stopped(services, broker, ear, self.stop.clone()).await;
        }
    }

    /// Whether this process has workers: then its share of the bank is given back when they are done.
    #[must_use]
    pub fn works(&self) -> bool {
        self.works.load(Ordering::Relaxed)
    }

    /// Whether this process can do its work: one that works hears its queues. One that accepts can, whatever the broker
    /// does, and must not be taken out of a load balancer for it.
    ///
    /// # Errors
    /// When a queue is not heard, or the process stops.
    pub fn check(&self) -> Result<(), OfNoUse> {
        if self.stop.is_cancelled() {
            return Err(OfNoUse::Stopping);
        }
        let works_for_a_broker = self.broker.is_some() && self.works.load(Ordering::Relaxed);
        if works_for_a_broker && self.listening.load(Ordering::Relaxed) < Queue::ALL.len() {
            return Err(OfNoUse::Deaf);
        }
        Ok(())
    }

    fn take_ear(&self) -> Option<Ear> {
        self.ear.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// Says that this process works, for as long as it does.
struct Working<'a>(&'a AtomicBool);

impl<'a> Working<'a> {
    fn begin(works: &'a AtomicBool) -> Self {
        works.store(true, Ordering::Relaxed);
        Self(works)
    }
}

impl Drop for Working<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Relaxed);
        if std::thread::panicking() {
            tracing::error!("the relay ended by itself: this process works no more, and is to be started again");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_relay_that_ends_by_itself_does_not_work_any_more() {
        let (_bell, ear) = Doorbell::new();
        let relay = Relay::new(ear, None);
        let works = Arc::clone(&relay.works);
        let (begun, begins) = tokio::sync::oneshot::channel();
        let running = tokio::spawn(async move {
            let _working = Working::begin(&works);
            let told = begins.await;
            assert_eq!(told, Ok(()), "a mistake in the relay");
        });
        while !relay.works() {
            tokio::task::yield_now().await;
        }
        drop::<tokio::sync::oneshot::Sender<()>>(begun);
        assert!(running.await.is_err());
        assert!(!relay.works());
    }
}
