//! What staff do to a payment: refunds that wait for a second person, notes, and tags.

use sea_orm_migration::prelude::*;

use crate::columns::{exact_text, id, index, long_text, moment, text, won};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut table = Table::create();
        table
            .table("refund_approvals")
            .col(id("id").not_null().primary_key())
            .col(id("payment_id").not_null())
            // The payment while it waits, null afterwards: one waits at most.
            .col(id("waiting_payment_id").null())
            .col(text("state", 16).not_null())
            .col(won("amount_won").not_null())
            // What the member and the partner will read.
            .col(text("description", 200).not_null())
            .col(id("asker_id").not_null())
            .col(text("reason", 500).not_null())
            .col(moment(manager, "created_at").not_null())
            .col(id("decider_id").null())
            .col(text("decision_reason", 500).null())
            .col(moment(manager, "decided_at").null())
            .col(id("refund_id").null());
        manager.create_table(table).await?;
        index(manager, "refund_approvals", &["waiting_payment_id"], true).await?;
        index(manager, "refund_approvals", &["state", "created_at", "id"], false).await?;
        index(manager, "refund_approvals", &["state", "amount_won", "id"], false).await?;
        index(manager, "refund_approvals", &["payment_id", "created_at", "id"], false).await?;

        let mut table = Table::create();
        table
            .table("desk_notes")
            .col(id("id").not_null().primary_key())
            .col(text("subject_kind", 16).not_null())
            .col(id("subject_id").not_null())
            .col(id("author_id").not_null())
            .col(long_text(manager, "body").not_null())
            .col(moment(manager, "at").not_null());
        manager.create_table(table).await?;
        index(manager, "desk_notes", &["subject_id", "at", "id"], false).await?;

        let mut table = Table::create();
        table
            .table("transfer_tags")
            .col(id("transfer_id").not_null())
            .col(exact_text(manager, "word", 20).not_null())
            .col(id("author_id").not_null())
            .col(moment(manager, "at").not_null())
            // When the transfer was accepted, which never changes: what has a word is listed in the order of time.
            .col(moment(manager, "accepted_at").not_null())
            .primary_key(Index::create().col("transfer_id").col("word"));
        manager.create_table(table).await?;
        index(manager, "transfer_tags", &["word", "accepted_at", "transfer_id"], false).await?;
        index(manager, "transfer_tags", &["at"], false).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["transfer_tags", "desk_notes", "refund_approvals"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}
