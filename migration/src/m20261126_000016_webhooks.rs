//! Where partners are told, what is to be told there, and every attempt at it.

use sea_orm_migration::prelude::*;

use crate::columns::{exact_text, id, index, long_text, moment, text, won};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut table = Table::create();
        table
            .table("webhook_endpoints")
            .col(id("id").not_null().primary_key())
            .col(id("partner_id").not_null())
            .col(text("mode", 4).not_null())
            .col(exact_text(manager, "url", 500).not_null())
            .col(text("description", 100).not_null())
            // Words of events, comma separated; empty: all.
            .col(text("event_types", 600).not_null())
            .col(text("status", 16).not_null())
            .col(text("paused_reason", 16).null())
            .col(text("secret_sealed", 255).not_null())
            // The one before, while receivers change over.
            .col(text("previous_secret_sealed", 255).null())
            .col(moment(manager, "previous_ends_at").null())
            // Of this endpoint: attempts that failed since one did not, and until when nothing is tried.
            .col(won("failures").not_null())
            .col(moment(manager, "failing_since").null())
            .col(moment(manager, "backoff_until").null())
            .col(won("version").not_null())
            .col(moment(manager, "created_at").not_null())
            .col(moment(manager, "updated_at").not_null())
            .col(moment(manager, "deleted_at").null());
        manager.create_table(table).await?;
        index(manager, "webhook_endpoints", &["partner_id", "id"], false).await?;
        index(manager, "webhook_endpoints", &["status", "id"], false).await?;
        index(manager, "webhook_endpoints", &["status", "failures", "id"], false).await?;
        let mut table = Table::create();
        table
            .table("webhook_deliveries")
            .col(id("id").not_null().primary_key())
            .col(id("endpoint_id").not_null())
            .col(id("event_id").not_null())
            .col(text("event_type", 32).not_null())
            .col(id("group_id").not_null())
            // Of its event: what of one group is told in order.
            .col(won("seq").not_null())
            // The delivery that this one repeats.
            .col(id("repeats_id").null())
            .col(text("status", 16).not_null())
            .col(won("attempts").not_null())
            .col(moment(manager, "next_attempt_at").null())
            .col(moment(manager, "lease_until").null())
            .col(moment(manager, "created_at").not_null())
            .col(moment(manager, "ended_at").null());
        manager.create_table(table).await?;
        index(
            manager,
            "webhook_deliveries",
            &["endpoint_id", "status", "next_attempt_at"],
            false,
        )
        .await?;
        index(
            manager,
            "webhook_deliveries",
            &["endpoint_id", "group_id", "status", "seq"],
            false,
        )
        .await?;
        // The log, newest first: all, those of a status, those of a type.
        for columns in [
            ["endpoint_id", "created_at", "id"].as_slice(),
            &["endpoint_id", "status", "created_at", "id"],
            &["endpoint_id", "event_type", "created_at", "id"],
        ] {
            index(manager, "webhook_deliveries", columns, false).await?;
        }
        index(manager, "webhook_deliveries", &["event_id", "id"], false).await?;
        let mut table = Table::create();
        table
            .table("webhook_attempts")
            .col(id("id").not_null().primary_key())
            .col(id("delivery_id").not_null())
            .col(id("endpoint_id").not_null())
            .col(won("number").not_null())
            .col(moment(manager, "started_at").not_null())
            .col(won("took_ms").null())
            .col(won("response_status").null())
            // Why there was no answer, in our words.
            .col(text("failure", 32).null())
            .col(long_text(manager, "request_headers").not_null())
            .col(text("response_body", 1000).null());
        manager.create_table(table).await?;
        index(manager, "webhook_attempts", &["delivery_id", "number"], true).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["webhook_attempts", "webhook_deliveries", "webhook_endpoints"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}
