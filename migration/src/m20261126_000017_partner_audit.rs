//! What was done with a partner's keys, addresses and people: who, what, when; never changed.

use sea_orm_migration::prelude::*;

use crate::columns::{id, index, moment, text};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut table = Table::create();
        table
            .table("partner_audit")
            .col(id("id").not_null().primary_key())
            .col(id("partner_id").not_null())
            // Null: an operator, at the terminal.
            .col(id("actor_id").null())
            .col(text("deed", 32).not_null())
            // What it was done with, and by which words people know that.
            .col(id("subject_id").not_null())
            .col(text("subject", 200).not_null())
            .col(moment(manager, "at").not_null());
        manager.create_table(table).await?;
        index(manager, "partner_audit", &["partner_id", "at", "id"], false).await?;
        index(manager, "partner_audit", &["subject_id", "at", "id"], false).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("partner_audit").to_owned())
            .await
    }
}
