//! What was accepted in each hour, by kind, state and failure: counted once when the hour is over, counted again when a
//! transfer of it changes late. `docs/overview.md` tells why it is not written with each payment.
//!
//! An hour is announced, and counted a minute later. Whoever changes a transfer of an old hour takes the announcement back
//! in the same transaction: so either the count sees the change, or the hour is counted again. The wait is for a change
//! that was begun before the announcement and is committed after it.
//!
//! If the process dies …
//! - after announcing: any process counts the hour later;
//! - while it counts: nothing of it is there, and any process counts it later;
//! - after counting: what it wrote is whole.

use std::collections::HashSet;
use std::ops::RangeInclusive;

use chrono::{DateTime, TimeDelta, Utc};
use futures::FutureExt;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseBackend, DatabaseTransaction, DbErr, EntityTrait, FromQueryResult,
    PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};

use crate::models::kinds::{FailureCode, TransferKind, TransferState};
use crate::models::{overview_hours, overview_totals, transfers};
use crate::services::Services;

const HOUR_SECS: i64 = 3_600;
/// Since the beginning of its hour: a transfer that changes earlier is in an hour that nobody has announced.
const LATE: TimeDelta = TimeDelta::minutes(90);
/// Since the beginning of an hour, until it is announced: clocks of two machines may differ by as much as lies between.
const OVER: TimeDelta = TimeDelta::minutes(120);
/// No write of ours takes longer, from its first statement to its commit.
pub const SETTLES: TimeDelta = TimeDelta::seconds(60);
/// Hours of one turn.
pub const AT_ONCE: usize = 24;
/// Hours of one turn where nobody else waits.
const ALONE_AT_ONCE: usize = 1_000;
/// Of these, hours that are counted in one transaction.
const TOGETHER: usize = 64;

/// The hour of a moment, since 1970. Korean hours begin where those of UTC do.
#[must_use]
pub const fn hour_of(at: DateTime<Utc>) -> i64 {
    at.timestamp().div_euclid(HOUR_SECS)
}

/// When an hour begins.
#[must_use]
pub fn begin_of(hour: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(hour.saturating_mul(HOUR_SECS), 0).unwrap_or_default()
}

/// Follows a change of a transfer, in its transaction: what was counted of its hour, if anything was, is counted again.
///
/// # Errors
/// The database's own.
pub(super) async fn follow<C: ConnectionTrait>(
    tx: &C,
    known: &transfers::Model,
    changed: &transfers::Model,
    at: DateTime<Utc>,
) -> Result<(), DbErr> {
    let hour = hour_of(known.created_at);
    let is_counted_alike = (known.state, known.failure_code) == (changed.state, changed.failure_code);
    if is_counted_alike || at - begin_of(hour) < LATE {
        return Ok(());
    }
    overview_hours::Entity::delete_by_id(hour).exec(tx).await?;
    Ok(())
}

/// Follows transfers that were made up for a trial, in their transaction: what was counted of the hours of these moments, the
/// first and the last, is counted again.
pub(super) async fn follow_made_up<C: ConnectionTrait>(
    tx: &C,
    (first, last): (DateTime<Utc>, DateTime<Utc>),
) -> Result<(), DbErr> {
    overview_hours::Entity::delete_many()
        .filter(overview_hours::Column::Hour.between(hour_of(first), hour_of(last)))
        .exec(tx)
        .await?;
    Ok(())
}

/// A turn: announces some hours that are over, counts those that were announced long enough ago. Answers how many of both.
///
/// # Errors
/// The database's own.
pub async fn keep(services: &Services) -> Result<usize, DbErr> {
    let announced = announce(services, AT_ONCE).await?;
    let counted = count(services, services.clock.now() - SETTLES, AT_ONCE).await?;
    Ok(announced + counted)
}

