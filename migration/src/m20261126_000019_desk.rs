//! What staff looked at and did, never changed; and the dialogs whose answer was given.

use sea_orm_migration::prelude::*;

use crate::columns::{exact_text, id, index, long_text, moment, text};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut table = Table::create();
        table
            .table("staff_audit")
            .col(id("id").not_null().primary_key())
            .col(id("actor_id").not_null())
            .col(text("deed", 32).not_null())
            .col(text("subject_kind", 16).not_null())
            // Null: a search or an export is of no one thing.
            .col(id("subject_id").null())
            .col(text("reason", 500).null())
            .col(long_text(manager, "detail").null())
            .col(exact_text(manager, "request_id", 255).null())
            .col(moment(manager, "at").not_null());
        manager.create_table(table).await?;
        index(manager, "staff_audit", &["at", "id"], false).await?;
        index(manager, "staff_audit", &["actor_id", "at", "id"], false).await?;
        index(manager, "staff_audit", &["subject_id", "at", "id"], false).await?;
        // A thing that is looked at every day was acted on a few times.
        index(manager, "staff_audit", &["subject_id", "deed", "at", "id"], false).await?;
        index(manager, "staff_audit", &["deed", "at", "id"], false).await?;

        let mut table = Table::create();
        table
            .table("desk_dialogs")
            .col(id("id").not_null().primary_key())
            .col(id("staff_id").not_null())
            .col(text("deed", 32).not_null())
            .col(id("subject_id").not_null())
            .col(text("answer", 200).not_null())
            // Sent again with something else filled in, it is no repetition.
            .col(text("content_hash", 64).null())
            .col(moment(manager, "at").not_null());
        manager.create_table(table).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("desk_dialogs").to_owned())
            .await?;
        manager.drop_table(Table::drop().table("staff_audit").to_owned()).await
    }
}
