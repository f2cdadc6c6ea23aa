//! Whose each event is, so that a member's stream finds what it missed.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::Statement;

use crate::columns::{id, index};

/// Until the row is given its member, in the same step; and of rows that a process of before writes after it.
const NOBODY: &str = "x'00000000000000000000000000000000'";
/// Rows of one statement, which is a transaction of its own: it holds no lock for long and leaves little to be undone.
const AT_ONCE: u64 = 1_000;
/// An id is sixteen bytes, and none is all zeros.
const BEFORE_ALL: [u8; 16] = [0; 16];

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // It is there where the step was broken off before its end: it begins anew.
        if !manager.has_column("transfer_events", "member_id").await? {
            let mut member = id("member_id");
            member.not_null().default(Expr::cust(NOBODY));
            let table = Table::alter().table("transfer_events").add_column(member).to_owned();
            manager.alter_table(table).await?;
        }
        let mut after = BEFORE_ALL.to_vec();
        while let Some(last) = last_of_some(manager, &after).await? {
            give_members(manager, "id > ? AND id <= ?", [after, last.clone()]).await?;
            after = last;
        }
        // Fewer than one statement's, but for what is written meanwhile.
        give_members(manager, "id > ?", [after]).await?;
        // There as well, where the step was broken off after it and before it was written down.
        if !manager
            .has_index("transfer_events", "ix_transfer_events_member_id_id")
            .await?
        {
            index(manager, "transfer_events", &["member_id", "id"], false).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let index = Index::drop()
            .name("ix_transfer_events_member_id_id")
            .table("transfer_events")
            .to_owned();
        manager.drop_index(index).await?;
        let table = Table::alter()
            .table("transfer_events")
            .drop_column("member_id")
            .to_owned();
        manager.alter_table(table).await
    }
}

/// The id up to which the next statement goes; `None` where there are too few for a whole one.
async fn last_of_some(manager: &SchemaManager<'_>, after: &[u8]) -> Result<Option<Vec<u8>>, DbErr> {
    let sql = format!(
        "SELECT id FROM transfer_events WHERE id > ? ORDER BY id LIMIT 1 OFFSET {}",
        AT_ONCE - 1
    );
    let db = manager.get_connection();
    let question = Statement::from_sql_and_values(db.get_database_backend(), sql, [after.to_vec().into()]);
    match db.query_one_raw(question).await? {
        Some(row) => row.try_get_by_index(0).map(Some),
        None => Ok(None),
    }
}

/// Gives the rows that `these` names the members of their transfers.
async fn give_members<const N: usize>(
    manager: &SchemaManager<'_>,
    these: &str,
    ids: [Vec<u8>; N],
) -> Result<(), DbErr> {
    let sql = format!(
        "UPDATE transfer_events SET member_id = \
         (SELECT member_id FROM transfers WHERE transfers.id = transfer_events.transfer_id) \
         WHERE {these} AND EXISTS (SELECT 1 FROM transfers WHERE transfers.id = transfer_events.transfer_id)"
    );
    let db = manager.get_connection();
    let update = Statement::from_sql_and_values(db.get_database_backend(), sql, ids.map(Into::into));
    db.execute_raw(update).await?;
    Ok(())
}
