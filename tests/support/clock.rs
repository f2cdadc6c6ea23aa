//! A clock that runs with the machine's, or stands still, and can be moved forward.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::TimeDelta;
use naru::clock::Clock;

#[derive(Clone)]
pub struct TestClock {
    /// What the moves are added to.
    source: Clock,
    ahead_us: Arc<AtomicI64>,
}

impl Default for TestClock {
    fn default() -> Self {
        Self::moved(Clock::system())
    }
}

impl TestClock {
    /// A clock that begins now and goes on only where a test moves it.
    pub fn stopped() -> Self {
        let now = Clock::system().now();
        Self::moved(Clock::from_fn(move || now))
    }

    fn moved(source: Clock) -> Self {
        Self {
            source,
            ahead_us: Arc::default(),
        }
    }

    pub fn clock(&self) -> Clock {
        let (ahead_us, source) = (Arc::clone(&self.ahead_us), self.source.clone());
        Clock::from_fn(move || source.now() + TimeDelta::microseconds(ahead_us.load(Ordering::Relaxed)))
    }

    /// Lets time pass at once.
    pub fn advance(&self, by: TimeDelta) {
        let by_us = by.num_microseconds().expect("a test's years fit");
        self.ahead_us.fetch_add(by_us, Ordering::Relaxed);
    }
}
