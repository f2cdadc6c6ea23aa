//! Whose turn it is: the gate's queues and limits, as plain data without waiting or clocks.

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

/// What a call is about, the most urgent first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lane {
    Money,
    Inquiry,
    Link,
    Balance,
}

const BY_URGENCY: [Lane; 4] = [Lane::Money, Lane::Inquiry, Lane::Link, Lane::Balance];

/// How much may go on at the same time, and how fast.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// Calls at the same time.
    calls: usize,
    /// Of these, the most that are not about moving money.
    reads: usize,
    /// From the start of one call to the start of the next.
    interval: Duration,
}

impl Limits {
    /// A quarter of the calls, and one at least, is kept for money. A gate for one call alone cannot keep any.
    pub(super) fn new(concurrency: usize, calls_per_sec: u32) -> Self {
        let calls = concurrency.max(1);
        let kept_for_money = (calls / 4).max(1);
        Self {
            calls,
            reads: (calls - kept_for_money).max(1),
            interval: Duration::from_secs(1).checked_div(calls_per_sec).unwrap_or_default(),
        }
    }
}

/// Whoever waits: can have gone away meanwhile.
pub(super) trait Waiter {
    fn is_gone(&self) -> bool;
}

/// The next step of the gate.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Turn<W> {
    /// Let this one through. It counts as running from now on.
    Go(Lane, W),
    /// Somebody could go, but the rate does not allow it before this moment.
    NotBefore(Instant),
    /// Nobody waits who could go.
    Nobody,
}

#[derive(Debug)]
pub(super) struct Lanes<W> {
    limits: Limits,
    running_money: usize,
    running_reads: usize,
    money: VecDeque<W>,
    inquiry: VecDeque<W>,
    link: VecDeque<W>,
    balance: VecDeque<W>,
    next_start: Option<Instant>,
}

impl<W: Waiter> Lanes<W> {
    pub(super) const fn new(limits: Limits) -> Self {
        Self {
            limits,
            running_money: 0,
            running_reads: 0,
            money: VecDeque::new(),
            inquiry: VecDeque::new(),
            link: VecDeque::new(),
            balance: VecDeque::new(),
            next_start: None,
        }
    }

    const fn queue(&mut self, lane: Lane) -> &mut VecDeque<W> {
        match lane {
            Lane::Money => &mut self.money,
            Lane::Inquiry => &mut self.inquiry,
            Lane::Link => &mut self.link,
            Lane::Balance => &mut self.balance,
        }
    }

    pub(super) fn wait(&mut self, lane: Lane, waiter: W) {
        self.queue(lane).push_back(waiter);
    }

    /// Whose turn it is at `now`: the most urgent lane that may go, first come first served within it.
    pub(super) fn turn(&mut self, now: Instant) -> Turn<W> {
        for lane in BY_URGENCY {
            // Those who gave up are forgotten even while nobody can go, so that a queue cannot grow in an outage.
            while self.queue(lane).front().is_some_and(Waiter::is_gone) {
                self.queue(lane).pop_front();
            }
        }
        for lane in BY_URGENCY {
            if self.queue(lane).is_empty() || !self.has_room(lane) {
                continue;
            }
            if let Some(moment) = self.next_start.filter(|moment| *moment > now) {
                return Turn::NotBefore(moment);
            }
            if let Some(waiter) = self.queue(lane).pop_front() {
                *self.running(lane) += 1;
                self.next_start = Some(now + self.limits.interval);
                return Turn::Go(lane, waiter);
            }
        }
        Turn::Nobody
    }

    pub(super) const fn finish(&mut self, lane: Lane) {
        let running = self.running(lane);
        *running = running.saturating_sub(1);
    }

    const fn has_room(&self, lane: Lane) -> bool {
        let all = self.running_money + self.running_reads < self.limits.calls;
        match lane {
            Lane::Money => all,
            Lane::Inquiry | Lane::Link | Lane::Balance => all && self.running_reads < self.limits.reads,
        }
    }

    const fn running(&mut self, lane: Lane) -> &mut usize {
        match lane {
            Lane::Money => &mut self.running_money,
            Lane::Inquiry | Lane::Link | Lane::Balance => &mut self.running_reads,
        }
    }

    pub(super) const fn count_running(&self) -> usize {
        self.running_money + self.running_reads
    }

