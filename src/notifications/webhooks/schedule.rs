//! When an attempt that failed is made again, and how long an endpoint that fails is left alone.

use chrono::TimeDelta;

/// Seconds to wait after each failed attempt: 5 s, 5 m, 30 m, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h. More than three days in all.
const WAITS_SECS: [i64; 9] = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];
/// Of a delivery, the first included.
pub const ATTEMPTS: i64 = 10;
/// So many failures in a row, and an endpoint is probed by one attempt at a time.
pub const FAILING_FROM: i64 = 5;
/// How long a failing endpoint is left alone before it is probed: first, and at most. Doubled in between.
const BACKOFF_SECS: i64 = 5;
const BACKOFF_MOST_SECS: i64 = 300;
/// No longer than this is waited because an answer asked for it.
const RETRY_AFTER_MOST: TimeDelta = TimeDelta::hours(1);
/// What waits for an endpoint that failed for so long without a break is given up: longer than any delivery's own waits.
pub const GIVEN_UP_AFTER: TimeDelta = TimeDelta::hours(84);

/// How far from its time a wait may be: ten of a hundred, so that what failed together does not come back together.
const JITTER_PERMILLE: i64 = 100;

/// How long to wait after the failed attempt of this number, by a random number of -1000 to 1000. `None`: it was the last.
#[must_use]
pub fn wait(attempt: i64, chance: i64) -> Option<TimeDelta> {
    let index = usize::try_from(attempt - 1).ok()?;
    let secs = WAITS_SECS.get(index)?;
    Some(jittered(*secs, chance))
}

/// How long an endpoint is left alone after so many failures in a row; `None`: not at all.
#[must_use]
pub fn backoff(failures: i64, chance: i64) -> Option<TimeDelta> {
    let beyond = u32::try_from(failures - FAILING_FROM).ok()?;
    let secs = BACKOFF_SECS.checked_shl(beyond.min(16)).unwrap_or(BACKOFF_MOST_SECS);
    Some(jittered(secs.min(BACKOFF_MOST_SECS), chance))
}

/// How long an answer may have us wait.
#[must_use]
pub fn bounded(retry_after: TimeDelta) -> TimeDelta {
    retry_after.clamp(TimeDelta::zero(), RETRY_AFTER_MOST)
}

/// The random number for one wait.
#[must_use]
pub fn chance() -> i64 {
    rand::random_range(-1_000..=1_000)
}

fn jittered(secs: i64, chance: i64) -> TimeDelta {
    let chance = chance.clamp(-1_000, 1_000);
    // Milliseconds: a thousand of a second, and a thousand of the chance.
    TimeDelta::milliseconds(secs * 1_000 + secs * JITTER_PERMILLE * chance / 1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nine_waits_within_a_tenth_of_their_time_last_over_three_days() {
        let sum = |chance| {
            (1..ATTEMPTS)
                .filter_map(|attempt| wait(attempt, chance))
                .sum::<TimeDelta>()
        };
        assert_eq!(wait(1, 0), Some(TimeDelta::seconds(5)));
        assert_eq!(wait(2, 1_000), Some(TimeDelta::seconds(330)));
        assert_eq!(wait(9, -1_000), Some(TimeDelta::seconds(77_760)));
        assert_eq!(wait(ATTEMPTS, 0), None);
        assert_eq!(sum(0), TimeDelta::seconds(75 * 3_600 + 35 * 60 + 5));
        assert!(sum(1_000) < GIVEN_UP_AFTER);
        assert!(
            (0..100)
                .map(|_| chance())
                .all(|chance| (-1_000..=1_000).contains(&chance))
        );
    }

    #[test]
    fn an_endpoint_that_goes_on_failing_is_left_alone_for_longer_and_longer_up_to_five_minutes() {
        let secs: Vec<_> = (3..14)
            .map(|failures| backoff(failures, 0).map(|wait| wait.num_seconds()))
            .collect();
        let first = [None, None, Some(5), Some(10), Some(20), Some(40), Some(80), Some(160)];
        assert_eq!(secs[..8], first);
        assert!(secs[8..].iter().all(|secs| *secs == Some(300)));
        assert_eq!(backoff(i64::MAX, 0), None, "no such number");
        assert_eq!(bounded(TimeDelta::days(9)), TimeDelta::hours(1));
        assert_eq!(bounded(TimeDelta::seconds(-9)), TimeDelta::zero());
    }
}
