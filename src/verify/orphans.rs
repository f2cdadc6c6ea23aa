//! What belongs to a transfer that is not there: who takes a transfer away leaves this behind.

use std::collections::HashSet;

use sea_orm::{ColumnTrait, DatabaseConnection, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::finding::Finding;
use super::flaw::Flaw;
use super::report::Report;
use crate::ids::TransferId;
use crate::models::{bank_calls, idempotency_keys, transfer_events, transfers};

/// Rows of one read.
const PAGE: u64 = 1_000;

/// Walks all events, calls and keys. Each is committed with or after its transfer and is read before it, so that nothing
/// is an orphan because it came meanwhile.
///
/// # Errors
/// The database's own.
pub async fn find(db: &DatabaseConnection, report: &mut Report) -> Result<(), DbErr> {
    use {bank_calls::Column as OfCall, idempotency_keys::Column as OfKey, transfer_events::Column as OfEvent};
    walk::<transfer_events::Entity>(db, "evt_", (OfEvent::Id, OfEvent::TransferId), report).await?;
    walk::<bank_calls::Entity>(db, "call_", (OfCall::Id, OfCall::TransferId), report).await?;
    walk::<idempotency_keys::Entity>(db, "key_", (OfKey::Id, OfKey::TransferId), report).await
}

async fn walk<E: EntityTrait>(
    db: &DatabaseConnection,
    prefix: &str,
    (id, transfer_id): (E::Column, E::Column),
    report: &mut Report,
) -> Result<(), DbErr> {
    let mut after = Uuid::nil();
    loop {
        let rows: Vec<(Uuid, TransferId)> = E::find()
            .select_only()
            .columns([id, transfer_id])
            .filter(id.gt(after))
            .filter(transfer_id.is_not_null())
            .order_by_asc(id)
            .limit(PAGE)
            .into_tuple()
            .all(db)
            .await?;
        let Some((last, _)) = rows.last() else { return Ok(()) };
        after = *last;
        let named: HashSet<TransferId> = rows.iter().map(|(_, transfer)| *transfer).collect();
        let there = there(db, named).await?;
        for (row, transfer) in rows.into_iter().filter(|(_, transfer)| !there.contains(transfer)) {
            report.add(Finding {
                of: format!("{prefix}{}", row.simple()),
                flaw: Flaw::Orphan {
                    transfer: transfer.0.simple().to_string(),
                },
            });
        }
    }
}

async fn there(db: &DatabaseConnection, named: HashSet<TransferId>) -> Result<HashSet<TransferId>, DbErr> {
    let found: Vec<TransferId> = transfers::Entity::find()
        .select_only()
        .column(transfers::Column::Id)
        .filter(transfers::Column::Id.is_in(named))
        .into_tuple()
        .all(db)
        .await?;
    Ok(found.into_iter().collect())
}
