//! A member's standing consent that one partner may withdraw from one account.

use sea_orm_migration::prelude::*;

use crate::columns::{exact_text, id, index, moment, text, won};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut table = Table::create();
        table
            .table("mandates")
            .col(id("id").not_null().primary_key())
            .col(id("partner_id").not_null())
            .col(text("mode", 4).not_null())
            // Null until a member approves it.
            .col(id("member_id").null())
            .col(id("account_id").null())
            .col(text("status", 16).not_null())
            .col(won("per_payment_limit_won").not_null())
            .col(won("daily_limit_won").not_null())
            .col(won("own_per_payment_limit_won").null())
            .col(won("own_daily_limit_won").null())
            .col(exact_text(manager, "reference", 100).null())
            .col(exact_text(manager, "return_url", 500).null())
            .col(won("version").not_null())
            .col(moment(manager, "created_at").not_null())
            // Until when a member can approve it.
            .col(moment(manager, "expires_at").null())
            .col(moment(manager, "activated_at").null())
            .col(moment(manager, "revoked_at").null());
        manager.create_table(table).await?;
        index(manager, "mandates", &["partner_id", "id"], false).await?;
        index(manager, "mandates", &["partner_id", "reference", "id"], false).await?;
        index(manager, "mandates", &["partner_id", "status", "id"], false).await?;
        index(manager, "mandates", &["partner_id", "reference", "status", "id"], false).await?;
        index(manager, "mandates", &["member_id"], false).await?;
        index(manager, "mandates", &["account_id"], false).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("mandates").to_owned()).await?;
        Ok(())
    }
}
