//! What partners are told, one row an event, with the snapshot of its moment; and how far the one order of all has come.

use sea_orm_migration::prelude::*;

use crate::columns::{id, index, long_text, moment, text, won};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut table = Table::create();
        table
            .table("partner_events")
            .col(id("id").not_null().primary_key())
            .col(id("partner_id").not_null())
            // Its place in the one order of all, which it gets after its commit.
            .col(won("seq").null())
            .col(text("mode", 4).not_null())
            .col(id("subject_id").not_null())
            // What is told in order: a payment with its refunds, a mandate, a checkout.
            .col(id("group_id").not_null())
            .col(won("version").not_null())
            .col(text("event_type", 32).not_null())
            .col(text("previous_status", 16).not_null())
            .col(long_text(manager, "snapshot").not_null())
            .col(moment(manager, "created_at").not_null());
        manager.create_table(table).await?;
        index(manager, "partner_events", &["subject_id", "version"], true).await?;
        index(manager, "partner_events", &["partner_id", "seq"], false).await?;
        index(manager, "partner_events", &["partner_id", "event_type", "seq"], false).await?;
        index(manager, "partner_events", &["seq", "id"], false).await?;
        index(manager, "partner_events", &["partner_id", "created_at", "id"], false).await?;
        index(
            manager,
            "partner_events",
            &["partner_id", "event_type", "created_at", "id"],
            false,
        )
        .await?;
        // What was told of one thing.
        index(
            manager,
            "partner_events",
            &["partner_id", "subject_id", "created_at", "id"],
            false,
        )
        .await?;
        let mut table = Table::create();
        table
            .table("event_order")
            .col(won("id").not_null().primary_key())
            .col(won("last_seq").not_null());
        manager.create_table(table).await?;
        let mut first = Query::insert();
        first
            .into_table("event_order")
            .columns(["id", "last_seq"])
            .values_panic([1.into(), 0.into()]);
        manager.exec_stmt(first).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("event_order").to_owned())
            .await?;
        manager
            .drop_table(Table::drop().table("partner_events").to_owned())
            .await?;
        Ok(())
    }
}
