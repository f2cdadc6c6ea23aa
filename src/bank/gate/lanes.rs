//! Whose turn it is: the gate's queues and limits, as plain data without waiting or clocks.

use std::collections::VecDeque;
use std::time::Instant;

use super::lane::{ByLane, Lane};
use super::limits::BankLimits;
use super::pace::{Pace, Start};

/// After so many others a class goes next, whatever is more urgent.
const INQUIRY_AFTER: u32 = 8;
const OTHERS_AFTER: u32 = 16;
/// What is left to money then: less than a quarter goes to the others, 1/9 + 2/17.
pub(super) const MONEY_KEEPS: f64 = 0.75;

/// Whoever waits: can have gone away meanwhile.
pub(super) trait Waiter {
    fn is_gone(&self) -> bool;
}

/// A start of a class; handed back when the call is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Going {
    pub(super) lane: Lane,
    /// Of the bank, and of the class.
    starts: (Start, Start),
}

/// The next step of the gate.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Turn<W> {
    /// Let this one through. It counts as running from now on.
    Go(Going, W),
    /// Somebody could go, but the rate does not allow it before this moment.
    NotBefore(Instant),
    /// Nobody waits who could go.
    Nobody,
}

#[derive(Debug)]
struct Queue<W> {
    waiting: VecDeque<W>,
    running: usize,
    pace: Pace,
    /// Others that went while somebody waited here.
    passed: u32,
}

#[derive(Debug)]
pub(super) struct Lanes<W> {
    limits: BankLimits,
    queues: ByLane<Queue<W>>,
    pace: Pace,
    /// The end of what we may use; `None`: there is none.
    good_until: Option<Instant>,
    /// The bank is in maintenance.
    is_closed: bool,
}

impl<W: Waiter> Lanes<W> {
    pub(super) fn new(limits: BankLimits) -> Self {
        Self {
            queues: ByLane::of(|lane| Queue {
                waiting: VecDeque::new(),
                running: 0,
                pace: Pace::new(limits.classes.get(lane).per_sec),
                passed: 0,
            }),
            pace: Pace::new(limits.per_sec),
            limits,
            good_until: None,
            is_closed: false,
        }
    }

    /// From now on these hold. What runs goes on, and counts.
    pub(super) fn set(&mut self, limits: BankLimits, good_until: Option<Instant>) {
        self.limits = limits;
        self.good_until = good_until;
        self.pace.set(limits.per_sec);
        for lane in Lane::BY_URGENCY {
            self.queues.get_mut(lane).pace.set(limits.classes.get(lane).per_sec);
        }
    }

    /// From now on no more than these limits, as long as what was set before holds.
    pub(super) fn use_at_most(&mut self, limits: BankLimits) {
        let at_once = limits.at_once.min(self.limits.at_once);
        // No limit is the most.
        let per_sec = match (limits.per_sec, self.limits.per_sec) {
            (0, other) | (other, 0) => other,
            (one, other) => one.min(other),
        };
        let at_most = BankLimits {
            at_once,
            per_sec,
            ..limits
        };
        self.set(at_most, self.good_until);
    }

    /// What we might use has ended.
    pub(super) fn is_over(&self, now: Instant) -> bool {
        self.good_until.is_some_and(|end| end <= now)
    }

    pub(super) const fn close(&mut self, is_closed: bool) {
        self.is_closed = is_closed;
    }

    pub(super) fn wait(&mut self, lane: Lane, waiter: W) {
        self.queues.get_mut(lane).waiting.push_back(waiter);
    }

    /// Whose turn it is at `now`: the most urgent lane that may go, or one that was passed over often enough; first come
    /// first served within it.
    pub(super) fn turn(&mut self, now: Instant) -> Turn<W> {
        self.forget_the_gone();
        if self.is_closed || self.is_over(now) {
            return Turn::Nobody;
        }
        let mut soonest: Option<Instant> = None;
        let mut ready: [Option<Lane>; 4] = [None; 4];
        let whole = self.pace.not_before(now);
        for (place, lane) in ready.iter_mut().zip(Lane::BY_URGENCY) {
            if self.queues.get(lane).waiting.is_empty() || !self.has_room(lane) {
                continue;
            }
            match whole.max(self.queues.get_mut(lane).pace.not_before(now)) {
                None => *place = Some(lane),
                Some(moment) => soonest = Some(soonest.map_or(moment, |soonest| soonest.min(moment))),
            }
        }
        let could = || ready.iter().copied().flatten();
        let overdue = could().find(|lane| self.is_overdue(*lane));
        let Some(lane) = overdue.or_else(|| could().next()) else {
            return soonest.map_or(Turn::Nobody, Turn::NotBefore);
        };
        for other in could().filter(|other| *other != lane).collect::<Vec<_>>() {
            let passed = &mut self.queues.get_mut(other).passed;
            *passed = passed.saturating_add(1);
        }
        self.go(lane, now)
    }

