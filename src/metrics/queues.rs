//! The meters of the way over RabbitMQ: rings that went out, queues that are heard.

use chrono::{DateTime, Utc};

use super::Meters;

impl Meters {
    /// The broker took so many rings and refused, or did not confirm, the others.
    pub fn published(&self, taken: usize, failed: usize) {
        let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
        self.rings_published.inc_by(count(taken));
        self.rings_failed.inc_by(count(failed));
    }

    /// Whether this process hears the queue.
    pub fn listening(&self, queue: &'static str, is_heard: bool) {
        self.listening
            .get_or_create(&[("queue", queue)])
            .set(i64::from(is_heard));
    }

    /// A message came from the queue.
    pub fn delivered(&self, queue: &'static str, at: DateTime<Utc>) {
        self.last_delivery
            .get_or_create(&[("queue", queue)])
            .set(super::register::unix_secs(at));
    }
}
