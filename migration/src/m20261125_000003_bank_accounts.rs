//! Members' accounts at banks, with the steps of the fin account's issue.

use sea_orm_migration::prelude::*;

use crate::columns::{id, index, moment, text, won};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut table = Table::create();
        table
            .table("bank_accounts")
            .col(id("id").not_null().primary_key())
            .col(id("member_id").not_null())
            .col(text("bank_code", 3).not_null())
            .col(text("number_sealed", 255).not_null())
            .col(text("number_masked", 20).not_null())
            .col(text("number_index", 64).not_null())
            .col(text("nickname", 40).not_null())
            .col(text("state", 16).not_null())
            .col(text("register_number", 50).null())
            .col(text("fin_account_sealed", 255).null())
            .col(text("open_trace_number", 20).null())
            .col(moment(manager, "open_trace_at").null())
            .col(text("failure", 32).null())
            .col(moment(manager, "linking_until").null())
            .col(text("live_number_key", 80).null())
            .col(won("version").not_null())
            .col(moment(manager, "created_at").not_null())
            .col(moment(manager, "updated_at").not_null())
            .col(moment(manager, "unlinked_at").null());
        manager.create_table(table).await?;
        index(manager, "bank_accounts", &["member_id", "created_at"], false).await?;
        index(manager, "bank_accounts", &["number_index"], false).await?;
        index(manager, "bank_accounts", &["bank_code", "id"], false).await?;
        index(manager, "bank_accounts", &["live_number_key"], true).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("bank_accounts").to_owned())
            .await?;
        Ok(())
    }
}