/// Announces up to `most` hours that are over and not counted, newest first.
///
/// # Errors
/// The database's own.
pub async fn announce(services: &Services, most: usize) -> Result<usize, DbErr> {
    let (db, now) = (services.db.read(), services.clock.now());
    let last = hour_of(now - OVER);
    let Some(first) = first_of(db).await?.filter(|first| *first <= last) else {
        return Ok(0);
    };
    let within = overview_hours::Entity::find().filter(overview_hours::Column::Hour.between(first, last));
    if within.clone().count(db).await? >= (last - first + 1).unsigned_abs() {
        return Ok(0);
    }
    let known = within.select_only().column(overview_hours::Column::Hour);
    let known: HashSet<i64> = known.into_tuple::<i64>().all(db).await?.into_iter().collect();
    let rows: Vec<overview_hours::ActiveModel> = (first..=last)
        .rev()
        .filter(|hour| !known.contains(hour))
        .take(most)
        .map(|hour| overview_hours::ActiveModel {
            hour: Set(hour),
            announced_at: Set(now),
            counted_at: Set(None),
        })
        .collect();
    let announced = rows.len();
    if announced == 0 {
        return Ok(0);
    }
    let unless_there = OnConflict::column(overview_hours::Column::Hour)
        .do_nothing_on([overview_hours::Column::Hour])
        .to_owned();
    let written = services.db.write(move |tx| {
        async move {
            let insert = overview_hours::Entity::insert_many(rows).on_conflict(unless_there);
            insert.exec_without_returning(tx).await?;
            Ok::<_, DbErr>(announced)
        }
        .boxed()
    });
    written.await
}

/// The hour of the oldest transfer. Index `(created_at, id)`.
async fn first_of<C: ConnectionTrait>(db: &C) -> Result<Option<i64>, DbErr> {
    let oldest: Option<DateTime<Utc>> = transfers::Entity::find()
        .select_only()
        .column(transfers::Column::CreatedAt)
        .order_by_asc(transfers::Column::CreatedAt)
        .limit(1)
        .into_tuple()
        .one(db)
        .await?;
    Ok(oldest.map(hour_of))
}

/// Counts up to `most` hours that were announced until then, each in a short transaction of its own.
///
/// # Errors
/// The database's own.
pub async fn count(services: &Services, until: DateTime<Utc>, most: usize) -> Result<usize, DbErr> {
    let due = due(services, until, most).await?;
    for hour in &due {
        count_run(services, *hour..=*hour).await?;
    }
    Ok(due.len())
}

async fn due(services: &Services, until: DateTime<Utc>, most: usize) -> Result<Vec<i64>, DbErr> {
    overview_hours::Entity::find()
        .select_only()
        .column(overview_hours::Column::Hour)
        .filter(overview_hours::Column::CountedAt.is_null())
        .filter(overview_hours::Column::AnnouncedAt.lte(until))
        .order_by_desc(overview_hours::Column::Hour)
        .limit(u64::try_from(most).unwrap_or(u64::MAX))
        .into_tuple()
        .all(services.db.read())
        .await
}

/// Counts hours that follow one another, in one transaction. Those that were counted or taken back meanwhile are left.
async fn count_run(services: &Services, hours: RangeInclusive<i64>) -> Result<(), DbErr> {
    let now = services.clock.now();
    let written = services.db.write(move |tx| {
        async move {
            // Whoever changes a transfer of these hours late waits for its row, or has taken it away.
            let due: Vec<i64> = overview_hours::Entity::find()
                .select_only()
                .column(overview_hours::Column::Hour)
                .filter(overview_hours::Column::Hour.between(*hours.start(), *hours.end()))
                .filter(overview_hours::Column::CountedAt.is_null())
                .lock_exclusive()
                .into_tuple()
                .all(tx)
                .await?;
            if due.is_empty() {
                return Ok(());
            }
            write_totals(tx, &hours, &due).await?;
            let counted = overview_hours::ActiveModel {
                counted_at: Set(Some(now)),
                ..Default::default()
            };
            overview_hours::Entity::update_many()
                .set(counted)
                .filter(overview_hours::Column::Hour.is_in(due))
                .exec(tx)
                .await?;
            Ok::<_, DbErr>(())
        }
        .boxed()
    });
    written.await
}

