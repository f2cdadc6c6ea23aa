//! What partners are told, one row an event, with the snapshot of its moment.

use sea_orm_migration::prelude::*;

use crate::columns::{id, index, long_text, moment, text, won};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut table = Table::create();
        table
            .table("partner_events")
            .col(id("id").not_null().primary_key())
            .col(id("partner_id").not_null())
            .col(id("subject_id").not_null())
            .col(won("version").not_null())
            .col(text("event_type", 32).not_null())
            .col(text("previous_status", 16).not_null())
            .col(long_text(manager, "snapshot").not_null())
            .col(moment(manager, "created_at").not_null());
        manager.create_table(table).await?;
        index(manager, "partner_events", &["subject_id", "version"], true).await?;
        index(manager, "partner_events", &["partner_id", "created_at", "id"], false).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("partner_events").to_owned())
            .await?;
        Ok(())
    }
}
