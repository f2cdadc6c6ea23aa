//! Whether the money in this database is play money or real: one row, written at the first start.

use sea_orm_migration::prelude::*;

use crate::columns::{moment, text, won};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut table = Table::create();
        table
            .table("installation")
            .col(won("id").not_null().primary_key())
            .col(text("mode", 4).not_null())
            .col(moment(manager, "created_at").not_null());
        manager.create_table(table).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("installation").to_owned()).await
    }
}
