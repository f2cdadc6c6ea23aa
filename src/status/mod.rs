//! How things are now, for everybody: the bank by our recent calls, and what waits. Nothing of anybody's.
//!
//! Two short reads of the database, kept for a few seconds and made by one request for all who wait: who reloads the
//! page as often as they like costs no more.

mod health;

pub use health::BankHealth;

use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use tokio::sync::Mutex;

use crate::bank::OUR_BANK;
use crate::bank::gate::BreakerWord;
use crate::bank::shares::taken_after;
use crate::models::kinds::TransferState;
use crate::models::{bank_calls, gate_shares, transfers};
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
    /// How the breaker of reads stands: the worst of all processes.
    pub breaker: BreakerWord,
}

/// A look and when it was taken.
type Taken = (Instant, Option<Look>);

/// The last look of this process. Cheap to clone.
#[derive(Clone, Default)]
pub struct Looks(Arc<Mutex<Option<Taken>>>);

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
        let look = match tokio::time::timeout(PATIENCE, look(services, now)).await {
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

async fn look(services: &Services, now: DateTime<Utc>) -> Result<Look, DbErr> {
    use bank_calls::Column::{EndedAt, Outcome, StartedAt};
    let db = services.db.read();
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
        breaker: breaker(services, now).await?,
    })
}

/// As this process sees it and as the others told lately. Index `(bank_code, seen_at)`.
async fn breaker(services: &Services, now: DateTime<Utc>) -> Result<BreakerWord, DbErr> {
    use gate_shares::Column::{BankCode, Breaker, SeenAt};
    let told: Vec<String> = gate_shares::Entity::find()
        .select_only()
        .column(Breaker)
        .filter(BankCode.eq(OUR_BANK))
        .filter(SeenAt.gt(now - taken_after(services)))
        .into_tuple()
        .all(services.db.read())
        .await?;
    let told = told.iter().filter_map(|word| BreakerWord::parse(word));
    Ok(told
        .chain([services.bank.sight().breaker])
        .max()
        .unwrap_or(BreakerWord::Closed))
}
