//! How things are now, for everybody: the bank by our recent calls, and what waits. Nothing of anybody's.
//!
//! Two short reads of the database, kept for a few seconds and made by one request for all who wait: who reloads the
//! page as often as they like costs no more.

mod health;

pub use health::BankHealth;

use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{ColumnTrait, DatabaseConnection, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
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
/// Who waits longer is told so.
const LATE: TimeDelta = TimeDelta::seconds(60);

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

async fn look(db: &DatabaseConnection, now: DateTime<Utc>) -> Result<Look, DbErr> {
    use bank_calls::Column::{EndedAt, Outcome, StartedAt};
    // Index `(started_at)`.
    let calls: Vec<health::CallEnd> = bank_calls::Entity::find()
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
        bank: health::of(&calls, now),
        waiting: Waiting {
            count: count.min(WAITING),
            more: count > WAITING,
            oldest: waiting.first().copied(),
        },
    })
}
