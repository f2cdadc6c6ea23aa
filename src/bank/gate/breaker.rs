//! The breaker of reads: after many failures it lets one through at a time, until the bank answers again. Plain data
//! without a clock.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use serde::Serialize;

/// As many reads are remembered, for so long.
const REMEMBERED: usize = 20;
const RECENT: Duration = Duration::from_secs(30);
/// Good ones until it is closed again.
const GOOD_ENOUGH: u32 = 2;
const LONGEST_PAUSE: Duration = Duration::from_mins(1);

/// How the breaker stands, the better first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum BreakerWord {
    /// Reads go through.
    Closed,
    /// One at a time, to see whether the bank answers.
    HalfOpen,
    /// None goes through.
    Open,
}

impl BreakerWord {
    pub const ALL: [Self; 3] = [Self::Closed, Self::HalfOpen, Self::Open];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::HalfOpen => "half_open",
            Self::Open => "open",
        }
    }

    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.as_str() == word)
    }
}

#[derive(Clone, Copy, Debug)]
enum Stands {
    Closed,
    Open {
        until: Instant,
        pause: Duration,
    },
    HalfOpen {
        /// One is under way.
        probing: bool,
        good: u32,
        pause: Duration,
    },
}

#[derive(Debug)]
pub(super) struct Breaker {
    /// So many failures open it; 0 = never.
    failures: usize,
    first_pause: Duration,
    stands: Stands,
    recent: VecDeque<(Instant, bool)>,
}

/// The right to read, with what it is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Admitted {
    Plainly,
    /// What comes of it decides how the breaker stands.
    AsProbe,
}

impl Breaker {
    pub(super) const fn new(failures: usize, first_pause: Duration) -> Self {
        Self {
            failures,
            first_pause,
            stands: Stands::Closed,
            recent: VecDeque::new(),
        }
    }

    pub(super) fn word(&self, now: Instant) -> BreakerWord {
        match self.stands {
            Stands::Closed => BreakerWord::Closed,
            Stands::Open { until, .. } if now < until => BreakerWord::Open,
            Stands::Open { .. } | Stands::HalfOpen { .. } => BreakerWord::HalfOpen,
        }
    }

    /// Whether a read that comes now would be turned away.
    pub(super) fn is_shut(&self, now: Instant) -> bool {
        match self.stands {
            Stands::Closed | Stands::HalfOpen { probing: false, .. } => false,
            Stands::Open { until, .. } => now < until,
            Stands::HalfOpen { probing: true, .. } => true,
        }
    }

    /// Lets a read through; `None`: not now.
    pub(super) fn admit(&mut self, now: Instant) -> Option<Admitted> {
        if self.is_shut(now) {
            return None;
        }
        let (good, pause) = match self.stands {
            Stands::Closed => return Some(Admitted::Plainly),
            Stands::Open { pause, .. } => (0, pause),
            Stands::HalfOpen { good, pause, .. } => (good, pause),
        };
        self.stands = Stands::HalfOpen {
            probing: true,
            good,
            pause,
        };
        Some(Admitted::AsProbe)
    }

    /// What came of a read; `None`: nothing that counts.
    pub(super) fn ended(&mut self, admitted: Admitted, is_good: Option<bool>, now: Instant) {
        match (admitted, self.stands) {
            (Admitted::AsProbe, Stands::HalfOpen { good, pause, .. }) => {
                self.stands = match is_good {
                    Some(true) if good + 1 >= GOOD_ENOUGH => Stands::Closed,
                    Some(false) => Stands::Open {
                        until: now + pause,
                        pause: (pause * 2).min(LONGEST_PAUSE),
                    },
                    _ => Stands::HalfOpen {
                        probing: false,
                        good: good + u32::from(is_good == Some(true)),
                        pause,
                    },
                };
                self.recent.clear();
            }
            (Admitted::Plainly, Stands::Closed) => {
                if let Some(is_good) = is_good {
                    self.count(is_good, now);
                }
            }
            // Begun before the breaker opened, or when it stood otherwise: old news.
            _ => {}
        }
    }

    fn count(&mut self, is_good: bool, now: Instant) {
        self.recent.push_back((now, is_good));
        let is_old = |(at, _): &(Instant, bool)| now.saturating_duration_since(*at) > RECENT;
        while self.recent.len() > REMEMBERED || self.recent.front().is_some_and(is_old) {
            self.recent.pop_front();
        }
        let failed = self.recent.iter().filter(|(_, is_good)| !is_good).count();
        if self.failures > 0 && failed >= self.failures && failed * 2 >= self.recent.len() {
            let pause = self.first_pause;
            self.stands = Stands::Open {
                until: now + pause,
                pause: (pause * 2).min(LONGEST_PAUSE),
            };
            self.recent.clear();
        }
    }
}

#[cfg(test)]
mod tests;
