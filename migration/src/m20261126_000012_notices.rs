//! Announcements in both languages, and who wrote what of them when.

use sea_orm_migration::prelude::*;

use crate::columns::{id, index, long_text, moment, text, won};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut table = Table::create();
        table
            .table("notices")
            .col(id("id").not_null().primary_key())
            .col(text("title_ko", 100).not_null())
            .col(text("title_en", 100).not_null())
            .col(long_text(manager, "body_ko").not_null())
            .col(long_text(manager, "body_en").not_null())
            .col(ColumnDef::new("is_important").boolean().not_null())
            .col(moment(manager, "visible_from").not_null())
            .col(moment(manager, "visible_until").null())
            .col(id("author_id").not_null())
            .col(won("version").not_null())
            .col(moment(manager, "created_at").not_null());
        manager.create_table(table).await?;
        index(manager, "notices", &["visible_from", "id"], false).await?;
        index(manager, "notices", &["is_important", "visible_from", "id"], false).await?;
        let mut table = Table::create();
        table
            .table("notice_changes")
            .col(id("id").not_null().primary_key())
            .col(id("notice_id").not_null())
            .col(won("version").not_null())
            .col(id("actor_id").not_null())
            .col(moment(manager, "at").not_null())
            .col(long_text(manager, "snapshot").not_null());
        manager.create_table(table).await?;
        index(manager, "notice_changes", &["notice_id", "version"], true).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("notice_changes").to_owned())
            .await?;
        manager.drop_table(Table::drop().table("notices").to_owned()).await?;
        Ok(())
    }
}
