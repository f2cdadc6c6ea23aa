//! What a test or a trial may ask of the books beyond what a bank tells.

use chrono::DateTime;
use sea_orm::{ConnectionTrait, DbErr, QueryResult};
use serde::Serialize;

use super::{Ledger, sql};

/// As many calls as one answer lists, the newest.
const CALLS: i64 = 1_000;

/// What the bank did, in numbers that have one right value each.
#[derive(Debug, Serialize)]
pub(in crate::bank::simulator) struct Summary {
    withdrawals: i64,
    deposits: i64,
    withdrawn_won: i64,
    deposited_won: i64,
    /// The most money-moving calls that carried one trace number of one day.
    max_calls_per_trace: i64,
    /// Transfers performed again for a passbook text that was performed already, in the same direction.
    duplicates: i64,
}

/// A received call.
#[derive(Debug, Serialize)]
pub(in crate::bank::simulator) struct CallView {
    api: String,
    trace: String,
    date: String,
    at: String,
    moves_money: bool,
    duplicate: bool,
    amount: Option<i64>,
    memo: Option<String>,
    answer: String,
}

/// Which calls are listed.
pub(in crate::bank::simulator) enum CallsOf {
    All,
    Trace(String),
    /// Those whose passbook text holds this.
    Memo(String),
}

/// An account, with everything that the other answers hide.
#[derive(Debug, Serialize)]
pub(in crate::bank::simulator) struct AccountView {
    bank_code: String,
    account: String,
    fin_account: Option<String>,
    holder: String,
    balance_won: i64,
}

impl Ledger {
    pub(in crate::bank::simulator) async fn summary(&self) -> Result<Summary, DbErr> {
        let query = sql(
            "SELECT
               (SELECT count(*) FROM transactions WHERE code = '00000' AND direction = 'out'),
               (SELECT count(*) FROM transactions WHERE code = '00000' AND direction = 'in'),
               (SELECT coalesce(sum(moved_won), 0) FROM transactions WHERE code = '00000' AND direction = 'out'),
               (SELECT coalesce(sum(moved_won), 0) FROM transactions WHERE code = '00000' AND direction = 'in'),
               (SELECT coalesce(max(calls), 0) FROM
                 (SELECT count(*) AS calls FROM calls WHERE moves_money = 1 GROUP BY trace, date, institution)),
               (SELECT coalesce(sum(times - 1), 0) FROM
                 (SELECT count(*) AS times FROM transactions WHERE code = '00000' AND memo <> ''
                  GROUP BY direction, memo))",
            [],
        );
        let row = self.db.read().query_one_raw(query).await?;
        let row = row.ok_or_else(|| DbErr::RecordNotFound("the summary".to_owned()))?;
        Ok(Summary {
            withdrawals: row.try_get_by_index(0)?,
            deposits: row.try_get_by_index(1)?,
            withdrawn_won: row.try_get_by_index(2)?,
            deposited_won: row.try_get_by_index(3)?,
            max_calls_per_trace: row.try_get_by_index(4)?,
            duplicates: row.try_get_by_index(5)?,
        })
    }

    /// The calls that were received, the newest first.
    pub(in crate::bank::simulator) async fn calls(&self, of: CallsOf) -> Result<Vec<CallView>, DbErr> {
        let (condition, value) = match of {
            CallsOf::All => ("?1 = ''", String::new()),
            CallsOf::Trace(trace) => ("trace = ?1", trace),
            CallsOf::Memo(text) => ("instr(memo, ?1) > 0", text),
        };
        let query = sql(
            &format!(
                "SELECT api, trace, date, at_ms, moves_money, duplicate, amount_won, memo, answer FROM calls
                 WHERE {condition} ORDER BY id DESC LIMIT ?2"
            ),
            [value.into(), CALLS.into()],
        );
        let rows = self.db.read().query_all_raw(query).await?;
        rows.iter().map(call).collect()
    }

    pub(in crate::bank::simulator) async fn accounts(&self) -> Result<Vec<AccountView>, DbErr> {
        let query = sql(
            "SELECT bank_code, number, fin_account, holder, balance_won FROM accounts ORDER BY id",
            [],
        );
        let rows = self.db.read().query_all_raw(query).await?;
        rows.iter().map(account).collect()
    }

    /// Sets the balance of an account that the bank knows. Answers whether it does.
    pub(in crate::bank::simulator) async fn set_balance(&self, number: &str, balance_won: i64) -> Result<bool, DbErr> {
        let update = sql(
            "UPDATE accounts SET balance_won = ?1 WHERE number = ?2 OR fin_account = ?2",
            [balance_won.into(), number.into()],
        );
        Ok(self.write_one(update).await? > 0)
    }
}

fn call(row: &QueryResult) -> Result<CallView, DbErr> {
    let at_ms: i64 = row.try_get_by_index(3)?;
    let moves_money: i64 = row.try_get_by_index(4)?;
    let duplicate: i64 = row.try_get_by_index(5)?;
    Ok(CallView {
        api: row.try_get_by_index(0)?,
        trace: row.try_get_by_index(1)?,
        date: row.try_get_by_index(2)?,
        at: DateTime::from_timestamp_millis(at_ms).unwrap_or_default().to_rfc3339(),
        moves_money: moves_money == 1,
        duplicate: duplicate == 1,
        amount: row.try_get_by_index(6)?,
        memo: row.try_get_by_index(7)?,
        answer: row.try_get_by_index(8)?,
    })
}

fn account(row: &QueryResult) -> Result<AccountView, DbErr> {
    Ok(AccountView {
        bank_code: row.try_get_by_index(0)?,
        account: row.try_get_by_index(1)?,
        fin_account: row.try_get_by_index(2)?,
        holder: row.try_get_by_index(3)?,
        balance_won: row.try_get_by_index(4)?,
    })
}
