//! What our recent calls say of the bank.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::FromQueryResult;

/// An answer that takes longer is a slow one.
const SLOW: TimeDelta = TimeDelta::seconds(3);
/// How the bank has been within the last ten minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BankHealth {
    /// Nothing was asked.
    Quiet,
    Good,
    Slow,
    Failing,
}

/// How one call ended.
#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct CallEnd {
    pub(super) started_at: DateTime<Utc>,
    pub(super) ended_at: Option<DateTime<Utc>>,
    pub(super) outcome: Option<String>,
}

/// Half of the calls without an answer is a failure, a third of them late is slow. A call in hand says nothing until it
/// is late.
pub(super) fn of(calls: &[CallEnd], now: DateTime<Utc>) -> BankHealth {
    let (mut told, mut lost, mut late) = (0, 0, 0);
    for call in calls {
        let took = call.ended_at.unwrap_or(now) - call.started_at;
        if call.ended_at.is_none() && took <= SLOW {
            continue;
        }
        told += 1;
        let is_lost = matches!(call.outcome.as_deref(), Some("unknown" | "not_sent"));
        lost += i32::from(is_lost);
        late += i32::from(is_lost || took > SLOW);
    }
    if told == 0 {
        BankHealth::Quiet
    } else if lost * 2 >= told {
        BankHealth::Failing
    } else if late * 3 >= told {
        BankHealth::Slow
    } else {
        BankHealth::Good
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(ago_secs: i64, took_ms: Option<i64>, outcome: &str) -> CallEnd {
        let started_at = DateTime::UNIX_EPOCH - TimeDelta::seconds(ago_secs);
        CallEnd {
            started_at,
            ended_at: took_ms.map(|ms| started_at + TimeDelta::milliseconds(ms)),
            outcome: took_ms.map(|_| outcome.to_owned()),
        }
    }

    #[test]
    fn the_bank_is_as_its_recent_answers_were() {
        let good = || call(60, Some(200), "succeeded");
        let slow = || call(60, Some(4_000), "refused");
        let lost = || call(60, Some(15_000), "unknown");
        for (calls, right) in [
            (vec![], BankHealth::Quiet),
            (vec![call(1, None, "")], BankHealth::Quiet),
            (vec![call(9, None, "")], BankHealth::Slow),
            (vec![good(), good()], BankHealth::Good),
            (vec![good(), good(), good(), slow()], BankHealth::Good),
            (vec![good(), good(), slow()], BankHealth::Slow),
            (vec![good(), good(), lost()], BankHealth::Slow),
            (vec![good(), lost()], BankHealth::Failing),
            (vec![call(60, Some(10), "not_sent")], BankHealth::Failing),
        ] {
            assert_eq!(of(&calls, DateTime::UNIX_EPOCH), right, "{calls:?}");
        }
    }
}
