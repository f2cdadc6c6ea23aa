//! The second factors of staff, their recovery codes, and the passwords that were handed over to them.

use sea_orm_migration::prelude::*;

use crate::columns::{id, index, moment, text, won};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut table = Table::create();
        table
            .table("staff_factors")
            // The user's.
            .col(id("id").not_null().primary_key())
            .col(text("secret_sealed", 255).not_null())
            // A code of this step or of one before it is taken no more.
            .col(won("last_step").not_null())
            .col(moment(manager, "enrolled_at").not_null());
        manager.create_table(table).await?;

        let mut table = Table::create();
        table
            .table("staff_recovery_codes")
            .col(id("id").not_null().primary_key())
            .col(id("user_id").not_null())
            .col(text("code_hash", 64).not_null())
            .col(moment(manager, "made_at").not_null())
            .col(moment(manager, "used_at").null());
        manager.create_table(table).await?;
        index(manager, "staff_recovery_codes", &["user_id", "code_hash"], true).await?;

        let mut table = Table::create();
        table
            .table("staff_given_passwords")
            // The user's.
            .col(id("id").not_null().primary_key())
            .col(text("given_hash", 255).not_null())
            .col(moment(manager, "given_at").not_null());
        manager.create_table(table).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["staff_given_passwords", "staff_recovery_codes", "staff_factors"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}
