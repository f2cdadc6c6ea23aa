//! The walk of the books in the background: a page of transfers at a time, one process at a time, once a day from the
//! first transfer to the last. What it finds is kept as mismatches, each with when it was first and last seen.
//!
//! If the process dies …
//! - with a page in hand: nothing of it is written, and another process takes the page when its time is over;
//! - after the page was written: what was found and the place of the walk stand together.

use chrono::{DateTime, TimeDelta, Utc};
use futures::FutureExt;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter};

use super::mismatches;
use crate::ids::TransferId;
use crate::models::book_walk::{ActiveModel, Column, Entity, Model};
use crate::services::Services;
use crate::verify::{self, Bank, Walked};

/// The one row.
const ONLY: i64 = 1;
/// Transfers of a page: a few hundred milliseconds of one processor at most.
const PAGE: u64 = 200;
/// From the beginning of one walk to that of the next.
const EVERY: TimeDelta = TimeDelta::hours(24);
/// Whoever has a page in hand for longer has died.
const HELD: TimeDelta = TimeDelta::seconds(60);

/// How far the walk is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Transfers of this walk that were looked at.
    pub walked: i64,
    pub begun_at: Option<DateTime<Utc>>,
    /// `None`: it goes on.
    pub ended_at: Option<DateTime<Utc>>,
}

/// How far the walk is; all empty before the first one.
///
/// # Errors
/// The database's.
pub async fn progress(services: &Services) -> Result<Progress, DbErr> {
    let row = Entity::find_by_id(ONLY).one(services.db.read()).await?;
    Ok(row.map_or_else(Progress::default, |row| Progress {
        walked: row.walked,
        begun_at: row.begun_at,
        ended_at: row.ended_at,
    }))
}

/// Walks the next page, if there is one to walk now and nobody else has it. Answers how many transfers it had.
///
/// # Errors
/// The database's.
pub async fn step(services: &Services, bank: &Bank) -> Result<Option<usize>, DbErr> {
    let Some(taken) = take(services).await? else {
        return Ok(None);
    };
    let now = services.clock.now();
    let walked = verify::walk(services.db.read(), bank, taken.after_id, PAGE, now).await?;
    let count = walked.transfers.len();
    let written = services.db.write(move |tx| {
        async move {
            if advance(tx, &taken, &walked, now).await? {
                mismatches::keep(tx, &walked, now).await?;
            }
            Ok::<_, DbErr>(())
        }
        .boxed()
    });
    written.await?;
    Ok(Some(count))
}

/// Takes the row for a page, by compare-and-set on its version; begins a walk anew where it is time.
async fn take(services: &Services) -> Result<Option<Model>, DbErr> {
    let now = services.clock.now();
    let taken = services
        .db
        .write(move |tx| async move { take_in(tx, now).await }.boxed());
    taken.await
}

async fn take_in(tx: &DatabaseTransaction, now: DateTime<Utc>) -> Result<Option<Model>, DbErr> {
    let known = match Entity::find_by_id(ONLY).one(tx).await? {
        Some(row) => row,
        None => first(tx).await?,
    };
    let is_held = known.taken_until.is_some_and(|until| now < until);
    let is_rested = known.ended_at.is_none() || known.begun_at.is_none_or(|begun| now - begun >= EVERY);
    if is_held || !is_rested {
        return Ok(None);
    }
    let begins = known.ended_at.is_some() || known.begun_at.is_none();
    let row = Model {
        version: known.version + 1,
        taken_until: Some(now + HELD),
        after_id: known.after_id.filter(|_| !begins),
        walked: if begins { 0 } else { known.walked },
        begun_at: if begins { Some(now) } else { known.begun_at },
        ended_at: None,
        ..known
    };
    let taken = set(tx, known.version, row.clone()).await?;
    Ok(taken.then_some(row))
}

async fn first(tx: &DatabaseTransaction) -> Result<Model, DbErr> {
    let row = Model {
        id: ONLY,
        version: 0,
        after_id: None,
        walked: 0,
        begun_at: None,
        ended_at: None,
        taken_until: None,
    };
    let new = ActiveModel {
        id: Set(row.id),
        version: Set(row.version),
        walked: Set(row.walked),
        ..Default::default()
    };
    let unless_there = OnConflict::column(Column::Id).do_nothing_on([Column::Id]).to_owned();
    Entity::insert(new)
        .on_conflict(unless_there)
        .exec_without_returning(tx)
        .await?;
    Ok(row)
}

/// Goes on after a page; false where another process went on meanwhile. A page that is not full is the last.
async fn advance(tx: &DatabaseTransaction, taken: &Model, walked: &Walked, now: DateTime<Utc>) -> Result<bool, DbErr> {
    let count = i64::try_from(walked.transfers.len()).unwrap_or_default();
    let is_last = walked.transfers.len() < usize::try_from(PAGE).unwrap_or(usize::MAX);
    let last: Option<TransferId> = walked.transfers.last().copied();
    let row = Model {
        version: taken.version + 1,
        after_id: last.or(taken.after_id),
        walked: taken.walked + count,
        ended_at: is_last.then_some(now),
        taken_until: None,
        ..taken.clone()
    };
    set(tx, taken.version, row).await
}

async fn set(tx: &DatabaseTransaction, version: i64, row: Model) -> Result<bool, DbErr> {
    let columns = ActiveModel {
        version: Set(row.version),
        after_id: Set(row.after_id),
        walked: Set(row.walked),
        begun_at: Set(row.begun_at),
        ended_at: Set(row.ended_at),
        taken_until: Set(row.taken_until),
        ..Default::default()
    };
    let updated = Entity::update_many()
        .set(columns)
        .filter(Column::Id.eq(ONLY))
        .filter(Column::Version.eq(version))
        .exec(tx)
        .await?;
    Ok(updated.rows_affected == 1)
}
