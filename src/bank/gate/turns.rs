//! Waiting for a turn, having it, and giving it back: the queues of the gate with the time and the tasks around them.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::breaker::{Admitted, Breaker};
use super::lane::{ByLane, Lane};
use super::lanes::{Going, Lanes, Turn, Waiter};
use super::limits::BankLimits;
use crate::bank::calendar::Calendar;

/// In maintenance one looks this often whether it is over: its end is told by another clock than the one that wakes us.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// The right to make one call; given back when dropped. One that was not begun is not counted.
pub(super) struct Pass {
    going: Going,
    turns: Arc<Turns>,
    is_used: bool,
}

impl Pass {
    /// A call is made now: from here on the turn counts, whatever comes of it.
    pub(super) fn begin(mut self) -> Self {
        self.is_used = true;
        self.turns.state().lanes.begin(self.going, Instant::now());
        self
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        {
            let mut state = self.turns.state();
            if self.is_used {
                state.lanes.finish(self.going, Instant::now());
            } else {
                state.lanes.finish_unused(self.going);
            }
        }
        self.turns.let_through();
    }
}

impl Waiter for oneshot::Sender<Pass> {
    fn is_gone(&self) -> bool {
        self.is_closed()
    }
}

pub(super) struct State {
    pub(super) lanes: Lanes<oneshot::Sender<Pass>>,
    pub(super) breaker: Breaker,
    /// Calls that got no turn.
    pub(super) turned_away: ByLane<u64>,
    /// A task will look again at this moment.
    alarm: Option<Instant>,
}

pub(super) struct Turns {
    this: Weak<Self>,
    state: Mutex<State>,
    /// `None`: the bank never sleeps.
    calendar: Option<Calendar>,
}

impl Turns {
    pub(super) fn new(limits: BankLimits, breaker: Breaker, calendar: Option<Calendar>) -> Arc<Self> {
        Arc::new_cyclic(|this| Self {
            this: this.clone(),
            state: Mutex::new(State {
                lanes: Lanes::new(limits),
                breaker,
                turned_away: ByLane::default(),
                alarm: None,
            }),
            calendar,
        })
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        // Counters and queues are whole at every point where a holder could have panicked.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the bank is in maintenance, or nearly.
    pub(super) fn is_closed(&self) -> bool {
        self.calendar
            .as_ref()
            .is_some_and(|calendar| calendar.money_waits_until().is_some())
    }

    /// Whether what a read says of the bank counts.
    fn counts(&self) -> bool {
        !self.is_closed()
    }

    pub(super) async fn wait(&self, lane: Lane, patience: Option<Duration>) -> Option<Pass> {
        let (sender, turn) = oneshot::channel();
        self.state().lanes.wait(lane, sender);
        self.let_through();
        let pass = match patience {
            // A pass that comes at the last moment is dropped with its channel, and so given back.
            Some(limit) => tokio::time::timeout(limit, turn).await.ok().and_then(Result::ok),
            None => turn.await.ok(),
        };
        if pass.is_none() {
            self.turn_away(lane);
        }
        pass
    }

    pub(super) fn turn_away(&self, lane: Lane) {
        *self.state().turned_away.get_mut(lane) += 1;
    }

    /// Lets everybody through whose turn it is.
    pub(super) fn let_through(&self) {
        let Some(turns) = self.this.upgrade() else { return };
        loop {
            let (is_closed, now) = (turns.is_closed(), Instant::now());
            // The lock is not held while a pass is handed over: one that nobody takes comes back through `drop`.
            let turn = {
                let mut state = turns.state();
                state.lanes.close(is_closed);
                match state.lanes.turn(now) {
                    Turn::Nobody if is_closed && state.lanes.is_anybody_waiting() => Turn::NotBefore(now + LOOK_EVERY),
                    turn => turn,
                }
            };
            match turn {
                Turn::Go(going, waiter) => {
                    let pass = Pass {
                        going,
                        turns: turns.clone(),
                        is_used: false,
                    };
                    // One that nobody takes is dropped here, unused.
                    drop(waiter.send(pass));
                }
                Turn::NotBefore(moment) => return turns.set_alarm(moment),
                Turn::Nobody => return,
            }
        }
    }

    fn set_alarm(&self, moment: Instant) {
        // A pass may be given back while the runtime ends; then nobody waits for another.
        let Ok(runtime) = tokio::runtime::Handle::try_current() else {
            return;
        };
        {
            let mut state = self.state();
            if state.alarm.is_some_and(|set| set <= moment) {
                return;
            }
            state.alarm = Some(moment);
        }
        let this = self.this.clone();
        runtime.spawn(async move {
            tokio::time::sleep_until(moment.into()).await;
            if let Some(turns) = this.upgrade() {
                {
                    let mut state = turns.state();
                    if state.alarm == Some(moment) {
                        state.alarm = None;
                    }
                }
                turns.let_through();
            }
        });
    }
}

/// A read under the eyes of the breaker; tells it how the read ended, also when its caller went away.
pub(super) struct Watched<'a> {
    turns: &'a Turns,
    admitted: Admitted,
    begun: Instant,
    /// Who gives a read up after so long has waited for the bank in vain.
    patience: Duration,
    /// The read began outside of maintenance.
    counts: bool,
    is_good: Option<bool>,
}

impl<'a> Watched<'a> {
    /// `None`: the breaker lets no read through now.
    pub(super) fn begin(turns: &'a Turns, patience: Duration) -> Option<Self> {
        let (counts, now) = (turns.counts(), Instant::now());
        let admitted = turns.state().breaker.admit(now)?;
        Some(Self {
            turns,
            admitted,
            begun: now,
            patience,
            counts,
            is_good: None,
        })
    }

    pub(super) fn ended(mut self, is_good: bool) {
        self.is_good = Some(is_good);
    }
}

impl Drop for Watched<'_> {
    fn drop(&mut self) {
        let now = Instant::now();
        let gave_up = now.saturating_duration_since(self.begun) * 2 >= self.patience;
        let is_good = self.is_good.or(gave_up.then_some(false));
        let counted = is_good.filter(|_| self.counts && self.turns.counts());
        self.turns.state().breaker.ended(self.admitted, counted, now);
    }
}
