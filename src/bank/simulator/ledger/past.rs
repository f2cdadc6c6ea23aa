//! A past that was made up for a trial: accounts with their fin accounts, and moves that the bank is told to have made.
//! Balances stay as they are: they are those of today.
//!
//! All of one call is one commit. What is told twice is booked once, by its trace number.

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr};
use serde::{Deserialize, Serialize};

use super::accounts::{BookedAccount, fin_account_of, find_or_open};
use super::transfers::direction_word;
use super::{DONE, Ledger, sql};
use crate::bank::Direction;
use crate::clock::kst_date;

/// What is told.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::bank::simulator) struct Past {
    institution_code: String,
    /// Institution and service, as the bank knows a caller.
    institution: String,
    #[serde(default)]
    accounts: Vec<Holding>,
    #[serde(default)]
    moves: Vec<Move>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Holding {
    bank_code: String,
    number: String,
    holder: String,
    linked_at: DateTime<Utc>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Move {
    bank_code: String,
    number: String,
    trace: String,
    at: DateTime<Utc>,
    /// `in` or `out`.
    direction: Way,
    asked_won: i64,
    moved_won: i64,
    memo: String,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Way {
    In,
    Out,
}

impl Way {
    const fn api(self) -> &'static str {
        match self {
            Self::In => "ReceivedTransferAccountNumber",
            Self::Out => "DrawingTransfer",
        }
    }

    const fn word(self) -> &'static str {
        match self {
            Self::In => direction_word(Direction::In),
            Self::Out => direction_word(Direction::Out),
        }
    }
}

/// An account with the numbers that its link goes by.
#[derive(Debug, Serialize)]
pub(in crate::bank::simulator) struct LinkedView {
    number: String,
    fin_account: String,
    register_number: String,
}

impl Ledger {
    /// Books it, and answers with the accounts in their order.
    pub(in crate::bank::simulator) async fn tell_past(&self, past: Past) -> Result<Vec<LinkedView>, DbErr> {
        self.db
            .write(|transaction| Box::pin(async move { book(transaction, &past).await }))
            .await
    }
}

async fn book(transaction: &DatabaseTransaction, past: &Past) -> Result<Vec<LinkedView>, DbErr> {
    let mut linked = Vec::with_capacity(past.accounts.len());
    for holding in &past.accounts {
        linked.push(link(transaction, &past.institution_code, holding).await?);
    }
    for one in &past.moves {
        let date = kst_date(one.at).format("%Y%m%d").to_string();
        let insert = sql(
            "INSERT OR IGNORE INTO transactions (account_id, institution, date, trace, api, direction, asked_won,
                                                 moved_won, balance_after, memo, code, at_ms, day)
             SELECT id, ?3, ?4, ?5, ?6, ?7, ?8, ?9, balance_won, ?10, ?11, ?12, ?4 FROM accounts
             WHERE bank_code = ?1 AND number = ?2",
            [
                one.bank_code.as_str().into(),
                one.number.as_str().into(),
                past.institution.as_str().into(),
                date.into(),
                one.trace.as_str().into(),
                one.direction.api().into(),
                one.direction.word().into(),
                one.asked_won.into(),
                one.moved_won.into(),
                one.memo.as_str().into(),
                DONE.into(),
                one.at.timestamp_millis().into(),
            ],
        );
        transaction.execute_raw(insert).await?;
    }
    Ok(linked)
}

async fn link(
    transaction: &DatabaseTransaction,
    institution_code: &str,
    holding: &Holding,
) -> Result<LinkedView, DbErr> {
    let account: BookedAccount = find_or_open(transaction, &holding.bank_code, &holding.number).await?;
    let date = kst_date(holding.linked_at).format("%Y%m%d").to_string();
    let register_number = account
        .register_number
        .unwrap_or_else(|| format!("{date}{:09}", account.id));
    let fin_account = account
        .fin_account
        .unwrap_or_else(|| fin_account_of(institution_code, &account.bank_code, &account.number));
    let update = sql(
        "UPDATE accounts SET holder = ?, register_number = ?, fin_account = ?, linked_on = coalesce(linked_on, ?)
         WHERE id = ?",
        [
            holding.holder.as_str().into(),
            register_number.as_str().into(),
            fin_account.as_str().into(),
            date.into(),
            account.id.into(),
        ],
    );
    transaction.execute_raw(update).await?;
    Ok(LinkedView {
        number: account.number,
        fin_account,
        register_number,
    })
}
