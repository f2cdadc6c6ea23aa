//! The embedded relay: hears the doorbell, keeps a bounded number of workers busy, and stops without dropping work.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinError;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::Instrument;

use super::doorbell::{Ear, Rung};
use super::sweeper::{Told, sweep_until_stopped};
use crate::ids::TransferId;
use crate::log;
use crate::services::Services;
use crate::workers::execute_transfer::{self, Rang};
use crate::workers::inquire_transfer;

/// Inquiries in hand at the same time: they must not keep the bank busy while payments wait.
const INQUIRERS: usize = 8;

/// Works until `stop`, then finishes what is in hand, or its time is over.
pub async fn work_until_stopped(services: Services, mut ear: Ear, stop: CancellationToken) {
    let settings = &services.settings.relay;
    let workers = Arc::new(Semaphore::new(settings.workers));
    let in_hand = TaskTracker::new();
    // A task of its own: a slow database holds up no ring, and many rings no sweep.
    let inquirers = Inquirers::new(&services, &in_hand);
    let mut sweeping = in_hand.spawn(sweep_until_stopped(
        services.clone(),
        Told::HereAlone,
        stop.clone(),
        move |due| inquirers.ask(due),
    ));
    loop {
        tokio::select! {
            biased;
            () = stop.cancelled() => break,
            // Nothing is swept any more: it panicked.
            ended = &mut sweeping => return end_with(ended),
            (permit, rung) = next(&workers, &mut ear) => {
                let (services, stop) = (services.clone(), stop.clone());
                let work = async move {
                    let rung_for = rung.ring.transfer();
                    if execute_transfer::perform(&services, rung_for, stop.cancelled()).await != Rang::NoTurn {
                        tracing::info!("done");
                    }
                    drop((permit, rung));
                };
                in_hand.spawn(work.instrument(log::work("doorbell")));
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

/// The relay ends as its sweeper did, where everybody sees it.
fn end_with(ended: Result<(), JoinError>) {
    if let Err(Ok(panic)) = ended.map_err(JoinError::try_into_panic) {
        std::panic::resume_unwind(panic);
    }
}

/// Those who ask about unknown transfers.
struct Inquirers {
    services: Services,
    in_hand: TaskTracker,
    free: Arc<Semaphore>,
}

impl Inquirers {
    fn new(services: &Services, in_hand: &TaskTracker) -> Self {
        Self {
            services: services.clone(),
            in_hand: in_hand.clone(),
            free: Arc::new(Semaphore::new(INQUIRERS)),
        }
    }

    /// As many as there are hands for; the next sweep finds the others.
    fn ask(&self, due: Vec<TransferId>) {
        for transfer in due {
            let Ok(permit) = Arc::clone(&self.free).try_acquire_owned() else {
                return;
            };
            let services = self.services.clone();
            let work = async move {
                inquire_transfer::perform(&services, transfer).await;
                drop(permit);
            };
            self.in_hand.spawn(work.instrument(log::work("sweeper")));
        }
    }
}

/// A free worker first, then an id for it: an id that nobody can take stays in the bell. Safe to drop while waiting.
async fn next(workers: &Arc<Semaphore>, ear: &mut Ear) -> (OwnedSemaphorePermit, Rung) {
    let Ok(permit) = Arc::clone(workers).acquire_owned().await else {
        return std::future::pending().await;
    };
    match ear.hear().await {
        Some(rung) => (permit, rung),
        // Every bell is gone: the process is ending.
        None => std::future::pending().await,
    }
}