    pub(super) fn count_waiting(&self) -> usize {
        [&self.money, &self.inquiry, &self.link, &self.balance]
            .iter()
            .flat_map(|queue| queue.iter())
            .filter(|waiter| !waiter.is_gone())
            .count()
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::{Lane, Lanes, Limits, Turn, Waiter};

    #[derive(Debug, PartialEq, Eq)]
    enum Caller {
        Named(&'static str),
        Gone,
    }

    impl Waiter for Caller {
        fn is_gone(&self) -> bool {
            *self == Self::Gone
        }
    }

    fn lanes(concurrency: usize, calls_per_sec: u32) -> Lanes<Caller> {
        Lanes::new(Limits::new(concurrency, calls_per_sec))
    }

    fn go(lane: Lane, name: &'static str) -> Turn<Caller> {
        Turn::Go(lane, Caller::Named(name))
    }

    #[test]
    fn the_most_urgent_goes_first_and_within_a_lane_the_first_come() {
        let (mut lanes, now) = (lanes(16, 0), Instant::now());
        for (lane, name) in [
            (Lane::Balance, "balance"),
            (Lane::Link, "link"),
            (Lane::Inquiry, "inquiry"),
            (Lane::Money, "first payment"),
            (Lane::Money, "second payment"),
        ] {
            lanes.wait(lane, Caller::Named(name));
        }
        assert_eq!(lanes.turn(now), go(Lane::Money, "first payment"));
        assert_eq!(lanes.turn(now), go(Lane::Money, "second payment"));
        assert_eq!(lanes.turn(now), go(Lane::Inquiry, "inquiry"));
        assert_eq!(lanes.turn(now), go(Lane::Link, "link"));
        assert_eq!(lanes.turn(now), go(Lane::Balance, "balance"));
        assert_eq!(lanes.turn(now), Turn::Nobody);
    }

    #[test]
    fn reads_leave_a_share_for_money() {
        for (concurrency, reads) in [(2, 1), (4, 3), (16, 12)] {
            let (mut lanes, now) = (lanes(concurrency, 0), Instant::now());
            for _ in 0..=concurrency {
                lanes.wait(Lane::Balance, Caller::Named("balance"));
            }
            for _ in 0..reads {
                assert_eq!(lanes.turn(now), go(Lane::Balance, "balance"));
            }
            assert_eq!(lanes.turn(now), Turn::Nobody, "of {concurrency}");
            lanes.wait(Lane::Money, Caller::Named("payment"));
            assert_eq!(lanes.turn(now), go(Lane::Money, "payment"), "of {concurrency}");
        }
    }

    #[test]
    fn a_gate_for_one_call_still_lets_reads_through_and_never_two() {
        let (mut lanes, now) = (lanes(1, 0), Instant::now());
        lanes.wait(Lane::Balance, Caller::Named("balance"));
        lanes.wait(Lane::Inquiry, Caller::Named("inquiry"));
        assert_eq!(lanes.turn(now), go(Lane::Inquiry, "inquiry"));
        assert_eq!(lanes.turn(now), Turn::Nobody);
        lanes.finish(Lane::Inquiry);
        assert_eq!(lanes.turn(now), go(Lane::Balance, "balance"));
    }

    #[test]
    fn money_may_use_every_slot() {
        let (mut lanes, now) = (lanes(4, 0), Instant::now());
        for _ in 0..5 {
            lanes.wait(Lane::Money, Caller::Named("payment"));
        }
        for _ in 0..4 {
            assert_eq!(lanes.turn(now), go(Lane::Money, "payment"));
        }
        assert_eq!(lanes.turn(now), Turn::Nobody);
        assert_eq!((lanes.count_running(), lanes.count_waiting()), (4, 1));
    }

    #[test]
    fn calls_start_no_faster_than_the_rate() {
        let (mut lanes, now) = (lanes(16, 4), Instant::now());
        let interval = Duration::from_millis(250);
        lanes.wait(Lane::Balance, Caller::Named("balance"));
        assert_eq!(lanes.turn(now), go(Lane::Balance, "balance"));
        lanes.wait(Lane::Balance, Caller::Named("balance"));
        assert_eq!(lanes.turn(now), Turn::NotBefore(now + interval));
        lanes.wait(Lane::Money, Caller::Named("payment"));
        assert_eq!(lanes.turn(now + interval), go(Lane::Money, "payment"));
        assert_eq!(lanes.turn(now + interval), Turn::NotBefore(now + 2 * interval));
        assert_eq!(lanes.turn(now + 2 * interval), go(Lane::Balance, "balance"));
    }

    #[test]
    fn who_gave_up_is_forgotten_and_takes_no_turn() {
        let (mut lanes, now) = (lanes(1, 0), Instant::now());
        lanes.wait(Lane::Balance, Caller::Gone);
        lanes.wait(Lane::Balance, Caller::Named("balance"));
        assert_eq!(lanes.count_waiting(), 1);
        assert_eq!(lanes.turn(now), go(Lane::Balance, "balance"));
        lanes.wait(Lane::Balance, Caller::Gone);
        assert_eq!(lanes.turn(now), Turn::Nobody);
        assert!(lanes.balance.is_empty());
    }
}
