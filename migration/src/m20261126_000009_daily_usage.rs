//! What a Korean day has used of the daily limit of a mandate, a member or a partner.

use sea_orm_migration::prelude::*;

use crate::columns::{id, text, won};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut table = Table::create();
        table
            .table("daily_usage")
            .col(text("scope", 8).not_null())
            .col(id("owner_id").not_null())
            .col(text("day", 8).not_null())
            .col(won("used_won").not_null())
            .primary_key(Index::create().col("owner_id").col("day").col("scope"));
        manager.create_table(table).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("daily_usage").to_owned()).await
    }
}
