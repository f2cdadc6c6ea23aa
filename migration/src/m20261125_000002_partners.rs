//! Partners, the hashes of their keys, who signs in for them, and where they let members return to.

use sea_orm_migration::prelude::*;

use crate::columns::{exact_text, id, index, moment, text, won};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut table = Table::create();
        table
            .table("partners")
            .col(id("id").not_null().primary_key())
            .col(text("name", 100).not_null())
            .col(won("per_payment_limit_won").null())
            .col(won("daily_limit_won").null())
            .col(won("version").not_null())
            .col(moment(manager, "created_at").not_null())
            // From then on nothing new is taken for it; null while it is not stopped.
            .col(moment(manager, "stopped_at").null());
        manager.create_table(table).await?;
        index(manager, "partners", &["name"], true).await?;
        let mut table = Table::create();
        table
            .table("partner_keys")
            .col(id("id").not_null().primary_key())
            .col(id("partner_id").not_null())
            .col(text("key_hash", 64).not_null())
            .col(text("hint", 32).not_null())
            .col(text("mode", 4).not_null())
            .col(text("name", 60).not_null())
            .col(text("scopes", 200).not_null())
            .col(text("api_version", 10).not_null())
            // The key that this one takes over from.
            .col(id("replaces_id").null())
            .col(moment(manager, "created_at").not_null())
            .col(moment(manager, "last_used_at").null())
            // In the future while its successor takes over.
            .col(moment(manager, "ends_at").null());
        manager.create_table(table).await?;
        index(manager, "partner_keys", &["key_hash"], true).await?;
        // Those that live, and those that ended last.
        index(manager, "partner_keys", &["partner_id", "mode", "ends_at", "id"], false).await?;
        let mut table = Table::create();
        table
            .table("partner_users")
            .col(id("user_id").not_null().primary_key())
            .col(id("partner_id").not_null())
            // The hash of the password that an operator handed over: while it is the user's own, it is to be changed.
            .col(text("given_hash", 255).not_null())
            .col(moment(manager, "created_at").not_null());
        manager.create_table(table).await?;
        index(manager, "partner_users", &["partner_id"], false).await?;
        let mut table = Table::create();
        table
            .table("partner_return_urls")
            .col(id("id").not_null().primary_key())
            .col(id("partner_id").not_null())
            .col(exact_text(manager, "url", 500).not_null())
            .col(moment(manager, "created_at").not_null());
        manager.create_table(table).await?;
        index(manager, "partner_return_urls", &["partner_id", "url"], true).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["partner_return_urls", "partner_users"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        manager
            .drop_table(Table::drop().table("partner_keys").to_owned())
            .await?;
        manager.drop_table(Table::drop().table("partners").to_owned()).await?;
        Ok(())
    }
}
