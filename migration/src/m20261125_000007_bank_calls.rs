//! Calls to the bank: the trace number is committed before the call, the ending after it.

use sea_orm_migration::prelude::*;

use crate::columns::{id, index, long_text, moment, text, won};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut table = Table::create();
        table
            .table("bank_calls")
            .col(id("id").not_null().primary_key())
            .col(id("transfer_id").null())
            .col(id("account_id").null())
            .col(text("operation", 32).not_null())
            .col(text("trace_number", 20).not_null())
            .col(text("trace_date", 8).not_null())
            .col(won("attempt").not_null())
            .col(moment(manager, "started_at").not_null())
            .col(moment(manager, "ended_at").null())
            .col(text("proof", 16).null())
            .col(text("outcome", 32).null())
            .col(text("bank_code", 8).null())
            .col(won("http_status").null())
            .col(long_text(manager, "request").null())
            .col(long_text(manager, "response").null());
        manager.create_table(table).await?;
        // Only issuing a fin account may be sent again under its first number, and then counts its attempts.
        index(manager, "bank_calls", &["trace_date", "trace_number", "attempt"], true).await?;
        index(manager, "bank_calls", &["transfer_id", "started_at"], false).await?;
        index(manager, "bank_calls", &["account_id", "started_at"], false).await?;
        index(manager, "bank_calls", &["trace_number"], false).await?;
        index(manager, "bank_calls", &["started_at"], false).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("bank_calls").to_owned()).await?;
        Ok(())
    }
}
