//! Statements: the moves of one account, by day, in pages.

use std::sync::atomic::Ordering;

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{ConnectionTrait, DbErr, QueryResult};

use super::{DONE, Ledger, sql};

/// Which rows are wanted.
#[derive(Clone, Debug)]
pub(in crate::bank::simulator) struct PageQuery {
    pub account_id: i64,
    /// First and last day, `YYYYMMDD`.
    pub from: String,
    pub to: String,
    /// `in`, `out`, or any when empty.
    pub direction: &'static str,
    pub newest_first: bool,
    /// From 1.
    pub page: i64,
    pub per_page: i64,
}

pub(in crate::bank::simulator) struct Page {
    pub rows: Vec<Row>,
    pub has_more: bool,
}

pub(in crate::bank::simulator) struct Row {
    pub id: i64,
    pub at: DateTime<Utc>,
    pub is_deposit: bool,
    pub moved_won: i64,
    pub balance_after: i64,
    pub memo: String,
    pub canceled: bool,
}

impl Ledger {
    /// Lets moves show in statements only so long after they were made.
    pub(in crate::bank::simulator) fn delay_statement(&self, delay: TimeDelta) {
        self.statement_delay_ms
            .store(delay.num_milliseconds(), Ordering::SeqCst);
    }

    pub(in crate::bank::simulator) async fn statement(&self, wanted: PageQuery) -> Result<Page, DbErr> {
        self.cancel_what_is_due().await?;
        let shown_until_ms = self.now().timestamp_millis() - self.statement_delay_ms.load(Ordering::SeqCst);
        let order = if wanted.newest_first { "DESC" } else { "ASC" };
        let query = sql(
            &format!(
                "SELECT id, at_ms, direction, moved_won, balance_after, memo, canceled FROM transactions
                 WHERE account_id = ?1 AND day BETWEEN ?2 AND ?3 AND code = ?4 AND (?5 = '' OR direction = ?5)
                   AND at_ms <= ?8
                 ORDER BY day {order}, id {order} LIMIT ?6 OFFSET ?7"
            ),
            [
                wanted.account_id.into(),
                wanted.from.into(),
                wanted.to.into(),
                DONE.into(),
                wanted.direction.into(),
                (wanted.per_page + 1).into(),
                ((wanted.page - 1) * wanted.per_page).into(),
                shown_until_ms.into(),
            ],
        );
        let found = self.db.read().query_all_raw(query).await?;
        let mut rows = found.iter().map(read).collect::<Result<Vec<_>, _>>()?;
        let per_page = usize::try_from(wanted.per_page).unwrap_or_default();
        let has_more = rows.len() > per_page;
        rows.truncate(per_page);
        Ok(Page { rows, has_more })
    }
}

fn read(row: &QueryResult) -> Result<Row, DbErr> {
    let direction: String = row.try_get_by_index(2)?;
    let canceled: i64 = row.try_get_by_index(6)?;
    Ok(Row {
        id: row.try_get_by_index(0)?,
        at: DateTime::from_timestamp_millis(row.try_get_by_index(1)?).unwrap_or_default(),
        is_deposit: direction == "in",
        moved_won: row.try_get_by_index(3)?,
        balance_after: row.try_get_by_index(4)?,
        memo: row.try_get_by_index(5)?,
        canceled: canceled == 1,
    })
}
