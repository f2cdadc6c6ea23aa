//! Chance from a seed: the same for the same thing, whatever was drawn for others.

use chrono::{DateTime, TimeDelta, Utc};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use uuid::{Builder, Uuid};

/// What is drawn for.
#[derive(Clone, Copy, Debug)]
pub enum Of {
    Shop = 1,
    Member = 2,
    Payment = 3,
}

/// Far apart for seeds that are close.
const SPREAD: u64 = 0x9E37_79B9_7F4A_7C15;

pub struct Dice(StdRng);

impl Dice {
    pub fn new(seed: u64, of: Of, number: u64) -> Self {
        let thing = ((of as u64) << 56) ^ number;
        Self(StdRng::seed_from_u64(seed.wrapping_mul(SPREAD).wrapping_add(thing)))
    }

    pub fn random(&mut self) -> u64 {
        self.0.random()
    }

    pub fn below(&mut self, end: u64) -> u64 {
        self.0.random_range(0..end.max(1))
    }

    /// Both ends included.
    pub fn between(&mut self, least: i64, most: i64) -> i64 {
        self.0.random_range(least..=most.max(least))
    }

    pub fn once_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }

    /// Of texts that are there.
    pub fn word(&mut self, of: &'static [&'static str]) -> &'static str {
        let place = self.below(of.len() as u64);
        let word = usize::try_from(place).ok().and_then(|place| of.get(place));
        word.copied().unwrap_or_default()
    }

    /// One of those that are there, as often as its weight says.
    pub fn weighted<T: Copy>(&mut self, of: &[(u64, T)]) -> Option<T> {
        let mut place = self.below(of.iter().map(|(weight, _)| weight).sum());
        for (weight, one) in of {
            if place < *weight {
                return Some(*one);
            }
            place -= weight;
        }
        None
    }

    /// A time of so many milliseconds, to the microsecond.
    pub fn millis(&mut self, least: i64, most: i64) -> TimeDelta {
        TimeDelta::microseconds(self.between(least * 1_000, most * 1_000))
    }

    /// A `UUIDv7` of a moment.
    pub fn id(&mut self, at: DateTime<Utc>) -> Uuid {
        let millis = u64::try_from(at.timestamp_millis()).unwrap_or_default();
        Builder::from_unix_timestamp_millis(millis, &self.0.random()).into_uuid()
    }
}
