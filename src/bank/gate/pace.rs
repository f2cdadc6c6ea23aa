//! So many starts in any second, as the bank sees them: plain data without a clock.
//!
//! A call reaches the bank at some moment between its start and its answer. It counts until a second after its answer, or
//! after [`REACHES`] where the answer takes longer. So no second at the bank has more calls than the budget, as long as each
//! call reaches it within [`REACHES`] of its start, or is answered: one on a slower way may come beside a whole budget.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// Whatever is on its way for longer is taken to have reached the bank.
pub const REACHES: Duration = Duration::from_millis(250);
const SECOND: Duration = Duration::from_secs(1);

/// A start that counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Start(u64);

#[derive(Debug)]
struct Counted {
    start: Start,
    /// `None`: not on its way yet.
    begun: Option<Instant>,
    answered: Option<Instant>,
}

impl Counted {
    /// From when on it counts no more, at the earliest.
    fn over(&self, now: Instant) -> Instant {
        let reached = self.begun.unwrap_or(now) + REACHES;
        self.answered.map_or(reached, |answered| answered.min(reached)) + SECOND
    }
}

#[derive(Debug)]
pub(super) struct Pace {
    /// Starts in a second; 0 = no limit.
    per_sec: u32,
    counted: VecDeque<Counted>,
    next: Option<Instant>,
    last: u64,
}

impl Pace {
    pub(super) const fn new(per_sec: u32) -> Self {
        Self {
            per_sec,
            counted: VecDeque::new(),
            next: None,
            last: 0,
        }
    }

    /// From now on so many in a second. Those that count still do; what began without a limit does not, so the second in which
    /// the first limit is set may have more.
    pub(super) const fn set(&mut self, per_sec: u32) {
        self.per_sec = per_sec;
    }

    fn interval(&self) -> Duration {
        SECOND.checked_div(self.per_sec).unwrap_or_default()
    }

    /// `None`: one may start at `now`. Else not before this moment, unless an answer comes first.
    pub(super) fn not_before(&mut self, now: Instant) -> Option<Instant> {
        while self.counted.front().is_some_and(|first| first.over(now) <= now) {
            self.counted.pop_front();
        }
        if self.per_sec == 0 {
            return None;
        }
        let spread = self.next.filter(|next| *next > now);
        let overs = self.counted.iter().map(|counted| counted.over(now));
        let mut overs: Vec<Instant> = overs.filter(|over| *over > now).collect();
        let most = usize::try_from(self.per_sec).unwrap_or(usize::MAX);
        let Some(too_many) = overs.len().checked_sub(most) else {
            return spread;
        };
        overs.sort_unstable();
        overs.get(too_many).copied().max(spread)
    }

    /// When the last of those that count now counts no more; `None`: none does.
    pub(super) fn counts_until(&self, now: Instant) -> Option<Instant> {
        let overs = self.counted.iter().map(|counted| counted.over(now));
        overs.filter(|over| *over > now).max()
    }

    /// One may start.
    pub(super) fn start(&mut self, now: Instant) -> Start {
        self.last += 1;
        let start = Start(self.last);
        if self.per_sec > 0 {
            let interval = self.interval();
            // One that comes late by less than an interval does not put off those after it.
            let due = self
                .next
                .map_or(now, |next| next.max(now.checked_sub(interval).unwrap_or(now)));
            self.next = Some(due + interval);
            self.counted.push_back(Counted {
                start,
                begun: None,
                answered: None,
            });
        }
        start
    }

    /// It is on its way from now on.
    pub(super) fn begun(&mut self, start: Start, now: Instant) {
        if let Some(counted) = self.counted.iter_mut().find(|counted| counted.start == start) {
            counted.begun.get_or_insert(now);
        }
    }

    /// It was answered, or given up.
    pub(super) fn answered(&mut self, start: Start, now: Instant) {
        if let Some(counted) = self.counted.iter_mut().find(|counted| counted.start == start) {
            counted.answered.get_or_insert(now);
        }
    }

