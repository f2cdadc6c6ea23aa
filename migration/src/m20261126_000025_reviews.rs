//! Reviews: who of staff looks into which transfer, what the walk of the books found, and how far the walk is.

use sea_orm_migration::prelude::*;

use crate::columns::{id, index, moment, text, won};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut table = Table::create();
        table
            .table("review_assignments")
            .col(id("transfer_id").not_null().primary_key())
            .col(id("staff_id").not_null())
            .col(moment(manager, "at").not_null());
        manager.create_table(table).await?;
        index(manager, "review_assignments", &["staff_id", "transfer_id"], false).await?;

        let mut table = Table::create();
        table
            .table("mismatches")
            .col(id("id").not_null().primary_key())
            .col(id("transfer_id").not_null())
            .col(text("kind", 8).not_null())
            .col(text("flaw", 32).not_null())
            .col(text("detail", 300).not_null())
            .col(moment(manager, "first_seen_at").not_null())
            .col(moment(manager, "last_seen_at").not_null())
            // When it was not found any more, or a person was content with it.
            .col(moment(manager, "closed_at").null())
            .col(id("closed_by").null())
            .col(text("close_reason", 500).null())
            .col(won("version").not_null());
        manager.create_table(table).await?;
        index(manager, "mismatches", &["transfer_id", "flaw"], true).await?;
        index(manager, "mismatches", &["closed_at", "first_seen_at", "id"], false).await?;

        let mut table = Table::create();
        table
            .table("book_walk")
            // One row.
            .col(won("id").not_null().primary_key())
            .col(won("version").not_null())
            // The last transfer that was walked past.
            .col(id("after_id").null())
            .col(won("walked").not_null())
            .col(moment(manager, "begun_at").null())
            .col(moment(manager, "ended_at").null())
            // A process has a page in hand until then.
            .col(moment(manager, "taken_until").null());
        manager.create_table(table).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["book_walk", "mismatches", "review_assignments"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}
