//! The journal of bank calls: a row with the trace number is committed before a call, its ending after it.
//!
//! A row without an ending is a call whose process died, or one that is still in hand: it proves nothing.

use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter};

use super::{Answer, Call, Outcome};
use crate::ids::{AccountId, BankCallId, TransferId};
use crate::models::bank_calls;

/// A call that is about to be made.
#[derive(Clone, Copy, Debug)]
pub struct NewCall<'a> {
    /// The transfer that it is made for, if any.
    pub transfer_id: Option<TransferId>,
    /// The bank account that it is made for, if any.
    pub account_id: Option<AccountId>,
    /// The operation of [`super::Bank`], by its name there.
    pub operation: &'static str,
    pub call: &'a Call,
}

/// Writes that `new` is about to be made. Commit before making it.
///
/// # Errors
/// The database's; a trace number that was used on the same day already is a unique violation.
pub async fn start(transaction: &impl ConnectionTrait, new: NewCall<'_>) -> Result<BankCallId, DbErr> {
    insert(transaction, new, 1, new.call.at).await
}

/// As [`start`] for a call that is sent once more under its first trace number, which the bank offers for issuing a
/// fin account alone. Never for money. The call keeps its first moment; `started_at` is this one.
///
/// # Errors
/// The database's.
pub async fn start_again(
    transaction: &impl ConnectionTrait,
    new: NewCall<'_>,
    started_at: DateTime<Utc>,
) -> Result<BankCallId, DbErr> {
    let earlier = bank_calls::Entity::find()
        .filter(bank_calls::Column::TraceDate.eq(trace_date(new.call)))
        .filter(bank_calls::Column::TraceNumber.eq(new.call.trace_number.as_str()))
        .count(transaction)
        .await?;
    let attempt = i64::try_from(earlier).unwrap_or(i64::MAX).saturating_add(1);
    insert(transaction, new, attempt, started_at).await
}

async fn insert(
    transaction: &impl ConnectionTrait,
    new: NewCall<'_>,
    attempt: i64,
    started_at: DateTime<Utc>,
) -> Result<BankCallId, DbErr> {
    let id = BankCallId::new();
    let row = bank_calls::ActiveModel {
        id: Set(id),
        transfer_id: Set(new.transfer_id),
        account_id: Set(new.account_id),
        operation: Set(new.operation.to_owned()),
        trace_number: Set(new.call.trace_number.as_str().to_owned()),
        trace_date: Set(trace_date(new.call)),
        attempt: Set(attempt),
        started_at: Set(started_at),
        ended_at: Set(None),
        proof: Set(None),
        outcome: Set(None),
        bank_code: Set(None),
        http_status: Set(None),
        request: Set(None),
        response: Set(None),
    };
    bank_calls::Entity::insert(row)
        .exec_without_returning(transaction)
        .await?;
    Ok(id)
}

/// Writes how the call ended. Nothing is written over an ending that is there.
///
/// # Errors
/// The database's.
pub async fn finish<T: Sync>(
    transaction: &impl ConnectionTrait,
    id: BankCallId,
    ended_at: DateTime<Utc>,
    answer: &Answer<T>,
) -> Result<(), DbErr> {
    let ending = bank_calls::ActiveModel {
        ended_at: Set(Some(ended_at)),
        proof: Set(Some(answer.outcome.proof().as_str().to_owned())),
        outcome: Set(Some(outcome_word(&answer.outcome).to_owned())),
        bank_code: Set(answer.outcome.bank_code().map(str::to_owned)),
        http_status: Set(answer.exchange.http_status.map(i64::from)),
        request: Set(Some(answer.exchange.request.clone())),
        response: Set(answer.exchange.response.clone()),
        ..Default::default()
    };
    bank_calls::Entity::update_many()
        .set(ending)
        .filter(bank_calls::Column::Id.eq(id))
        .filter(bank_calls::Column::EndedAt.is_null())
        .exec(transaction)
        .await?;
    Ok(())
}

/// The word that `bank_calls.outcome` holds.
#[must_use]
pub const fn outcome_word<T>(outcome: &Outcome<T>) -> &'static str {
    match outcome {
        Outcome::Succeeded(_) => "succeeded",
        Outcome::Refused(_) => "refused",
        Outcome::NotSent(_) => "not_sent",
        Outcome::Unknown(_) => "unknown",
    }
}

fn trace_date(call: &Call) -> String {
    call.date().format("%Y%m%d").to_string()
}
