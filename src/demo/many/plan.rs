//! When the payments of a year come: more at noon and in the evening, few at night, more before a weekend, and more each
//! month. The payments are numbered in the order of their moments, so that the history grows as a real one does.

use chrono::{DateTime, Datelike, TimeDelta, Timelike, Utc};

use super::dice::{Dice, Of};
use crate::clock::kst;

/// Payments of one transaction.
pub const BATCH: u64 = 500;

const HOURS: i64 = 365 * 24;
/// The last payment has come to its end by now.
const QUIET: TimeDelta = TimeDelta::hours(1);
/// People and shops were there before the first payment.
const BEFORE: TimeDelta = TimeDelta::days(2);
/// How often each hour of a Korean day is.
const BY_HOUR: [u64; 24] = [
    8, 4, 2, 1, 1, 2, 6, 14, 26, 34, 38, 44, 54, 48, 40, 38, 38, 40, 44, 48, 54, 56, 44, 22,
];
/// Monday to Sunday.
const BY_WEEKDAY: [u64; 7] = [100, 96, 98, 102, 116, 122, 104];
/// Of a chance within the share of one payment.
const FINE: u64 = 1 << 20;

/// The moment at which the history of a shop that was made at `made` ends.
pub fn until(made: DateTime<Utc>) -> DateTime<Utc> {
    made + BEFORE + TimeDelta::hours(HOURS) + QUIET
}

pub struct Plan {
    pub seed: u64,
    pub payments: u64,
    pub until: DateTime<Utc>,
    /// The sum of the weights until the end of each hour.
    hours: Vec<u64>,
}

impl Plan {
    pub fn new(seed: u64, payments: u64, until: DateTime<Utc>) -> Self {
        let first = until - QUIET - TimeDelta::hours(HOURS);
        let mut sum = 0;
        let mut hours = Vec::new();
        for hour in 0..HOURS {
            sum += weight(first + TimeDelta::hours(hour), hour.unsigned_abs());
            hours.push(sum);
        }
        Self {
            seed,
            payments,
            until,
            hours,
        }
    }

    /// When people and shops came.
    pub fn made_at(&self) -> DateTime<Utc> {
        self.first() - BEFORE
    }

    pub fn batches(&self) -> u64 {
        self.payments.div_ceil(BATCH)
    }

    /// The chance of a payment, from which its moment and all else follows.
    pub fn dice(&self, payment: u64) -> Dice {
        Dice::new(self.seed, Of::Payment, payment)
    }

    /// When a payment comes; later ones have higher numbers.
    pub fn moment(&self, payment: u64, dice: &mut Dice) -> DateTime<Utc> {
        let all = self.hours.last().copied().unwrap_or(1);
        let share = u128::from(payment) * u128::from(FINE) + u128::from(dice.below(FINE));
        let place = share * u128::from(all) / (u128::from(self.payments.max(1)) * u128::from(FINE));
        let place = u64::try_from(place).unwrap_or(u64::MAX);
        let hour = self.hours.partition_point(|end| *end <= place);
        let begin = hour.checked_sub(1).and_then(|before| self.hours.get(before)).copied();
        let begin = begin.unwrap_or_default();
        let weight = self.hours.get(hour).map_or(1, |end| end - begin);
        let micros = u128::from(place.saturating_sub(begin)) * 3_600_000_000 / u128::from(weight.max(1));
        let within = TimeDelta::microseconds(i64::try_from(micros).unwrap_or_default());
        self.first() + TimeDelta::hours(i64::try_from(hour).unwrap_or(HOURS)) + within
    }

    fn first(&self) -> DateTime<Utc> {
        self.until - QUIET - TimeDelta::hours(HOURS)
    }
}

fn weight(at: DateTime<Utc>, hour: u64) -> u64 {
    let at = at.with_timezone(&kst());
    let of = |table: &[u64], place: u32| {
        let place = usize::try_from(place).unwrap_or_default();
        table.get(place).copied().unwrap_or(1)
    };
    // From seven tenths to thirteen tenths over the year.
    let growth = 700 + 600 * hour / HOURS.unsigned_abs();
    of(&BY_HOUR, at.hour()) * of(&BY_WEEKDAY, at.weekday().num_days_from_monday()) * growth
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;

    use super::*;

    #[test]
    fn payments_come_in_the_order_of_their_numbers_within_the_year_and_more_by_day() {
        let until = Utc.with_ymd_and_hms(2026, 11, 26, 15, 0, 0).unwrap();
        let plan = Plan::new(7, 5_000, until);
        assert_eq!(super::until(plan.made_at()), until);
        let moments: Vec<_> = (0..5_000)
            .map(|number| plan.moment(number, &mut plan.dice(number)))
            .collect();
        assert!(moments.is_sorted());
        assert!(*moments.first().unwrap() >= plan.first() && *moments.last().unwrap() < until - QUIET);
        let at = |hour| {
            moments
                .iter()
                .filter(|at| at.with_timezone(&kst()).hour() == hour)
                .count()
        };
        assert!(at(12) > 10 * at(4), "{} at noon, {} at four", at(12), at(4));
        let again = Plan::new(7, 5_000, until);
        assert_eq!(again.moment(4_321, &mut again.dice(4_321)), moments[4_321]);
    }
}
