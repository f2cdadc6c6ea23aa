//! Who of staff works without the desk's keyboard shortcuts.

use sea_orm_migration::prelude::*;

use crate::columns::{id, moment};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut table = Table::create();
        table
            .table("staff_shortcuts_off")
            // The user's.
            .col(id("id").not_null().primary_key())
            .col(moment(manager, "since").not_null());
        manager.create_table(table).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("staff_shortcuts_off").to_owned())
            .await
    }
}
