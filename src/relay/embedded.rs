//! The embedded relay: hears the doorbell, keeps a bounded number of workers busy, and stops without dropping work.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::doorbell::Ear;
use super::sweeper;
use crate::services::Services;
use crate::workers::{execute_transfer, inquire_transfer};

/// Inquiries in hand at the same time: they must not keep the bank busy while payments wait.
const INQUIRERS: usize = 8;

/// The loop between the doorbell and the workers. Made once for a process, run at most once.
#[derive(Clone)]
pub struct Relay {
    ear: Arc<Mutex<Option<Ear>>>,
    stop: CancellationToken,
}

impl Relay {
    #[must_use]
    pub fn new(ear: Ear) -> Self {
        Self {
            ear: Arc::new(Mutex::new(Some(ear))),
            stop: CancellationToken::new(),
        }
    }

    /// Asks the loop to take nothing new. [`Relay::run`] returns when what is in hand is done, or its time is over.
    pub fn stop(&self) {
        self.stop.cancel();
    }

    /// Works until [`Relay::stop`].
    pub async fn run(&self, services: Services) {
        let Some(mut ear) = self.ear.lock().unwrap_or_else(PoisonError::into_inner).take() else {
            tracing::error!("the relay runs already");
            return;
        };
        let settings = &services.settings.relay;
        let workers = Arc::new(Semaphore::new(settings.workers));
        let in_hand = TaskTracker::new();
        // A task of its own: a slow database holds up no ring, and many rings no sweep.
        in_hand.spawn(sweep_until_stopped(
            services.clone(),
            in_hand.clone(),
            self.stop.clone(),
        ));
        loop {
            tokio::select! {
                biased;
                () = self.stop.cancelled() => break,
                (permit, rung) = next(&workers, &mut ear) => {
                    let (services, stop) = (services.clone(), self.stop.clone());
                    in_hand.spawn(async move {
                        execute_transfer::perform(&services, rung.transfer, &stop).await;
                        drop((permit, rung));
                    });
                }
            }
        }
        in_hand.close();
        let drain = Duration::from_secs(settings.drain_secs);
        if tokio::time::timeout(drain, in_hand.wait()).await.is_err() {
            // What is left is `executing` or `unknown` in the database, and asked about after the next start.
            tracing::warn!(
                left = in_hand.len(),
                "stopped with bank calls in hand; they will be asked about"
            );
        }
    }
}

/// Sweeps the database again and again, and has asked about what is due.
async fn sweep_until_stopped(services: Services, in_hand: TaskTracker, stop: CancellationToken) {
    let inquirers = Arc::new(Semaphore::new(INQUIRERS));
    let mut tick = tokio::time::interval(Duration::from_millis(services.settings.relay.sweep_every_ms));
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            biased;
            () = stop.cancelled() => return,
            _ = tick.tick() => {}
        }
        for transfer in sweeper::sweep(&services).await {
            let Ok(permit) = Arc::clone(&inquirers).try_acquire_owned() else {
                break;
            };
            let services = services.clone();
            in_hand.spawn(async move {
                inquire_transfer::perform(&services, transfer).await;
                drop(permit);
            });
        }
    }
}

/// A free worker first, then an id for it: an id that nobody can take stays in the bell. Safe to drop while waiting.
async fn next(workers: &Arc<Semaphore>, ear: &mut Ear) -> (tokio::sync::OwnedSemaphorePermit, super::doorbell::Rung) {
    let Ok(permit) = Arc::clone(workers).acquire_owned().await else {
        return std::future::pending().await;
    };
    match ear.hear().await {
        Some(rung) => (permit, rung),
        // Every bell is gone: the process is ending.
        None => std::future::pending().await,
    }
}