    /// It called nobody after all.
    pub(super) fn unused(&mut self, start: Start) {
        let interval = self.interval();
        if let Some(place) = self.counted.iter().position(|counted| counted.start == start) {
            self.counted.remove(place);
            self.next = self.next.and_then(|next| next.checked_sub(interval));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn go(pace: &mut Pace, now: Instant) -> Start {
        let start = pace.start(now);
        pace.begun(start, now);
        start
    }

    fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    #[test]
    fn starts_are_spread_and_a_late_one_does_not_put_off_the_next() {
        let (mut pace, now) = (Pace::new(4), Instant::now());
        assert_eq!(pace.not_before(now), None);
        go(&mut pace, now);
        assert_eq!(pace.not_before(now), Some(now + ms(250)));
        go(&mut pace, now + ms(255));
        assert_eq!(pace.not_before(now + ms(255)), Some(now + ms(500)));
        // After a rest there are two at once and no more.
        let later = now + Duration::from_secs(10);
        go(&mut pace, later);
        assert_eq!(pace.not_before(later), None);
        go(&mut pace, later);
        assert_eq!(pace.not_before(later), Some(later + ms(250)));
    }

    /// Whenever the calls reach the bank between their start and their answer, no second there has more than the budget.
    #[test]
    fn no_second_at_the_bank_has_more_calls_than_the_budget_however_late_they_reach_it() {
        const BUDGET: usize = 5;
        for seed in 0..50_u64 {
            let mut random = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
            let mut roll = |most: u64| {
                random ^= random << 13;
                random ^= random >> 7;
                random ^= random << 17;
                random % most
            };
            let (mut pace, begin) = (Pace::new(u32::try_from(BUDGET).unwrap()), Instant::now());
            let (mut arrivals, mut open, mut now) = (Vec::new(), Vec::new(), begin);
            while arrivals.len() < 200 {
                open.retain(|(start, answered)| {
                    let is_over = *answered <= now;
                    if is_over {
                        pace.answered(*start, *answered);
                    }
                    !is_over
                });
                match pace.not_before(now) {
                    None => {
                        let (way, answer) = (ms(roll(240)), ms(roll(900)));
                        open.push((go(&mut pace, now), now + way + answer));
                        arrivals.push(now + way);
                    }
                    Some(at) => {
                        assert!(at > now);
                        now = at.min(now + ms(1 + roll(30)));
                    }
                }
            }
            arrivals.sort_unstable();
            for window in arrivals.windows(BUDGET + 1) {
                assert!(
                    *window.last().unwrap() - *window.first().unwrap() >= SECOND,
                    "seed {seed}"
                );
            }
        }
    }

    #[test]
    fn one_that_called_nobody_counts_no_more() {
        let (mut pace, now) = (Pace::new(1), Instant::now());
        let start = go(&mut pace, now);
        assert!(pace.not_before(now).is_some());
        pace.unused(start);
        assert_eq!(pace.not_before(now), None);
        let start = go(&mut pace, now);
        pace.answered(start, now + ms(100));
        assert_eq!(pace.not_before(now + ms(1_050)), Some(now + ms(1_100)));
        assert_eq!(pace.counts_until(now + ms(1_050)), Some(now + ms(1_100)));
        assert_eq!(pace.not_before(now + ms(1_100)), None);
        assert_eq!(pace.counts_until(now + ms(1_100)), None);
    }

    #[test]
    fn one_that_waits_for_its_claim_counts_from_when_it_is_on_its_way() {
        let (mut pace, now) = (Pace::new(1), Instant::now());
        let start = pace.start(now);
        let late = now + Duration::from_secs(10);
        assert_eq!(pace.not_before(late), Some(late + REACHES + SECOND));
        pace.begun(start, late);
        pace.answered(start, late + ms(30));
        assert_eq!(pace.not_before(late + ms(30)), Some(late + ms(30) + SECOND));
    }

    #[test]
    fn without_a_limit_nothing_counts() {
        let (mut pace, now) = (Pace::new(0), Instant::now());
        for _ in 0..10_000 {
            assert_eq!(pace.not_before(now), None);
            go(&mut pace, now);
        }
        assert!(pace.counted.is_empty());
    }

    #[test]
    fn a_smaller_budget_counts_what_the_larger_one_began() {
        let (mut pace, now) = (Pace::new(100), Instant::now());
        for one in 0..50 {
            go(&mut pace, now + ms(one * 10));
        }
        pace.set(10);
        let at = now + ms(500);
        assert!(pace.not_before(at).unwrap() > now + SECOND);
    }
}
