//! Partners and the hashes of their keys.

use sea_orm_migration::prelude::*;

use crate::columns::{id, index, moment, text, won};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut table = Table::create();
        table
            .table("partners")
            .col(id("id").not_null().primary_key())
            .col(text("name", 100).not_null())
            .col(won("per_payment_limit_won").null())
            .col(won("daily_limit_won").null())
            .col(moment(manager, "created_at").not_null());
        manager.create_table(table).await?;
        index(manager, "partners", &["name"], true).await?;
        let mut table = Table::create();
        table
            .table("partner_keys")
            .col(id("id").not_null().primary_key())
            .col(id("partner_id").not_null())
            .col(text("key_hash", 64).not_null())
            .col(text("hint", 32).not_null())
            .col(text("mode", 4).not_null())
            .col(moment(manager, "created_at").not_null())
            .col(moment(manager, "ended_at").null());
        manager.create_table(table).await?;
        index(manager, "partner_keys", &["key_hash"], true).await?;
        index(manager, "partner_keys", &["partner_id"], false).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("partner_keys").to_owned())
            .await?;
        manager.drop_table(Table::drop().table("partners").to_owned()).await?;
        Ok(())
    }
}
