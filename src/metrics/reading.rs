//! What the database says at the moment of a scrape: three queries, kept for a second, so that scrapes cost nothing. A
//! database that does not answer in time is `naru_database_up 0`, and then nothing else is said of it.

use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, DbErr, EntityTrait, ExprTrait, FromQueryResult, QueryFilter, QuerySelect};
use tokio::sync::Mutex;

use super::register::PREFIX;
use super::telling::{self, Telling};
use super::{Amount, OPEN, Word};
use crate::db::PoolUse;
use crate::models::kinds::{TransferKind, TransferState};
use crate::models::transfers::{Column, Entity};
use crate::services::Services;

/// How long an answer is good for.
const FRESH: Duration = Duration::from_secs(1);
/// A database that takes longer is counted as down.
const PATIENCE: Duration = Duration::from_secs(2);

/// The last answer of the database.
#[derive(Default)]
pub(super) struct Readings(Mutex<Option<(Instant, Reading)>>);

#[derive(Clone)]
pub(super) struct Reading {
    /// `None`: the database did not answer.
    open: Option<Vec<Open>>,
    /// With it.
    telling: Option<Telling>,
    pool: PoolUse,
    /// Whether a broker is told of what is queued.
    is_told: bool,
    at: DateTime<Utc>,
}

/// The transfers of one kind that are in one state.
#[derive(Clone, Debug, FromQueryResult)]
struct Open {
    kind: TransferKind,
    state: TransferState,
    count: i64,
    oldest: Option<DateTime<Utc>>,
    oldest_call: Option<DateTime<Utc>>,
    untold: i64,
    oldest_untold: Option<DateTime<Utc>>,
}

impl Readings {
    /// The answer of this second; many scrapes at once ask once.
    pub(super) async fn fresh(&self, services: &Services) -> Reading {
        let mut last = self.0.lock().await;
        if let Some((at, reading)) = last.as_ref()
            && at.elapsed() < FRESH
        {
            return reading.clone();
        }
        let reading = async { tokio::try_join!(open(services), telling::read(services)) };
        let read = match tokio::time::timeout(PATIENCE, reading).await {
            Ok(Ok(read)) => Some(read),
            Ok(Err(error)) => {
                tracing::debug!(%error, "the database cannot be read for the metrics");
                None
            }
            Err(_) => None,
        };
        let (open, telling) = read.unzip();
        let reading = Reading {
            open,
            telling,
            pool: services.db.pool_use(),
            is_told: services.settings.relay.broker().is_some(),
            at: services.clock.now(),
        };
        *last = Some((Instant::now(), reading.clone()));
        reading
    }
}

/// Index `(state, created_at, id)`: as many rows are looked at as are open.
async fn open(services: &Services) -> Result<Vec<Open>, DbErr> {
    let untold = || Expr::case(Column::RungAt.is_null(), Column::CreatedAt.into_expr());
    Entity::find()
        .select_only()
        .columns([Column::Kind, Column::State])
        .column_as(Column::Id.count(), "count")
        .column_as(Column::CreatedAt.min(), "oldest")
        .column_as(Column::ExecutedAt.min(), "oldest_call")
        .column_as(Expr::expr(untold()).count(), "untold")
        .column_as(Expr::expr(untold()).min(), "oldest_untold")
        .filter(Column::State.is_in(OPEN))
        .group_by(Column::Kind)
        .group_by(Column::State)
        .into_model()
        .all(services.db.read())
        .await
}

impl Reading {
    /// The reading as gauges.
    pub(super) fn registry(&self) -> Registry {
        let mut registry = Registry::with_prefix(PREFIX);
        let is_up: Gauge = Gauge::default();
        is_up.set(i64::from(self.open.is_some()));
        registry.register("database_up", "Whether the database answers", is_up);
        self.pool(&mut registry);
        if let Some(open) = &self.open {
            self.transfers(&mut registry, open);
            if self.is_told {
                self.untold(&mut registry, open);
            }
        }
        if let Some(telling) = &self.telling {
            telling.register(&mut registry, self.at);
        }
        registry
    }

    fn pool(&self, registry: &mut Registry) {
        let connections: Family<[Word; 1], Gauge> = Family::default();
        for (state, count) in [("in_use", self.pool.in_use), ("idle", self.pool.idle)] {
            connections.get_or_create(&[("state", state)]).set(i64::from(count));
        }
        registry.register("database_connections", "Connections of the pool", connections);
        let most: Gauge = Gauge::default();
        most.set(i64::from(self.pool.most));
        registry.register("database_connections_max", "Connections that the pool may open", most);
    }

    fn transfers(&self, registry: &mut Registry, open: &[Open]) {
        let counts: Family<[Word; 2], Gauge> = Family::default();
        for kind in TransferKind::ALL {
            for state in OPEN {
                drop(counts.get_or_create(&[("kind", kind.as_str()), ("state", state.as_str())]));
            }
        }
        for row in open {
            let labels = [("kind", row.kind.as_str()), ("state", row.state.as_str())];
            counts.get_or_create(&labels).set(row.count);
        }
        registry.register("transfers", "Transfers that are not settled", counts);

        let ages: Family<[Word; 1], Amount> = Family::default();
        let of = |state| open.iter().filter(move |row| row.state == state);
        let queued = of(TransferState::Queued).filter_map(|row| row.oldest).min();
        let unknown = of(TransferState::Unknown).filter_map(|row| row.oldest_call).min();
        for (state, oldest) in [("queued", queued), ("unknown", unknown)] {
            ages.get_or_create(&[("state", state)]).set(self.age(oldest));
        }
        let help = "Since the oldest queued transfer was accepted, and the oldest unknown one sent; 0 for none";
        registry.register("transfers_oldest_seconds", help, ages);
    }

    fn untold(&self, registry: &mut Registry, open: &[Open]) {
        let queued = || open.iter().filter(|row| row.state == TransferState::Queued);
        let count: Gauge = Gauge::default();
        count.set(queued().map(|row| row.untold).sum());
        registry.register("rings_waiting", "Queued transfers that RabbitMQ was not told of", count);
        let age: Amount = Gauge::default();
        age.set(self.age(queued().filter_map(|row| row.oldest_untold).min()));
        let help = "Since the oldest transfer that RabbitMQ was not told of was accepted; 0 for none";
        registry.register("rings_waiting_oldest_seconds", help, age);
    }

    fn age(&self, since: Option<DateTime<Utc>>) -> f64 {
        age(self.at, since)
    }
}

/// Seconds; never below zero, whatever the clock of the machine that wrote `since` said.
pub(super) fn age(at: DateTime<Utc>, since: Option<DateTime<Utc>>) -> f64 {
    let age = since.and_then(|since| (at - since).to_std().ok());
    age.unwrap_or_default().as_secs_f64()
}
