//! What this process may use and what it has told the others that it uses: it gives back only what counts no more. Plain
//! data without a clock.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use crate::bank::gate::REACHES;
use crate::bank::gate::limits::Share;

/// A call that was made with a share counts for so long after the share became smaller, with some more for the task that
/// was about to make it.
const COUNTS_FOR: Duration = Duration::from_secs(1)
    .saturating_add(REACHES)
    .saturating_add(Duration::from_millis(100));

/// The share of one process.
#[derive(Debug, Default)]
pub struct Own {
    /// Shares that were larger than the next, and until when each was used.
    larger: VecDeque<(Instant, u32)>,
    used: Option<Share>,
}

/// What a renewal decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decision {
    /// What the gate may use from now on.
    pub used: Share,
    /// What the others must count as taken.
    pub told: Share,
}

impl Own {
    /// From now on at most this is used: before it is told, so that nobody else uses it as well.
    ///
    /// `free` is what the others have not taken, ours included; `running` are calls in hand.
    pub fn decide(&mut self, target: Share, free: Share, running: u32, now: Instant) -> Decision {
        let before = self.used.unwrap_or(Share { at_once: 0, per_sec: 0 });
        let used = Share {
            at_once: target.at_once.min(free.at_once),
            per_sec: target.per_sec.min(free.per_sec),
        };
        if used.per_sec < before.per_sec {
            self.larger.push_back((now, before.per_sec));
        }
        while self.larger.front().is_some_and(|(until, _)| *until + COUNTS_FOR <= now) {
            self.larger.pop_front();
        }
        self.used = Some(used);
        // Calls in hand were counted before the smaller share held, so it is told with the next renewal.
        let at_once = if used.at_once < before.at_once {
            before.at_once
        } else {
            used.at_once.max(running)
        };
        let counted = self
            .larger
            .iter()
            .map(|(_, per_sec)| *per_sec)
            .max()
            .unwrap_or_default();
        Decision {
            used,
            told: Share {
                at_once,
                per_sec: used.per_sec.max(counted),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn share(at_once: u32, per_sec: u32) -> Share {
        Share { at_once, per_sec }
    }

    #[test]
    fn what_is_given_back_is_told_when_it_counts_no_more() {
        let (mut own, now) = (Own::default(), Instant::now());
        let all = share(16, 50);
        assert_eq!(own.decide(all, all, 0, now).told, all);
        let half = own.decide(share(8, 25), all, 10, now);
        assert_eq!((half.used, half.told), (share(8, 25), all));
        let soon = own.decide(share(8, 25), all, 10, now + Duration::from_secs(1));
        assert_eq!(soon.told, share(10, 50));
        let late = own.decide(share(8, 25), all, 3, now + Duration::from_millis(1_350));
        assert_eq!(late.told, share(8, 25));
    }

    #[test]
    fn nobody_takes_more_than_is_free() {
        let (mut own, now) = (Own::default(), Instant::now());
        let decided = own.decide(share(8, 25), share(2, 0), 0, now);
        assert_eq!((decided.used, decided.told), (share(2, 0), share(2, 0)));
    }

    /// Three processes whose needs change by chance: what they use never sums up to more than the budget, nor does what
    /// they made in the second before.
    #[test]
    fn all_processes_together_never_use_more_than_the_budget() {
        let (begin, budget, mut random) = (Instant::now(), 50_u32, 7_u64);
        let mut owns = [Own::default(), Own::default(), Own::default()];
        let mut told = [0_u32; 3];
        let mut used: Vec<(Instant, [u32; 3])> = Vec::new();
        let mut latest = [0_u32; 3];
        for step in 0..2_000_u64 {
            random = random
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let (who, now) = (
                usize::try_from(random >> 33).unwrap() % 3,
                begin + Duration::from_millis(step * 90),
            );
            let wanted = u32::try_from((random >> 40) % 51).unwrap();
            let others: u32 = told.iter().sum::<u32>() - told[who];
            let decided = owns[who].decide(share(1, wanted), share(1, budget.saturating_sub(others)), 0, now);
            told[who] = decided.told.per_sec;
            latest[who] = decided.used.per_sec;
            used.push((now, latest));
            let since = used
                .iter()
                .rev()
                .take_while(|(at, _)| now - *at <= Duration::from_secs(1));
            let most: [u32; 3] = since.fold([0; 3], |most, (_, shares)| {
                [most[0].max(shares[0]), most[1].max(shares[1]), most[2].max(shares[2])]
            });
            assert!(most.iter().sum::<u32>() <= budget, "step {step}: {most:?}");
        }
    }
}
