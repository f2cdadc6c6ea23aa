//! The overview's hours: which are counted, and what was counted in them.

use sea_orm_migration::prelude::*;

use crate::columns::{moment, text, won};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut table = Table::create();
        table
            .table("overview_hours")
            // Hours since 1970.
            .col(won("hour").not_null().primary_key())
            .col(moment(manager, "announced_at").not_null())
            // Null: it is to be counted.
            .col(moment(manager, "counted_at").null());
        manager.create_table(table).await?;

        let mut table = Table::create();
        table
            .table("overview_totals")
            .col(won("hour").not_null())
            .col(text("kind", 8).not_null())
            .col(text("state", 16).not_null())
            // Empty where nothing failed.
            .col(text("failure", 32).not_null())
            .col(won("transfers").not_null())
            .col(won("won").not_null())
            .primary_key(Index::create().col("hour").col("kind").col("state").col("failure"));
        manager.create_table(table).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["overview_totals", "overview_hours"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}
