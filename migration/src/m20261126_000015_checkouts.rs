//! Hosted checkouts: a link for one payment.

use sea_orm_migration::prelude::*;

use crate::columns::{exact_text, id, index, long_text, moment, text, won};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut table = Table::create();
        table
            .table("checkouts")
            .col(id("id").not_null().primary_key())
            .col(id("partner_id").not_null())
            .col(text("mode", 4).not_null())
            .col(text("status", 16).not_null())
            .col(won("version").not_null())
            .col(exact_text(manager, "order_id", 100).not_null())
            .col(won("amount_won").not_null())
            .col(text("description", 200).not_null())
            .col(long_text(manager, "metadata").null())
            .col(exact_text(manager, "return_url", 500).not_null())
            // Null until a member confirms it.
            .col(id("member_id").null())
            .col(id("payment_id").null())
            .col(moment(manager, "created_at").not_null())
            .col(moment(manager, "expires_at").not_null())
            .col(moment(manager, "completed_at").null());
        manager.create_table(table).await?;
        index(manager, "checkouts", &["partner_id", "id"], false).await?;
        index(manager, "checkouts", &["payment_id"], true).await?;
        index(manager, "checkouts", &["status", "expires_at"], false).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["checkouts"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}
