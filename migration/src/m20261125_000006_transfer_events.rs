//! What happened to a transfer, one row a version.

use sea_orm_migration::prelude::*;

use crate::columns::{id, index, long_text, moment, text, won};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut table = Table::create();
        table
            .table("transfer_events")
            .col(id("id").not_null().primary_key())
            .col(id("transfer_id").not_null())
            .col(won("version").not_null())
            .col(moment(manager, "at").not_null())
            .col(text("event_type", 32).not_null())
            .col(text("state", 16).not_null())
            .col(text("previous_state", 16).null())
            .col(text("actor", 80).not_null())
            .col(long_text(manager, "detail").null())
            .col(text("hash", 64).not_null());
        manager.create_table(table).await?;
        index(manager, "transfer_events", &["transfer_id", "version"], true).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("transfer_events").to_owned())
            .await?;
        Ok(())
    }
}
