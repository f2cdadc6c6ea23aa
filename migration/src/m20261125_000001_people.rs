//! Who signs in: users with one role each, what we know of members, and their sessions.

use sea_orm_migration::prelude::*;

use crate::columns::{exact_text, id, index, moment, text, won};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut table = Table::create();
        table
            .table("users")
            .col(id("id").not_null().primary_key())
            // An email in another spelling is another: who may try a password is counted by what was typed.
            .col(exact_text(manager, "email", 254).not_null())
            .col(text("password_hash", 255).not_null())
            .col(text("role", 16).not_null())
            .col(text("name", 100).not_null())
            .col(moment(manager, "created_at").not_null())
            .col(moment(manager, "withdrawn_at").null());
        manager.create_table(table).await?;
        index(manager, "users", &["email"], true).await?;
        index(manager, "users", &["role", "id"], false).await?;
        index(manager, "users", &["role", "name", "id"], false).await?;
        let mut table = Table::create();
        table
            .table("members")
            .col(id("id").not_null().primary_key())
            .col(text("birth_date_sealed", 255).not_null())
            // Null: nobody can be reached there any more, and the number is free for another.
            .col(text("phone_sealed", 255).null())
            .col(text("phone_index", 64).null())
            // Of the last four digits: what a caller names, and what several members may share.
            .col(text("phone_tail_index", 64).null())
            .col(text("nickname", 20).null())
            .col(won("per_payment_limit_won").null())
            .col(won("daily_limit_won").null())
            .col(moment(manager, "created_at").not_null());
        manager.create_table(table).await?;
        index(manager, "members", &["phone_index"], true).await?;
        index(manager, "members", &["phone_tail_index"], false).await?;
        let mut table = Table::create();
        table
            .table("sessions")
            .col(id("id").not_null().primary_key())
            .col(id("user_id").not_null())
            .col(text("device", 40).not_null())
            .col(text("refresh_hash", 64).not_null())
            .col(text("previous_hash", 64).null())
            .col(moment(manager, "rotated_at").null())
            .col(moment(manager, "created_at").not_null())
            .col(moment(manager, "last_seen_at").not_null())
            .col(moment(manager, "expires_at").not_null())
            .col(moment(manager, "ends_at").not_null())
            // Of staff: when the second factor was shown; null opens nothing but the page that asks for it.
            .col(moment(manager, "factor_shown_at").null())
            .col(moment(manager, "ended_at").null())
            .col(text("ended_reason", 16).null());
        manager.create_table(table).await?;
        index(manager, "sessions", &["user_id"], false).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("sessions").to_owned()).await?;
        manager.drop_table(Table::drop().table("members").to_owned()).await?;
        manager.drop_table(Table::drop().table("users").to_owned()).await?;
        Ok(())
    }
}
