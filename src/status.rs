//! How things are now, for everybody: the bank by our recent calls, and what waits. Nothing of anybody's.
//!
//! Two short reads of the database, kept for a few seconds and made by one request for all who wait: who reloads the
//! page as often as they like costs no more.

use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{
    ColumnTrait, DatabaseConnection, DbErr, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect,
};
use tokio::sync::Mutex;

use crate::models::kinds::TransferState;
use crate::models::{bank_calls, transfers};
use crate::services::Services;

/// How long a look is good for.
const FRESH: Duration = Duration::from_secs(3);
/// A database that takes longer is away.
const PATIENCE: Duration = Duration::from_secs(2);
const RECENT: TimeDelta = TimeDelta::minutes(10);
/// The newest calls tell enough, however many there were.
const CALLS: u64 = 300;
const WAITING: u64 = 1_000;
/// An answer that takes longer is a slow one.
const SLOW: TimeDelta = TimeDelta::seconds(3);
/// Who waits longer is told so.
const LATE: TimeDelta = TimeDelta::seconds(60);

/// How the bank has been within the last ten minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BankHealth {
    /// Nothing was asked.
    Quiet,
    Good,
    Slow,
    Failing,
}

/// What waits to be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiting {
    pub count: u64,
    /// There are more than were counted.
    pub more: bool,
    pub oldest: Option<DateTime<Utc>>,
}

impl Waiting {
    /// Whether somebody waits for longer than usual.
    #[must_use]
    pub fn is_late(&self, now: DateTime<Utc>) -> bool {
        self.oldest.is_some_and(|oldest| now - oldest > LATE)
    }
}

/// One look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    pub bank: BankHealth,
    pub waiting: Waiting,
}

/// The last look of this process. Cheap to clone.
#[derive(Clone, Default)]
pub struct Looks(Arc<Mutex<Option<(Instant, Option<Look>)>>>);

impl Looks {
    /// How things are; `None` when the database does not tell.
    pub async fn fresh(&self, services: &Services) -> Option<Look> {
        let mut last = self.0.lock().await;
        if let Some((at, look)) = *last
            && at.elapsed() < FRESH
        {
            return look;
        }
        let now = services.clock.now();
        let look = match tokio::time::timeout(PATIENCE, look(services.db.read(), now)).await {
            Ok(Ok(look)) => Some(look),
            Ok(Err(error)) => {
                tracing::debug!(%error, "the database does not tell how things are");
                None
            }
            Err(_) => None,
        };
        *last = Some((Instant::now(), look));
        look
    }
}

#[derive(Clone, Debug, FromQueryResult)]
struct CallEnd {
    started_at: DateTime<Utc>,
    ended_at: Option<DateTime<Utc>>,
    outcome: Option<String>,
}

async fn look(db: &DatabaseConnection, now: DateTime<Utc>) -> Result<Look, DbErr> {
    use bank_calls::Column::{EndedAt, Outcome, StartedAt};
    // Index `(started_at)`.
    let calls: Vec<CallEnd> = bank_calls::Entity::find()
        .select_only()
        .columns([StartedAt, EndedAt, Outcome])
        .filter(StartedAt.gte(now - RECENT))
        .order_by_desc(StartedAt)
        .limit(CALLS)
        .into_model()
        .all(db)
        .await?;
    // Index `(state, created_at, id)`.
    let waiting: Vec<DateTime<Utc>> = transfers::Entity::find()
        .select_only()
        .column(transfers::Column::CreatedAt)
        .filter(transfers::Column::State.eq(TransferState::Queued))
        .order_by_asc(transfers::Column::CreatedAt)
        .limit(WAITING + 1)
        .into_tuple()
        .all(db)
        .await?;
    let count = u64::try_from(waiting.len()).unwrap_or(u64::MAX);
    Ok(Look {
        bank: health(&calls, now),
        waiting: Waiting {
            count: count.min(WAITING),
            more: count > WAITING,
            oldest: waiting.first().copied(),
        },
    })
}

/// Half of the calls without an answer is a failure, a third of them late is slow. A call in hand says nothing until it
/// is late.
fn health(calls: &[CallEnd], now: DateTime<Utc>) -> BankHealth {
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
            assert_eq!(health(&calls, DateTime::UNIX_EPOCH), right, "{calls:?}");
        }
    }
}
