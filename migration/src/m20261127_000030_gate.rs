//! The pace of the bank: its limits and their parts, its extraordinary windows, and the index of the next transfer in turn.

use sea_orm_migration::prelude::*;

use crate::columns::{id, index, moment, text, won};

const TURN: &[&str] = &["state", "partner_id", "created_at", "id"];

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        limits(manager).await?;
        shares(manager).await?;
        windows(manager).await?;
        index(manager, "transfers", TURN, false).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut turn = Index::drop();
        turn.name(format!("ix_transfers_{}", TURN.join("_"))).table("transfers");
        manager.drop_index(turn).await?;
        for table in ["bank_windows", "gate_shares", "gate_limits"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}

/// A row of the bank, whose lock is the turn of who changes a share, and one of each class of calls.
async fn limits(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = Table::create();
    table
        .table("gate_limits")
        .col(text("bank_code", 3).not_null())
        .col(text("lane", 16).not_null())
        // Null: as configured.
        .col(won("at_once").null())
        .col(won("per_sec").null())
        .col(won("deadline_ms").null())
        .col(won("version").not_null())
        .col(moment(manager, "changed_at").null())
        .col(id("changed_by").null())
        .primary_key(Index::create().col("bank_code").col("lane"));
    manager.create_table(table).await?;
    let mut rows = Query::insert();
    rows.into_table("gate_limits").columns(["bank_code", "lane", "version"]);
    for lane in ["bank", "money", "inquiry", "link", "balance"] {
        rows.values_panic(["011".into(), lane.into(), 1.into()]);
    }
    manager.execute(rows).await
}

async fn shares(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = Table::create();
    table
        .table("gate_shares")
        .col(id("process_id").not_null().primary_key())
        .col(text("bank_code", 3).not_null())
        .col(won("at_once").not_null())
        .col(won("per_sec").not_null())
        .col(won("weight").not_null())
        .col(won("money_waiting").not_null())
        .col(won("reads_waiting").not_null())
        .col(won("running").not_null())
        .col(text("breaker", 16).not_null())
        .col(moment(manager, "seen_at").not_null());
    manager.create_table(table).await?;
    index(manager, "gate_shares", &["bank_code", "seen_at"], false).await
}

async fn windows(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = Table::create();
    table
        .table("bank_windows")
        .col(id("id").not_null().primary_key())
        .col(text("bank_code", 3).not_null())
        .col(text("kind", 16).not_null())
        .col(moment(manager, "starts_at").not_null())
        .col(moment(manager, "ends_at").not_null())
        .col(text("reason", 500).not_null())
        .col(id("author_id").not_null())
        .col(won("version").not_null())
        .col(moment(manager, "created_at").not_null())
        // Taken back before it began, or ended early.
        .col(moment(manager, "ended_at").null());
    manager.create_table(table).await?;
    index(manager, "bank_windows", &["bank_code", "ends_at", "id"], false).await
}
