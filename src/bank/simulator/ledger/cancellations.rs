//! Transfers that succeeded and that the bank takes back later, by its own clock.

use std::sync::atomic::Ordering;

use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr, QueryResult};

use super::{Ledger, sql};

impl Ledger {
    /// Takes back what is due by now. Costs nothing while nothing is due.
    pub(in crate::bank::simulator) async fn cancel_what_is_due(&self) -> Result<(), DbErr> {
        let now_ms = self.now().timestamp_millis();
        if now_ms < self.next_cancellation_ms.load(Ordering::Relaxed) {
            return Ok(());
        }
        self.db
            .write(move |transaction| {
                Box::pin(async move {
                    let due = sql(
                        "SELECT id, account_id, direction, moved_won FROM transactions
                         WHERE cancel_at_ms <= ? AND canceled = 0",
                        [now_ms.into()],
                    );
                    for row in transaction.query_all_raw(due).await? {
                        cancel(transaction, &row).await?;
                    }
                    Ok::<_, DbErr>(())
                })
            })
            .await?;
        self.load_next_cancellation().await
    }

    pub(super) async fn load_next_cancellation(&self) -> Result<(), DbErr> {
        let query = sql(
            "SELECT min(cancel_at_ms) FROM transactions WHERE cancel_at_ms IS NOT NULL AND canceled = 0",
            [],
        );
        let row = self.db.read().query_one_raw(query).await?;
        let next: Option<i64> = row.map(|row| row.try_get_by_index(0)).transpose()?.flatten();
        self.next_cancellation_ms
            .store(next.unwrap_or(i64::MAX), Ordering::Relaxed);
        Ok(())
    }

    pub(super) fn expect_cancellation(&self, at_ms: i64) {
        self.next_cancellation_ms.fetch_min(at_ms, Ordering::Relaxed);
    }
}

/// Gives a withdrawal back. Takes a deposit back only while the account covers it: a balance is never negative, so
/// a deposit that was spent stays.
async fn cancel(transaction: &DatabaseTransaction, row: &QueryResult) -> Result<(), DbErr> {
    let (id, account_id): (i64, i64) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
    let (direction, moved_won): (String, i64) = (row.try_get_by_index(2)?, row.try_get_by_index(3)?);
    let change_won = if direction == "out" { moved_won } else { -moved_won };
    let give_back = sql(
        "UPDATE accounts SET balance_won = balance_won + ?1 WHERE id = ?2 AND balance_won + ?1 >= 0",
        [change_won.into(), account_id.into()],
    );
    let mark = if transaction.execute_raw(give_back).await?.rows_affected() == 1 {
        "UPDATE transactions SET canceled = 1 WHERE id = ?"
    } else {
        "UPDATE transactions SET cancel_at_ms = NULL WHERE id = ?"
    };
    transaction.execute_raw(sql(mark, [id.into()])).await?;
    Ok(())
}
