//! The withdrawals and deposits as they stand in the books, for who compares books.

use sea_orm::{ConnectionTrait, DbBackend, DbErr, QueryResult, Statement, Value};
use serde::Serialize;

use super::Ledger;

/// A withdrawal or deposit, performed or refused.
#[derive(Debug, Serialize)]
pub(in crate::bank::simulator) struct BookedView {
    id: i64,
    trace: String,
    date: String,
    /// `out` for a withdrawal, `in` for a deposit.
    direction: String,
    asked_won: i64,
    /// 0 where nothing moved.
    moved_won: i64,
    code: String,
    memo: String,
    /// Moved, and taken back later.
    canceled: bool,
}

const COLUMNS: &str = "id, trace, date, direction, asked_won, moved_won, code, memo, canceled";

impl Ledger {
    /// What was booked under these trace numbers.
    pub(in crate::bank::simulator) async fn booked_under(&self, traces: Vec<String>) -> Result<Vec<BookedView>, DbErr> {
        let marks = vec!["?"; traces.len()].join(", ");
        let query = format!("SELECT {COLUMNS} FROM transactions WHERE trace IN ({marks}) ORDER BY id");
        self.booked(&query, traces.into_iter().map(Value::from).collect()).await
    }

    /// What was booked after an id, the oldest first.
    pub(in crate::bank::simulator) async fn booked_after(&self, id: i64, limit: i64) -> Result<Vec<BookedView>, DbErr> {
        let query = format!("SELECT {COLUMNS} FROM transactions WHERE id > ? ORDER BY id LIMIT ?");
        self.booked(&query, vec![id.into(), limit.into()]).await
    }

    async fn booked(&self, query: &str, values: Vec<Value>) -> Result<Vec<BookedView>, DbErr> {
        self.cancel_what_is_due().await?;
        let rows = self
            .db
            .read()
            .query_all_raw(Statement::from_sql_and_values(DbBackend::Sqlite, query, values))
            .await?;
        rows.iter().map(booked).collect()
    }
}

fn booked(row: &QueryResult) -> Result<BookedView, DbErr> {
    let canceled: i64 = row.try_get_by_index(8)?;
    Ok(BookedView {
        id: row.try_get_by_index(0)?,
        trace: row.try_get_by_index(1)?,
        date: row.try_get_by_index(2)?,
        direction: row.try_get_by_index(3)?,
        asked_won: row.try_get_by_index(4)?,
        moved_won: row.try_get_by_index(5)?,
        code: row.try_get_by_index(6)?,
        memo: row.try_get_by_index(7)?,
        canceled: canceled == 1,
    })
}
