//! The record of every call that was received: once per trace number, and the repeats beside it.

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr};

use super::{Ledger, sql};

/// A received call, by what its header says.
#[derive(Clone, Debug)]
pub(in crate::bank::simulator) struct Received {
    pub api: &'static str,
    /// Institution and service together: what a trace number is unique within, besides the day.
    pub institution: String,
    /// The transmission date, `YYYYMMDD`.
    pub date: String,
    pub trace: String,
    pub at: DateTime<Utc>,
}

/// What is kept of a call beside its header.
#[derive(Clone, Debug, Default)]
pub(in crate::bank::simulator) struct Note {
    pub account_id: Option<i64>,
    pub amount_won: Option<i64>,
    pub memo: Option<String>,
    pub moves_money: bool,
    /// The code, or a word for an answer that has none.
    pub answer: String,
}

/// The first call that carried a trace number.
pub(super) struct FirstUse {
    pub api: String,
    pub account_id: Option<i64>,
}

impl Ledger {
    /// Writes down a call that changes nothing else. Answers whether its trace number is new today.
    pub(in crate::bank::simulator) async fn note(&self, received: Received, note: Note) -> Result<bool, DbErr> {
        self.db
            .write(|transaction| {
                Box::pin(async move {
                    let is_new = first_use(transaction, &received).await?.is_none();
                    record(transaction, &received, is_new, note).await?;
                    Ok(is_new)
                })
            })
            .await
    }
}

/// Who used this trace number first on this day, if anybody did.
pub(super) async fn first_use(
    transaction: &DatabaseTransaction,
    received: &Received,
) -> Result<Option<FirstUse>, DbErr> {
    let query = sql(
        "SELECT api, account_id FROM calls WHERE trace = ? AND date = ? AND institution = ? AND duplicate = 0",
        [
            received.trace.as_str().into(),
            received.date.as_str().into(),
            received.institution.as_str().into(),
        ],
    );
    let row = transaction.query_one_raw(query).await?;
    row.map(|row| {
        Ok(FirstUse {
            api: row.try_get_by_index(0)?,
            account_id: row.try_get_by_index(1)?,
        })
    })
    .transpose()
}

pub(super) async fn record(
    transaction: &DatabaseTransaction,
    received: &Received,
    is_new: bool,
    note: Note,
) -> Result<(), DbErr> {
    let insert = sql(
        "INSERT INTO calls (api, institution, date, trace, at_ms, moves_money, duplicate, account_id, amount_won,
                            memo, answer)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            received.api.into(),
            received.institution.as_str().into(),
            received.date.as_str().into(),
            received.trace.as_str().into(),
            received.at.timestamp_millis().into(),
            i64::from(note.moves_money).into(),
            i64::from(!is_new).into(),
            note.account_id.into(),
            note.amount_won.into(),
            note.memo.into(),
            note.answer.into(),
        ],
    );
    transaction.execute_raw(insert).await?;
    Ok(())
}
