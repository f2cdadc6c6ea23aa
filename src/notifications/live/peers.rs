//! The other processes: a task that tells them, and one that hears them, over Redis. No commit waits for either.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::message::Message;
use crate::cache::{Cache, Heard};
use crate::models::changes::Change;

const CHANNEL: &str = "live";
/// Waiting to be told; what comes beyond is forgotten, and that is told.
const WAITING: usize = 4096;
const IN_A_MESSAGE: usize = 100;
/// That something was forgotten is told as soon as Redis takes it.
const AGAIN: Duration = Duration::from_secs(1);

/// What this process tells the others.
pub struct Peers {
    cache: Cache,
    /// Tells this process from others.
    me: Uuid,
    outgoing: OnceLock<mpsc::Sender<Change>>,
    hears: AtomicBool,
    forgot: Arc<AtomicBool>,
}

impl Peers {
    pub fn new(cache: Cache) -> Self {
        Self {
            cache,
            me: Uuid::new_v4(),
            outgoing: OnceLock::new(),
            hears: AtomicBool::new(false),
            forgot: Arc::default(),
        }
    }

    pub const fn me(&self) -> Uuid {
        self.me
    }

    /// Whether there may be others at all.
    pub const fn are_possible(&self) -> bool {
        self.cache.is_shared()
    }

    /// Hands changes to the task that tells them. The first of a process begins it.
    pub fn tell(&self, changes: &[Change], stop: &CancellationToken) {
        if !self.are_possible() {
            return;
        }
        let outgoing = self.outgoing.get_or_init(|| {
            let (sender, receiver) = mpsc::channel(WAITING);
            let telling = tell_all(self.cache.clone(), self.me, self.forgot.clone(), receiver);
            tokio::spawn(stop.clone().run_until_cancelled_owned(telling));
            sender
        });
        for change in changes {
            if outgoing.try_send(change.clone()).is_err() {
                self.forgot.store(true, Ordering::Release);
            }
        }
    }

    /// Hears the others from the first call on.
    pub fn listen(&self, stop: &CancellationToken, hear: impl FnMut(Heard) + Send + 'static) {
        let Some(subscriber) = self.cache.subscriber(CHANNEL) else {
            return;
        };
        if !self.hears.swap(true, Ordering::AcqRel) {
            tokio::spawn(stop.clone().run_until_cancelled_owned(subscriber.listen(hear)));
        }
    }
}

async fn tell_all(cache: Cache, me: Uuid, forgot: Arc<AtomicBool>, mut outgoing: mpsc::Receiver<Change>) {
    let mut changes = Vec::with_capacity(IN_A_MESSAGE);
    loop {
        let is_open = if forgot.load(Ordering::Acquire) {
            let taking = outgoing.recv_many(&mut changes, IN_A_MESSAGE);
            tokio::time::timeout(AGAIN, taking).await.is_ok_and(|count| count > 0) || !outgoing.is_closed()
        } else {
            outgoing.recv_many(&mut changes, IN_A_MESSAGE).await > 0
        };
        if !is_open {
            return;
        }
        let message = Message::new(me, forgot.swap(false, Ordering::AcqRel), std::mem::take(&mut changes));
        let is_told = match serde_json::to_string(&message) {
            Ok(text) => cache.publish(CHANNEL, &text).await,
            Err(error) => {
                tracing::error!(%error, "changes cannot be told to other processes");
                false
            }
        };
        if !is_told {
            forgot.store(true, Ordering::Release);
        }
    }
}
