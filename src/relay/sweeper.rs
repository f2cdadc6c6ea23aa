//! The sweeper: finds in the database what no ring told of. Each query has its index and its limit.

use std::collections::HashMap;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};
use tokio::time::{Instant, MissedTickBehavior};
use tokio_util::sync::CancellationToken;

use super::Ring;
use super::broker::Broker;
use super::topology::Queue;
use crate::ids::{RequestId, TransferId};
use crate::log;
use crate::metrics::Swept;
use crate::models::kinds::{TransferKind, TransferState};
use crate::models::transfers::{Column, Entity};
use crate::partners::checkout_expiry;
use crate::services::Services;
use crate::transfers::{abandoned, expiry};

/// Rows that one sweep looks at of each kind.
const AT_ONCE: u64 = 256;
/// Rows that are told to a broker at once: it takes thousands a second.
const TOLD_AT_ONCE: u64 = 2_048;
/// The process that accepted a payment tells of it within moments.
const TELLS_ITSELF: TimeDelta = TimeDelta::seconds(1);
/// A row that the broker was told of is not told again for so long, and then only when the broker has lost it.
const TOLD_AGAIN: TimeDelta = TimeDelta::seconds(10);

/// What waits at the broker is asked this often at most, however long a slow bank keeps a backlog.
const ASKED_EVERY: Duration = Duration::from_secs(5);

/// A look that is due is not told to the broker again for so long, however long the bank has no turn for it; a new plan is
/// another look.
const DUE_AGAIN: Duration = Duration::from_secs(10);

/// Whom the rings of queued transfers are told.
pub enum Told {
    /// The workers of this process.
    HereAlone,
    /// The broker, which keeps what it was told.
    Broker(Kept),
}

/// An unknown transfer whose look is due, and since when.
type Due = (TransferId, DateTime<Utc>);

/// What the broker keeps, and when it may be asked next.
pub struct Kept {
    broker: Broker,
    next: Instant,
    looks: Looks,
}

/// The looks that the broker was told of, and when.
#[derive(Default)]
struct Looks(HashMap<Due, Instant>);

impl Looks {
    /// Those that it was not told of lately. It is told now.
    fn news(&mut self, due: Vec<Due>, now: Instant) -> Vec<Due> {
        self.0.retain(|_, at| now.duration_since(*at) < DUE_AGAIN);
        let news: Vec<Due> = due.into_iter().filter(|look| !self.0.contains_key(look)).collect();
        self.0.extend(news.iter().map(|look| (*look, now)));
        news
    }
}

impl Told {
    pub fn broker(broker: Broker) -> Self {
        Self::Broker(Kept {
            broker,
            next: Instant::now(),
            looks: Looks::default(),
        })
    }

    /// Those of the looks that are to be handed over now.
    fn untold(&mut self, due: Vec<Due>) -> Vec<TransferId> {
        let news = match self {
            Self::HereAlone => due,
            Self::Broker(kept) => kept.looks.news(due, Instant::now()),
        };
        news.into_iter().map(|(transfer, _)| transfer).collect()
    }
}

/// Sweeps again and again: expires what is past its time, rings for queued transfers that nobody was told of, declares
/// abandoned ones unknown, and hands over which unknown ones are due to be asked about.
pub async fn sweep_until_stopped(
    services: Services,
    mut told: Told,
    stop: CancellationToken,
    hand_over: impl Fn(Vec<TransferId>),
) {
    let mut tick = tokio::time::interval(Duration::from_millis(services.settings.relay.sweep_every_ms));
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            biased;
            () = stop.cancelled() => return,
            _ = tick.tick() => {}
        }
        match sweep(&services, &mut told).await {
            Ok(due) => hand_over(due),
            // The next sweep tries again.
            Err(error) => tracing::warn!(%error, "the sweeper cannot read the database"),
        }
    }
}

async fn sweep(services: &Services, told: &mut Told) -> Result<Vec<TransferId>, DbErr> {
    let (db, metrics) = (services.db.read(), &services.metrics);
    let over = over(services).all(db).await?;
    metrics.swept(Swept::Expired, over.len());
    for transfer in over {
        if let Err(error) = expiry::expire_if_due(services, &transfer).await {
            log::of(&transfer).in_scope(|| tracing::warn!(%error, "a payment could not expire yet"));
        }
    }
    for (kind, id, request_id) in untold(services, told).await? {
        services.doorbell.ring_for(Ring::execute(kind, id), request_id);
    }
    if let Err(error) = checkout_expiry::expire_due(services).await {
        tracing::warn!(%error, "checkouts could not expire yet");
    }
    let abandoned = abandoned(services).all(db).await?;
    metrics.swept(Swept::Abandoned, abandoned.len());
    for transfer in abandoned {
        if let Err(error) = abandoned::declare_unknown_if_due(services, &transfer).await {
            log::of(&transfer).in_scope(|| tracing::warn!(%error, "an abandoned transfer could not be marked yet"));
        }
    }
    let due: Vec<Due> = due(services).into_tuple().all(db).await?;
    metrics.swept(Swept::Due, due.len());
    Ok(told.untold(due))
}

