//! What members agreed to when they approved a mandate: the evidence, never changed.

use sea_orm_migration::prelude::*;

use crate::columns::{id, index, long_text, moment, text};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut table = Table::create();
        table
            .table("mandate_consents")
            .col(id("id").not_null().primary_key())
            .col(id("mandate_id").not_null())
            .col(id("member_id").not_null())
            .col(id("account_id").not_null())
            .col(text("text_version", 32).not_null())
            .col(text("text_hash", 64).not_null())
            .col(text("language", 8).not_null())
            .col(long_text(manager, "text").not_null())
            .col(moment(manager, "agreed_at").not_null());
        manager.create_table(table).await?;
        index(manager, "mandate_consents", &["mandate_id"], true).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["mandate_consents"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}
