//! A clock that runs with the machine's and can be moved forward.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::TimeDelta;
use naru::clock::Clock;

#[derive(Clone, Default)]
pub struct TestClock(Arc<AtomicI64>);

impl TestClock {
    pub fn clock(&self) -> Clock {
        let (ahead, system) = (Arc::clone(&self.0), Clock::system());
        Clock::from_fn(move || system.now() + TimeDelta::microseconds(ahead.load(Ordering::Relaxed)))
    }

    /// Lets time pass at once.
    pub fn advance(&self, by: TimeDelta) {
        self.0
            .fetch_add(by.num_microseconds().expect("a test's hours fit"), Ordering::Relaxed);
    }
}
