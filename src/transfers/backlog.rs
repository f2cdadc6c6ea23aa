//! How long a new transfer of a partner would wait for the bank, and from when on that is too long to promise.
//!
//! In the circle of the partners (`fair.rs`) a new transfer waits for as many of each other partner as its own partner has
//! before it. So who floods us is refused, and who has one payment is not. The seconds in the line alone decide, by the calls
//! a second alone: a maintenance refuses nobody, and a bank that is slow is not reckoned with.
//!
//! Counted once a second in each process, by one query for all who ask; between the counts what is about to be promised here
//! is added, so that many at once do not all find room for one; what other processes promise is seen with the next count.
//! One that comes to nothing after all, as a key that was used before, is counted until then.
//!
//! Nothing is written here: a refusal is given before the transaction that would promise something writes anything.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QuerySelect};
use tokio::sync::Mutex;

use super::TransferError;
use crate::ids::PartnerId;
use crate::models::kinds::TransferState;
use crate::models::transfers::{Column, Entity};
use crate::services::Services;

/// How long a count is good for.
const FRESH: Duration = Duration::from_secs(1);
/// Who is refused comes back after so long at most: much may have gone by then.
const RETRY_SECS_MAX: u64 = 60;

/// What waits, by partner, as this process knows it. Clones share it.
#[derive(Clone, Default)]
pub struct Backlog(Arc<Mutex<Option<Counted>>>);

struct Counted {
    at: Instant,
    /// `None`: the database did not tell. It is not asked again by each who waits here: they would wait one after another.
    waiting: Option<HashMap<PartnerId, u64>>,
}

/// What a new transfer would wait for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Expected {
    /// The others before it.
    pub line_secs: u64,
    /// The rest of the bank's maintenance: told, and no reason to refuse.
    pub maintenance_secs: u64,
}

impl Expected {
    #[must_use]
    pub const fn secs(self) -> u64 {
        self.line_secs.saturating_add(self.maintenance_secs)
    }
}

/// Too much waits for another promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overfull {
    pub expected_secs: u64,
    pub retry_after_secs: u64,
}

impl From<Overfull> for TransferError {
    fn from(full: Overfull) -> Self {
        Self::Overfull(full)
    }
}

impl Backlog {
    /// What a new transfer of the partner would wait for.
    ///
    /// # Errors
    /// The database's.
    pub async fn expected(&self, services: &Services, partner: PartnerId) -> Result<Expected, DbErr> {
        self.expected_with(services, partner, |_| false).await
    }

    /// Counts another one if it `is_promised` after so many seconds in the line.
    async fn expected_with(
        &self,
        services: &Services,
        partner: PartnerId,
        is_promised: impl FnOnce(u64) -> bool,
    ) -> Result<Expected, DbErr> {
        let now = services.clock.now();
        let until = services.calendar.windows().money_waits_until(now);
        let maintenance_secs = until.map_or(0, |until| {
            u64::try_from((until - now).num_seconds() + 1).unwrap_or_default()
        });
        let line_secs = match services.shares.whole(services).money_per_sec() {
            None => 0,
            Some(per_sec) => self.line_secs(services, partner, per_sec, is_promised).await?,
        };
        Ok(Expected {
            line_secs,
            maintenance_secs,
        })
    }

    /// Looked at and counted under one lock.
    async fn line_secs(
        &self,
        services: &Services,
        partner: PartnerId,
        per_sec: f64,
        is_promised: impl FnOnce(u64) -> bool,
    ) -> Result<u64, DbErr> {
        let mut kept = self.0.lock().await;
        if kept.as_ref().is_none_or(|counted| counted.at.elapsed() >= FRESH) {
            let (waiting, failed) = match count(services).await {
                Ok(waiting) => (Some(waiting), None),
                Err(error) => (None, Some(error)),
            };
            let at = Instant::now();
            *kept = Some(Counted { at, waiting });
            if let Some(error) = failed {
                return Err(error);
            }
        }
        let waiting = kept.as_mut().and_then(|counted| counted.waiting.as_mut());
        let waiting = waiting.ok_or_else(|| DbErr::Custom("it did not tell a moment ago what waits".to_owned()))?;
        let line_secs = secs(ahead(waiting, partner), per_sec);
        if is_promised(line_secs) {
            let own = waiting.entry(partner).or_default();
            *own = own.saturating_add(1);
        }
        Ok(line_secs)
    }

    /// Whether another transfer of the partner cannot be promised. A database that does not tell refuses nobody: what is
    /// to be promised is to be written there.
    pub async fn overfull(&self, services: &Services, partner: PartnerId) -> Option<Overfull> {
        self.judge(services, partner, false).await
    }

    /// As [`overfull`](Self::overfull), for one that is promised if it is not: it counts from now on.
    pub async fn promise(&self, services: &Services, partner: PartnerId) -> Option<Overfull> {
        self.judge(services, partner, true).await
    }

    async fn judge(&self, services: &Services, partner: PartnerId, is_promise: bool) -> Option<Overfull> {
        let most = u64::from(services.settings.limits.backlog_secs);
        if most == 0 {
            return None;
        }
        let is_promised = |line_secs| is_promise && line_secs <= most;
        let expected = match self.expected_with(services, partner, is_promised).await {
            Ok(expected) => expected,
            Err(error) => {
                tracing::debug!(%error, "what waits for the bank cannot be counted");
                return None;
            }
        };
        (expected.line_secs > most).then(|| Overfull {
            expected_secs: expected.secs(),
            retry_after_secs: (expected.line_secs - most).clamp(1, RETRY_SECS_MAX),
        })
    }
}

/// How many go before the next one of the partner: as many of each as it has itself, and that one's place.
fn ahead(counts: &HashMap<PartnerId, u64>, partner: PartnerId) -> u64 {
    let own = counts.get(&partner).copied().unwrap_or_default();
    let others = counts.iter().filter(|(other, _)| **other != partner);
    own.saturating_add(others.map(|(_, waiting)| (*waiting).min(own.saturating_add(1))).sum())
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "an estimate in whole seconds of a count that is far below 2^52"
)]
fn secs(ahead: u64, per_sec: f64) -> u64 {
    if per_sec <= 0.0 {
        return 0;
    }
    (ahead as f64 / per_sec).ceil() as u64
}

/// Index `(state, partner_id, created_at, id)`: as many entries are read as are queued, which is bounded by what is promised.
async fn count(services: &Services) -> Result<HashMap<PartnerId, u64>, DbErr> {
    let rows: Vec<(PartnerId, i64)> = Entity::find()
        .select_only()
        .column(Column::PartnerId)
        .column_as(Column::Id.count(), "waiting")
        .filter(Column::State.eq(TransferState::Queued))
        .group_by(Column::PartnerId)
        .into_tuple()
        .all(services.db.read())
        .await?;
    let counts = rows
        .into_iter()
        .map(|(partner, waiting)| (partner, u64::try_from(waiting).unwrap_or_default()));
    Ok(counts.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_floods_waits_for_its_own_and_who_has_one_payment_for_one_of_each() {
        let [flood, some, quiet] = [PartnerId::new(), PartnerId::new(), PartnerId::new()];
        let counts = HashMap::from([(flood, 9_999), (some, 10)]);
        assert_eq!(ahead(&counts, flood), 10_009);
        assert_eq!(ahead(&counts, some), 21);
        assert_eq!(ahead(&counts, quiet), 2);
        assert_eq!(ahead(&HashMap::new(), quiet), 0);
        assert_eq!((secs(10_009, 37.5), secs(2, 37.5), secs(0, 37.5)), (267, 1, 0));
    }
}