    fn is_overdue(&self, lane: Lane) -> bool {
        let passed = self.queues.get(lane).passed;
        match lane {
            Lane::Money => false,
            Lane::Inquiry => passed >= INQUIRY_AFTER,
            Lane::Link | Lane::Balance => passed >= OTHERS_AFTER,
        }
    }

    fn go(&mut self, lane: Lane, now: Instant) -> Turn<W> {
        let queue = self.queues.get_mut(lane);
        let Some(waiter) = queue.waiting.pop_front() else {
            return Turn::Nobody;
        };
        queue.running += 1;
        queue.passed = 0;
        let starts = (self.pace.start(now), queue.pace.start(now));
        Turn::Go(Going { lane, starts }, waiter)
    }

    /// Those who gave up are forgotten even while nobody can go, so that a queue cannot grow in an outage.
    fn forget_the_gone(&mut self) {
        for lane in Lane::BY_URGENCY {
            let queue = self.queues.get_mut(lane);
            while queue.waiting.front().is_some_and(Waiter::is_gone) {
                queue.waiting.pop_front();
            }
            if queue.waiting.is_empty() {
                queue.passed = 0;
            }
        }
    }

    /// The call is made now.
    pub(super) fn begin(&mut self, going: Going, now: Instant) {
        self.queues.get_mut(going.lane).pace.begun(going.starts.1, now);
        self.pace.begun(going.starts.0, now);
    }

    /// The call was answered, or given up.
    pub(super) fn finish(&mut self, going: Going, now: Instant) {
        let queue = self.queues.get_mut(going.lane);
        queue.running = queue.running.saturating_sub(1);
        queue.pace.answered(going.starts.1, now);
        self.pace.answered(going.starts.0, now);
    }

    /// There was nothing to call for.
    pub(super) fn finish_unused(&mut self, going: Going) {
        let queue = self.queues.get_mut(going.lane);
        queue.running = queue.running.saturating_sub(1);
        queue.pace.unused(going.starts.1);
        self.pace.unused(going.starts.0);
    }

    /// A quarter of the calls, and one at least, is kept for money. A gate for one call alone cannot keep any.
    fn has_room(&self, lane: Lane) -> bool {
        let at_once = usize::try_from(self.limits.at_once).unwrap_or(usize::MAX);
        let reads_at_once = (at_once - (at_once / 4).max(1).min(at_once)).max(1);
        let (running, reads) = (self.count_running(), self.count_reads());
        let own = usize::try_from(self.limits.classes.get(lane).at_once).unwrap_or(usize::MAX);
        running < at_once
            && (own == 0 || self.queues.get(lane).running < own)
            && (!lane.is_read() || reads < reads_at_once)
    }

    fn count_reads(&self) -> usize {
        self.count_running() - self.queues.money.running
    }

    pub(super) fn count_running(&self) -> usize {
        Lane::BY_URGENCY.iter().map(|lane| self.queues.get(*lane).running).sum()
    }

    /// Those who wait for their turn, and those who have it.
    pub(super) fn counts(&self) -> ByLane<(usize, usize)> {
        ByLane::of(|lane| {
            let queue = self.queues.get(lane);
            let waiting = queue.waiting.iter().filter(|waiter| !waiter.is_gone()).count();
            (waiting, queue.running)
        })
    }

    pub(super) fn count_waiting(&self) -> usize {
        let counts = self.counts();
        Lane::BY_URGENCY.iter().map(|lane| counts.get(*lane).0).sum()
    }

    pub(super) fn is_anybody_waiting(&self) -> bool {
        Lane::BY_URGENCY
            .iter()
            .any(|lane| !self.queues.get(*lane).waiting.is_empty())
    }

    /// Until when calls that were made count against the bank's budget.
    pub(super) fn counts_until(&self, now: Instant) -> Option<Instant> {
        self.pace.counts_until(now)
    }

    pub(super) const fn limits(&self) -> &BankLimits {
        &self.limits
    }
}

#[cfg(test)]
mod tests;
