//! What the walk of the books found: kept once for each transfer and kind of flaw, closed when it is not found any more or
//! when a person is content with it (`mismatch_closing.rs`).
//!
//! Findings are written in the transaction that moves the walk on. If the process dies before the commit, nothing of it is
//! there.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Condition;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, IntoActiveModel,
    QueryFilter, QueryOrder, QuerySelect, Select,
};
use uuid::Uuid;

use crate::ids::{Prefix, TransferId};
use crate::models::kinds::TransferKind;
use crate::models::mismatches::{ActiveModel, Column, Entity, Model};
use crate::verify::Walked;

/// As long as the column.
const LONGEST_DETAIL: usize = 300;
/// How the kinds of flaws begin that show only beside the bank's books.
const OF_THE_BANK: &str = "bank_";

/// Keeps what a page of the walk found, and closes what of its transfers is not found any more.
///
/// # Errors
/// The database's.
pub(super) async fn keep(tx: &DatabaseTransaction, walked: &Walked, now: DateTime<Utc>) -> Result<(), DbErr> {
    let known: Vec<Model> = Entity::find()
        .filter(Column::TransferId.is_in(walked.transfers.iter().copied()))
        // Whoever closes one meanwhile comes before this or after it. SQLite ignores the lock: it has one writer.
        .lock_exclusive()
        .all(tx)
        .await?;
    let mut known: HashMap<(TransferId, String), Model> = known
        .into_iter()
        .map(|row| ((row.transfer_id, row.flaw.clone()), row))
        .collect();
    for finding in &walked.findings {
        let Some((kind, transfer)) = of_transfer(&finding.of) else {
            continue;
        };
        let detail: String = finding.flaw.to_string().chars().take(LONGEST_DETAIL).collect();
        // Two of one kind are told of by the first.
        let key = (transfer, finding.flaw.kind().to_owned());
        match known.remove(&key) {
            Some(row) => see_again(tx, row, detail, now).await?,
            None if walked.is_first(finding) => insert(tx, (kind, transfer), finding.flaw.kind(), detail, now).await?,
            None => {}
        }
    }
    let gone = known
        .into_values()
        .filter(|row| row.closed_at.is_none() && (walked.is_compared || !row.flaw.starts_with(OF_THE_BANK)));
    let gone: Vec<Uuid> = gone.map(|row| row.id).collect();
    if gone.is_empty() {
        return Ok(());
    }
    let closed = ActiveModel {
        closed_at: Set(Some(now)),
        ..Default::default()
    };
    Entity::update_many()
        .set(closed)
        .filter(Column::Id.is_in(gone))
        .exec(tx)
        .await?;
    Ok(())
}

/// The transfer that a finding is of; what belongs to none has no page.
fn of_transfer(shown: &str) -> Option<(TransferKind, TransferId)> {
    let payment = Prefix::Payment.parse(shown).map(|id| (TransferKind::Payment, id));
    let found = payment.or_else(|| Prefix::Refund.parse(shown).map(|id| (TransferKind::Refund, id)));
    found.map(|(kind, id)| (kind, TransferId(id)))
}

async fn insert(
    tx: &DatabaseTransaction,
    (kind, transfer_id): (TransferKind, TransferId),
    flaw: &str,
    detail: String,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let row = Model {
        id: Uuid::now_v7(),
        transfer_id,
        kind,
        flaw: flaw.to_owned(),
        detail,
        first_seen_at: now,
        last_seen_at: now,
        closed_at: None,
        closed_by: None,
        close_reason: None,
        version: 1,
    };
    Entity::insert(row.into_active_model().reset_all())
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// What a person was content with stays closed for as long as it says the same.
async fn see_again(tx: &DatabaseTransaction, row: Model, detail: String, now: DateTime<Utc>) -> Result<(), DbErr> {
    let opens = row.closed_at.is_some() && (row.closed_by.is_none() || row.detail != detail);
    let mut columns = ActiveModel {
        last_seen_at: Set(now),
        ..Default::default()
    };
    if opens || row.detail != detail {
        columns.detail = Set(detail);
        columns.version = Set(row.version + 1);
    }
    if opens {
        columns.first_seen_at = Set(now);
        columns.closed_at = Set(None);
        columns.closed_by = Set(None);
        columns.close_reason = Set(None);
    }
    Entity::update_many()
        .set(columns)
        .filter(Column::Id.eq(row.id))
        .exec(tx)
        .await?;
    Ok(())
}

/// Where a page of the list begins.
pub type Place = (DateTime<Utc>, Uuid);

/// The query of a page of those that are open, oldest first, with one row more than `limit` when there are more. Index
/// `(closed_at, first_seen_at, id)`.
#[must_use]
pub fn open(after: Option<Place>, limit: u64) -> Select<Entity> {
    let mut query = Entity::find().filter(Column::ClosedAt.is_null());
    if let Some((at, id)) = after {
        let later = Condition::any().add(Column::FirstSeenAt.gt(at)).add(Column::Id.gt(id));
        query = query.filter(Column::FirstSeenAt.gte(at)).filter(later);
    }
    query
        .order_by_asc(Column::FirstSeenAt)
        .order_by_asc(Column::Id)
        .limit(limit + 1)
}

/// One of them, open or closed.
///
/// # Errors
/// The database's.
pub async fn find<C: ConnectionTrait>(db: &C, id: Uuid) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id).one(db).await
}
