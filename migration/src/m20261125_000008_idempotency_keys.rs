//! A partner's key, committed together with the fact that it made.

use sea_orm_migration::prelude::*;

use crate::columns::{exact_text, id, index, long_text, moment, text, won};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut table = Table::create();
        table
            .table("idempotency_keys")
            .col(id("id").not_null().primary_key())
            .col(id("partner_id").not_null())
            .col(text("operation", 32).not_null())
            .col(exact_text(manager, "idempotency_key", 255).not_null())
            .col(text("fingerprint", 64).not_null())
            // Null where the request made no transfer.
            .col(id("transfer_id").null())
            .col(won("status").not_null())
            .col(long_text(manager, "body").not_null())
            .col(moment(manager, "created_at").not_null());
        manager.create_table(table).await?;
        index(
            manager,
            "idempotency_keys",
            &["partner_id", "operation", "idempotency_key"],
            true,
        )
        .await?;
        index(manager, "idempotency_keys", &["transfer_id"], false).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("idempotency_keys").to_owned())
            .await?;
        Ok(())
    }
}
