//! Tells the pages that are open just now what changed, in this process and, over Redis, in the others.
//!
//! ```text
//!   transfers/state.rs ─ notes it in the transaction ─▶ db/after_commit.rs ─ after the commit ─▶ Live::tell
//!        │ registry.rs: those whom it is for, each with a bounded queue        │ peers.rs: the other processes
//!        ▼                                                                     ▼
//!   stream.rs ─▶ controllers/live.rs ─▶ a page, which asks for its parts     their Live
//! ```
//!
//! A stream that was away reads what it missed from `transfer_events` (`missed.rs`, by its `position.rs`). The decisions are in
//! `docs/decisions-live.md`.

pub mod audience;
mod message;
pub mod missed;
mod peers;
pub mod position;
mod registry;
pub mod stream;
mod watch;

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio_util::sync::{CancellationToken, DropGuard};

use self::audience::{Audience, Owner};
use self::message::{Message, Understood};
use self::peers::Peers;
use self::registry::{ClientId, Entry, Registry, Told};
use crate::cache::{Cache, Heard};
use crate::ids::SessionId;
use crate::metrics::Metrics;
use crate::models::changes::{Change, Sessions};

/// The streams of this process. Cheap to clone.
#[derive(Clone)]
pub struct Live(Arc<Hub>);

struct Hub {
    peers: Peers,
    metrics: Metrics,
    registry: Mutex<Registry>,
    /// Whether other processes are heard, or there are none.
    hears: AtomicBool,
    /// Streams whose bodies are not dropped yet, those that the registry let go too.
    open: AtomicUsize,
    is_watched: AtomicBool,
    is_closed: AtomicBool,
    stop: CancellationToken,
    /// Ends the tasks with the hub.
    _end: DropGuard,
}

/// Why there is no stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoRoom {
    /// As many as this process is to have.
    Full,
    Stopping,
}

impl Live {
    #[must_use]
    pub fn new(cache: Cache, metrics: Metrics) -> Self {
        let stop = CancellationToken::new();
        let peers = Peers::new(cache);
        Self(Arc::new(Hub {
            // Without Redis until this process knows that it is alone.
            hears: AtomicBool::new(false),
            peers,
            metrics,
            registry: Mutex::default(),
            open: AtomicUsize::new(0),
            is_watched: AtomicBool::new(false),
            is_closed: AtomicBool::new(false),
            _end: stop.clone().drop_guard(),
            stop,
        }))
    }

    /// Tells what a commit changed. Waits for nothing.
    pub fn tell(&self, changes: Vec<Change>) {
        self.0.peers.tell(&changes, &self.0.stop);
        self.0.pass_on(changes);
    }

    /// Hears the other processes from now on, where there is a Redis to hear them over.
    pub fn listen(&self) {
        let weak = Arc::downgrade(&self.0);
        self.0.peers.listen(&self.0.stop, move |heard| {
            if let Some(hub) = weak.upgrade() {
                hub.hear(heard);
            }
        });
    }

    /// Streams that are open.
    #[must_use]
    pub fn open(&self) -> usize {
        self.0.open.load(Ordering::Acquire)
    }

    /// Ends all streams; no more begin.
    pub fn close(&self) {
        self.0.is_closed.store(true, Ordering::Release);
        self.0.registry().all(&Told::Stopping);
    }

    /// A place for a stream. It is left when it is dropped.
    fn enter(&self, owner: Owner, audience: Audience, most: usize) -> Result<(Place, Entry), NoRoom> {
        if self.0.is_closed.load(Ordering::Acquire) {
            return Err(NoRoom::Stopping);
        }
        if self.open() >= most {
            return Err(NoRoom::Full);
        }
        self.listen();
        let entry = self.0.registry().enter(owner, audience);
        if self.0.is_closed.load(Ordering::Acquire) {
            // It may have come in after all were told.
            self.0.registry().leave(entry.id);
            return Err(NoRoom::Stopping);
        }
        let open = self.0.open.fetch_add(1, Ordering::AcqRel) + 1;
        self.0.metrics.live_open(open);
        let place = Place {
            hub: Arc::clone(&self.0),
            client: entry.id,
        };
        Ok((place, entry))
    }

    /// Says whether this process is the only one. Where the others are not heard over Redis, pages go by their timers while
    /// there are any.
    pub fn is_alone(&self, is_alone: bool) {
        if self.0.peers.are_possible() || self.0.hears.swap(is_alone, Ordering::AcqRel) == is_alone {
            return;
        }
        self.0.tell_all(if is_alone { &Told::Back } else { &Told::Away });
    }

    /// Whether what happens in other processes is heard here; `true` where there is none.
    #[must_use]
    pub fn hears(&self) -> bool {
        self.0.hears.load(Ordering::Acquire)
    }

    /// Sessions that have streams, and whether those are staff's.
    fn sessions(&self) -> Vec<(SessionId, bool)> {
        self.0.registry().sessions()
    }

    /// The streams of a session look whether it has ended.
    fn look_at(&self, session: SessionId) {
        self.0.registry().ended(Sessions::One(session));
    }

    fn stop(&self) -> CancellationToken {
        self.0.stop.clone()
    }

    /// Whether nobody watches over the sessions yet; whoever asks does from now on.
    fn begins_to_watch(&self) -> bool {
        !self.0.is_watched.swap(true, Ordering::AcqRel)
    }

    /// Whether there is nothing to watch over any more; a stream that comes after begins it anew.
    fn ends_to_watch(&self) -> bool {
        let registry = self.0.registry();
        let is_empty = registry.len() == 0;
        if is_empty {
            self.0.is_watched.store(false, Ordering::Release);
        }
        is_empty
    }
}

impl Hub {
    fn registry(&self) -> MutexGuard<'_, Registry> {
        self.registry.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// To the streams of this process.
    fn pass_on(&self, changes: Vec<Change>) {
        let mut registry = self.registry();
        if registry.len() == 0 {
            return;
        }
        let mut gone = 0;
        for change in changes {
            gone += match change {
                Change::Transfer(change) => registry.change(&Arc::new(change)),
                Change::Desk(transfer) => registry.desk(transfer),
                Change::Ended(sessions) => registry.ended(sessions),
            };
        }
        drop(registry);
        self.metrics.live_dropped(gone);
    }

    fn hear(&self, heard: Heard) {
        match heard {
            Heard::Began => {
                self.hears.store(true, Ordering::Release);
                self.tell_all(&Told::Back);
            }
            Heard::Lost => {
                if self.hears.swap(false, Ordering::AcqRel) {
                    self.tell_all(&Told::Away);
                }
            }
            Heard::Said(text) => match Message::understand(&text, self.peers.me()) {
                Understood::Nothing => {}
                Understood::Changes(changes) => self.pass_on(changes),
                Understood::Missed(changes) => {
                    self.pass_on(changes);
                    self.tell_all(&Told::Back);
                }
                // In an upgrade, one process after another: rows of the older one may be found by nobody's id.
                Understood::Unreadable => self.tell_all(&Told::Look),
            },
        }
    }

    fn tell_all(&self, told: &Told) {
        let gone = self.registry().all(told);
        self.metrics.live_dropped(gone);
    }
}

/// A stream's place in the hub.
struct Place {
    hub: Arc<Hub>,
    client: ClientId,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.hub.registry().leave(self.client);
        let open = self.hub.open.fetch_sub(1, Ordering::AcqRel) - 1;
        self.hub.metrics.live_open(open);
    }
}