/// Transfers of one hour, kind, state and failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromQueryResult)]
struct Counted {
    hour: i64,
    kind: TransferKind,
    state: TransferState,
    failure_code: Option<FailureCode>,
    transfers: i64,
    won: i64,
}

/// Of the hours that are due among these. Index `(created_at, id)`: as many rows as the hours have.
async fn write_totals(tx: &DatabaseTransaction, hours: &RangeInclusive<i64>, due: &[i64]) -> Result<(), DbErr> {
    let counted: Vec<Counted> = transfers::Entity::find()
        .select_only()
        .column_as(hour_of_row(tx.get_database_backend()), "hour")
        .columns([
            transfers::Column::Kind,
            transfers::Column::State,
            transfers::Column::FailureCode,
        ])
        .column_as(transfers::Column::Id.count(), "transfers")
        // The cast keeps MySQL's sum, which is a decimal there, a whole number.
        .column_as(Expr::cust("CAST(COALESCE(SUM(amount_won), 0) AS SIGNED)"), "won")
        .filter(transfers::Column::CreatedAt.gte(begin_of(*hours.start())))
        .filter(transfers::Column::CreatedAt.lt(begin_of(hours.end() + 1)))
        .group_by(Expr::col("hour"))
        .group_by(transfers::Column::Kind)
        .group_by(transfers::Column::State)
        .group_by(transfers::Column::FailureCode)
        .into_model()
        .all(tx)
        .await?;
    overview_totals::Entity::delete_many()
        .filter(overview_totals::Column::Hour.is_in(due.iter().copied()))
        .exec(tx)
        .await?;
    let rows: Vec<_> = counted
        .into_iter()
        .filter(|counted| due.contains(&counted.hour))
        .map(|counted| overview_totals::ActiveModel {
            hour: Set(counted.hour),
            kind: Set(counted.kind),
            state: Set(counted.state),
            failure: Set(counted.failure_code.map_or("", FailureCode::as_str).to_owned()),
            transfers: Set(counted.transfers),
            won: Set(counted.won),
        })
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    overview_totals::Entity::insert_many(rows)
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// As [`hour_of`], of when a transfer was accepted, by the database.
fn hour_of_row(backend: DatabaseBackend) -> Expr {
    Expr::cust(match backend {
        DatabaseBackend::Sqlite => "CAST(STRFTIME('%s', created_at) AS INTEGER) / 3600",
        _ => "TIMESTAMPDIFF(HOUR, '1970-01-01', created_at)",
    })
}

/// Takes back all that was announced and counted.
///
/// # Errors
/// The database's own.
pub async fn forget(services: &Services) -> Result<(), DbErr> {
    let forgotten = services.db.write(|tx| {
        async move {
            overview_hours::Entity::delete_many().exec(tx).await?;
            Ok::<_, DbErr>(())
        }
        .boxed()
    });
    forgotten.await
}

/// Counts every hour that is over, at once: for who has the database alone, as after filling it. Answers how many.
///
/// # Errors
/// The database's own.
pub async fn count_all(services: &Services) -> Result<usize, DbErr> {
    while announce(services, ALONE_AT_ONCE).await? > 0 {}
    let mut all = 0;
    loop {
        let due = due(services, services.clock.now(), ALONE_AT_ONCE).await?;
        if due.is_empty() {
            return Ok(all);
        }
        // Newest first.
        for run in due.chunk_by(|later, earlier| *later == earlier + 1) {
            for some in run.chunks(TOGETHER) {
                if let [last, .., first] | [first @ last] = some {
                    count_run(services, *first..=*last).await?;
                }
            }
        }
        all += due.len();
    }
}
