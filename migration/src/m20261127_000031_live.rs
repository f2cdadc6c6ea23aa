//! Whose each event is, so that a member's stream finds what it missed.

use sea_orm_migration::prelude::*;

use crate::columns::{id, index};

/// Until the row is given its member, in the same step.
const NOBODY: &str = "x'00000000000000000000000000000000'";

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut member = id("member_id");
        member.not_null().default(Expr::cust(NOBODY));
        let table = Table::alter().table("transfer_events").add_column(member).to_owned();
        manager.alter_table(table).await?;
        manager
            .get_connection()
            .execute_unprepared(
                "UPDATE transfer_events SET member_id = \
                 (SELECT member_id FROM transfers WHERE transfers.id = transfer_events.transfer_id) \
                 WHERE EXISTS (SELECT 1 FROM transfers WHERE transfers.id = transfer_events.transfer_id)",
            )
            .await?;
        index(manager, "transfer_events", &["member_id", "id"], false).await
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