/// A queued transfer, and the request that accepted it.
type Untold = (TransferKind, TransferId, Option<RequestId>);

/// Queued transfers that somebody must be told of.
async fn untold(services: &Services, told: &mut Told) -> Result<Vec<Untold>, DbErr> {
    let (db, now) = (services.db.read(), services.clock.now());
    let Told::Broker(kept) = told else {
        return queued(AT_ONCE).into_tuple().all(db).await;
    };
    let never = queued(TOLD_AT_ONCE)
        .filter(Column::RungAt.is_null())
        .filter(Column::CreatedAt.lte(now - TELLS_ITSELF));
    let mut rows: Vec<Untold> = never.into_tuple().all(db).await?;
    services.metrics.swept(Swept::Untold, rows.len());
    if Instant::now() >= kept.next {
        kept.next = Instant::now() + ASKED_EVERY;
        let lost = lost(services, &kept.broker).await?;
        services.metrics.swept(Swept::Lost, lost.len());
        rows.extend(lost);
    }
    Ok(rows)
}

/// Those that the broker was told of and has lost: nothing waits there, and they are queued still. While anything does wait
/// there each message serves whoever is next, so what was lost delays nobody. What a worker has in hand meanwhile is told
/// of for nothing: whoever hears it twice has nothing to do. In the bank's maintenance everything waits.
async fn lost(services: &Services, broker: &Broker) -> Result<Vec<Untold>, DbErr> {
    let (db, long_ago) = (services.db.read(), services.clock.now() - TOLD_AGAIN);
    let told = |limit| queued(limit).filter(Column::RungAt.lte(long_ago));
    if services.bank.is_closed() || told(1).into_tuple::<Untold>().one(db).await?.is_none() {
        return Ok(Vec::new());
    }
    let waiting = match broker.waiting().await {
        Ok(waiting) => waiting,
        Err(error) => {
            tracing::debug!(%error, "what waits at RabbitMQ is not known");
            return Ok(Vec::new());
        }
    };
    let is_transfers = |queue: &Queue| !matches!(queue, Queue::Inquiries);
    if waiting
        .iter()
        .any(|(queue, messages)| is_transfers(queue) && *messages > 0)
    {
        return Ok(Vec::new());
    }
    let lost = told(TOLD_AT_ONCE).into_tuple::<Untold>().all(db).await?;
    if !lost.is_empty() {
        tracing::info!(
            rows = lost.len(),
            "nothing waits at RabbitMQ for queued transfers; telling it again"
        );
    }
    Ok(lost)
}

/// Queued and past their time, however busy the workers are. Index `(state, expires_at)`.
fn over(services: &Services) -> Select<Entity> {
    Entity::find()
        .filter(Column::State.eq(TransferState::Queued))
        .filter(Column::ExpiresAt.lte(services.clock.now()))
        .order_by_asc(Column::ExpiresAt)
        .limit(AT_ONCE)
}

/// Oldest first: nobody is overtaken for ever. Indexes `(state, created_at, id)` and `(state, rung_at)`.
fn queued(limit: u64) -> Select<Entity> {
    Entity::find()
        .select_only()
        .columns([Column::Kind, Column::Id, Column::RequestId])
        .filter(Column::State.eq(TransferState::Queued))
        .order_by_asc(Column::CreatedAt)
        .limit(limit)
}

/// Few at any time: one a worker. Index `(state, created_at, id)`.
fn abandoned(services: &Services) -> Select<Entity> {
    Entity::find()
        .filter(Column::State.eq(TransferState::Executing))
        .filter(Column::LeaseUntil.lte(services.clock.now()))
        .order_by_asc(Column::CreatedAt)
        .limit(AT_ONCE)
}

/// Longest due first. Index `(state, next_check_at)`.
fn due(services: &Services) -> Select<Entity> {
    Entity::find()
        .select_only()
        .columns([Column::Id, Column::NextCheckAt])
        .filter(Column::State.eq(TransferState::Unknown))
        .filter(Column::NextCheckAt.lte(services.clock.now()))
        .order_by_asc(Column::NextCheckAt)
        .limit(AT_ONCE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_broker_is_told_once_of_a_look_that_stays_due_and_again_of_a_new_plan_or_after_a_while() {
        let (one, other) = (TransferId::new(), TransferId::new());
        let (at, began) = (DateTime::UNIX_EPOCH, Instant::now());
        let mut looks = Looks::default();
        assert_eq!(looks.news(vec![(one, at)], began), [(one, at)]);
        let soon = began + Duration::from_millis(500);
        assert_eq!(looks.news(vec![(one, at), (other, at)], soon), [(other, at)]);
        let again = (one, at + TimeDelta::seconds(1));
        assert_eq!(looks.news(vec![again], soon), [again]);
        // The broker may have lost it. What was told half a second later is not told again yet.
        let later = began + DUE_AGAIN;
        assert_eq!(looks.news(vec![(one, at), (other, at), again], later), [(one, at)]);
    }
}
