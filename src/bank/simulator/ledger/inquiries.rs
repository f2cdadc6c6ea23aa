//! What became of an earlier transfer: found only by all that the bank asks for, as the caller sent it then.

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr, QueryResult};

use super::accounts::{self, Party};
use super::received::{Note, Received, first_use, record};
use super::transfers::direction_word;
use super::{DONE, Ledger, sql};
use crate::bank::Direction;
use crate::bank::nh::codes;
use crate::bank::simulator::magic::TAKEN_BACK;

/// The transfer that is asked about.
#[derive(Clone, Debug)]
pub(in crate::bank::simulator) struct Question {
    pub received: Received,
    pub direction: Direction,
    pub party: Party,
    pub amount_won: i64,
    pub original_date: String,
    pub original_trace: String,
}

/// What the books say of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::bank::simulator) enum Finding {
    Duplicate,
    /// No transfer agrees in trace number, date, direction, account and amount.
    NoSuchTransaction,
    Processing,
    /// Its own code: done, refused, or taken back.
    Ended {
        code: String,
        at: DateTime<Utc>,
    },
}

impl Finding {
    pub(in crate::bank::simulator) const fn code(&self) -> &'static str {
        match self {
            Self::Duplicate => codes::DUPLICATE_TRACE_NUMBER,
            Self::NoSuchTransaction => codes::NO_SUCH_TRANSACTION,
            Self::Processing => codes::DEPOSIT_IN_PROGRESS,
            Self::Ended { .. } => codes::SUCCESS,
        }
    }
}

impl Ledger {
    pub(in crate::bank::simulator) async fn inquire(&self, question: Question) -> Result<Finding, DbErr> {
        self.db
            .write(|transaction| {
                Box::pin(async move {
                    let is_new = first_use(transaction, &question.received).await?.is_none();
                    let account = accounts::find(transaction, &question.party).await?;
                    let finding = match &account {
                        _ if !is_new => Finding::Duplicate,
                        None => Finding::NoSuchTransaction,
                        Some(account) => find(transaction, &question, account.id).await?,
                    };
                    let note = Note {
                        account_id: account.map(|account| account.id),
                        amount_won: Some(question.amount_won),
                        answer: finding.code().to_owned(),
                        ..Note::default()
                    };
                    record(transaction, &question.received, is_new, note).await?;
                    Ok(finding)
                })
            })
            .await
    }
}

async fn find(transaction: &DatabaseTransaction, question: &Question, account_id: i64) -> Result<Finding, DbErr> {
    let query = sql(
        "SELECT id, code, at_ms, canceled, processing_left FROM transactions
         WHERE trace = ? AND date = ? AND institution = ? AND direction = ? AND account_id = ? AND asked_won = ?",
        [
            question.original_trace.as_str().into(),
            question.original_date.as_str().into(),
            question.received.institution.as_str().into(),
            direction_word(question.direction).into(),
            account_id.into(),
            question.amount_won.into(),
        ],
    );
    match transaction.query_one_raw(query).await? {
        Some(row) => read(transaction, &row).await,
        None => Ok(Finding::NoSuchTransaction),
    }
}

async fn read(transaction: &DatabaseTransaction, row: &QueryResult) -> Result<Finding, DbErr> {
    let id: i64 = row.try_get_by_index(0)?;
    let code: String = row.try_get_by_index(1)?;
    let at_ms: i64 = row.try_get_by_index(2)?;
    let canceled: i64 = row.try_get_by_index(3)?;
    let processing_left: i64 = row.try_get_by_index(4)?;
    if processing_left > 0 {
        let count_down = sql(
            "UPDATE transactions SET processing_left = processing_left - 1 WHERE id = ?",
            [id.into()],
        );
        transaction.execute_raw(count_down).await?;
        return Ok(Finding::Processing);
    }
    let taken_back = canceled == 1 && code == DONE;
    Ok(Finding::Ended {
        code: if taken_back { TAKEN_BACK.to_owned() } else { code },
        at: DateTime::from_timestamp_millis(at_ms).unwrap_or_default(),
    })
}
