//! Transfers: the intention to move money once. The row is the job.

use sea_orm_migration::prelude::*;

use crate::columns::{exact_text, id, id_tail, index, long_text, moment, named_index, text, won};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut table = Table::create();
        table
            .table("transfers")
            .col(id("id").not_null().primary_key())
            .col(text("kind", 8).not_null())
            .col(text("state", 16).not_null())
            .col(won("version").not_null())
            .col(id("partner_id").not_null())
            .col(id("member_id").not_null())
            .col(id("account_id").not_null())
            .col(id("mandate_id").null())
            .col(id("payment_id").null())
            .col(exact_text(manager, "order_id", 100).null())
            .col(exact_text(manager, "open_order_key", 140).null())
            .col(won("amount_won").not_null())
            .col(won("refund_reserved_won").not_null())
            .col(won("refunded_won").not_null())
            .col(text("description", 200).not_null())
            .col(long_text(manager, "metadata").null())
            .col(text("short_code", 20).not_null())
            .col(text("history_hash", 64).not_null())
            .col(text("mode", 4).not_null())
            .col(exact_text(manager, "request_id", 255).null())
            .col(text("trace_number", 20).null())
            .col(moment(manager, "trace_at").null())
            .col(text("failure_code", 32).null())
            .col(text("bank_code", 8).null())
            .col(text("unknown_reason", 32).null())
            .col(moment(manager, "created_at").not_null())
            .col(moment(manager, "updated_at").not_null())
            .col(moment(manager, "rung_at").null())
            .col(moment(manager, "executed_at").null())
            .col(moment(manager, "lease_until").null())
            .col(moment(manager, "settled_at").null())
            .col(moment(manager, "expires_at").null())
            .col(moment(manager, "next_check_at").null())
            .col(won("checks").not_null())
            .col(won("not_found_answers").not_null())
            .col(moment(manager, "not_found_since").null())
            .col(id_tail(manager))
            // Whatever the program does: nobody is given back more than was paid.
            .check(Expr::cust("amount_won > 0"))
            .check(Expr::cust("refunded_won >= 0 AND refund_reserved_won >= 0"))
            .check(Expr::cust("refunded_won + refund_reserved_won <= amount_won"));
        manager.create_table(table).await?;
        index(manager, "transfers", &["short_code"], true).await?;
        index(manager, "transfers", &["open_order_key"], true).await?;
        // Where nothing is known of the rows, SQLite chooses by their order between indexes that seem as good: those of a
        // partner stand before those by kind, those of a mandate after. The plans are tested.
        for columns in [
            &["partner_id", "created_at", "id"][..],
            &["partner_id", "kind", "created_at", "id"],
            // The amount last: lists are counted, summed and narrowed by it out of the index alone.
            &["partner_id", "kind", "state", "created_at", "id", "amount_won"],
            &["partner_id", "kind", "order_id", "created_at", "id"],
            &["state", "next_check_at"],
            &["state", "created_at", "id"],
            &["state", "expires_at"],
            &["state", "rung_at"],
            &["state", "amount_won", "id"],
            &["kind", "created_at", "id"],
            &["kind", "state", "created_at", "id", "amount_won"],
            &["amount_won", "created_at", "id"],
            &["partner_id", "amount_won", "created_at", "id"],
            &["id_tail"],
            &["payment_id"],
            &["member_id", "created_at", "id"],
            &["account_id", "created_at", "id"],
            &["member_id", "kind", "state", "created_at", "id"],
            &["member_id", "partner_id", "created_at", "id"],
            &["mandate_id", "created_at", "id"],
            &["mandate_id", "partner_id", "kind", "created_at", "id"],
            &["created_at", "id"],
            &["order_id"],
            &["request_id"],
        ] {
            index(manager, "transfers", columns, false).await?;
        }
        // All that a list of one reason of failure is narrowed, counted and summed by; named after all of them, its name would
        // be longer than MySQL takes.
        let failures = [
            "failure_code",
            "kind",
            "state",
            "created_at",
            "id",
            "amount_won",
            "partner_id",
        ];
        named_index(manager, "ix_transfers_failures", "transfers", &failures).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("transfers").to_owned()).await?;
        Ok(())
    }
}
