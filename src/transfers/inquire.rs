//! Asking the bank what became of an unknown transfer. Reads only: asking twice costs a call, never money.
//!
//! If the process dies anywhere in here, the transfer is `unknown` still and its next look is planned already.

use chrono::{DateTime, TimeDelta, Utc};
use futures::FutureExt;
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter};
use serde_json::json;

use super::settle::{self, Verdict};
use super::state::{self, Change};
use super::{TransferError, find, party};
use crate::bank::{Answer, Bank, Call, Original, OriginalOf, Outcome, TraceNumber, TransferResult, journal};
use crate::clock::kst_date;
use crate::config::InquirySettings;
use crate::fault;
use crate::ids::{BankCallId, TransferId};
use crate::models::kinds::{Actor, EventType, FailureCode, TransferKind, TransferState};
use crate::models::transfers;
use crate::money::Won;
use crate::services::Services;

/// What one look at the bank proves, given the looks before it.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Finding {
    Settled(Verdict),
    /// Nothing yet.
    Nothing(Look),
}

/// What a look that settles nothing says of "no such transaction".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Look {
    /// The bank said so: it counts.
    NotFound,
    /// The bank has the transaction: earlier answers that it had none count no more.
    Found,
    /// The bank said nothing.
    Silent,
}

/// Looks once, when the transfer is unknown and its look is due.
///
/// # Errors
/// The database's own; the next look is planned before the bank is asked.
pub async fn inquire(services: &Services, id: TransferId) -> Result<(), TransferError> {
    let now = services.clock.now();
    let Some(known) = transfers::Entity::find_by_id(id).one(services.db.read()).await? else {
        return Ok(());
    };
    let is_due = known.state == TransferState::Unknown && known.next_check_at.is_some_and(|at| at <= now);
    if !is_due {
        return Ok(());
    }
    let Some(original) = original_of(services, &known).await? else {
        return review(services, known, "not_inquirable").await;
    };
    let Some((known, call, call_id)) = plan_next_look(services, known, now).await? else {
        return Ok(());
    };
    fault::point("inquiry.planned");
    let answer = services.bank.inquire(&call, &original).await;
    fault::point("inquiry.after_answer");
    write_finding(services, known, call_id, answer).await?;
    fault::point("inquiry.after_commit");
    Ok(())
}

/// What the bank needs to find the transfer: all of it was committed before the call.
async fn original_of(services: &Services, transfer: &transfers::Model) -> Result<Option<Original>, TransferError> {
    let party = party::of(services, transfer).await?;
    let call = transfer.trace_number.clone().zip(transfer.trace_at);
    Ok(party.zip(call).map(|(party, (trace_number, trace_at))| Original {
        trace_number: TraceNumber::new(trace_number),
        date: kst_date(trace_at),
        amount: Won::new(transfer.amount_won),
        of: match transfer.kind {
            TransferKind::Payment => OriginalOf::Withdrawal(party.fin_account),
            TransferKind::Refund => OriginalOf::Deposit(party.account),
        },
    }))
}

/// Moves the look forward by compare-and-set, so that one process asks. `None` when another was faster.
async fn plan_next_look(
    services: &Services,
    known: transfers::Model,
    now: DateTime<Utc>,
) -> Result<Option<(transfers::Model, Call, BankCallId)>, TransferError> {
    let wait = TimeDelta::seconds(services.settings.inquiry.wait_secs(known.checks + 1));
    let call = Call::new(now);
    services
        .db
        .write(move |tx| {
            async move {
                let planned = transfers::ActiveModel {
                    checks: Set(known.checks + 1),
                    next_check_at: Set(Some(now + wait)),
                    ..Default::default()
                };
                let updated = transfers::Entity::update_many()
                    .set(planned)
                    .filter(transfers::Column::Id.eq(known.id))
                    .filter(transfers::Column::Version.eq(known.version))
                    .filter(transfers::Column::Checks.eq(known.checks))
                    .exec(tx)
                    .await?;
                if updated.rows_affected != 1 {
                    return Ok(None);
                }
                let new = journal::NewCall {
                    transfer_id: Some(known.id),
                    account_id: Some(known.account_id),
                    operation: "inquire",
                    call: &call,
                };
                let call_id = journal::start(tx, new).await?;
                fault::point("inquiry.before_plan");
                Ok(Some((state::load(tx, known.id).await?, call, call_id)))
            }
            .boxed()
        })
        .await
}

async fn write_finding(
    services: &Services,
    asked: transfers::Model,
    call_id: BankCallId,
    answer: Answer<TransferResult>,
) -> Result<(), TransferError> {
    let now = services.clock.now();
    let settings = services.settings.inquiry.clone();
    services
        .db
        .write(move |tx| {
            async move {
                journal::finish(tx, call_id, now, &answer).await?;
                let known = find::lock(tx, asked.id).await?;
                if known.version != asked.version {
                    tracing::warn!(transfer = %known.id.0, "the transfer changed while the bank was asked");
                    return Ok(());
                }
                let finding = judge(&answer.outcome, &known, &settings, now);
                apply_finding(tx, &known, finding, &answer, now).await?;
                fault::point("inquiry.before_commit");
                Ok(())
            }
            .boxed()
        })
        .await
}

/// Nothing is decided by the clock alone: "no such transaction" needs several answers over some time, and asking that
/// came to its end hands the transfer to a person.
fn judge(
    outcome: &Outcome<TransferResult>,
    known: &transfers::Model,
    settings: &InquirySettings,
    now: DateTime<Utc>,
) -> Finding {
    let asking_is_over = known
        .executed_at
        .is_some_and(|since| now - since >= TimeDelta::seconds(settings.give_up_secs));
    let nothing = |look| {
        if asking_is_over {
            Finding::Settled(Verdict::NeedsReview { why: "inquiry_gave_up" })
        } else {
            Finding::Nothing(look)
        }
    };
    match outcome {
        Outcome::Succeeded(TransferResult::Moved { .. }) => Finding::Settled(Verdict::Succeeded),
        Outcome::Succeeded(TransferResult::Refused(refusal)) => Finding::Settled(settle::refused(refusal)),
        Outcome::Succeeded(TransferResult::NoSuchTransaction) => {
            let answers = known.not_found_answers + 1;
            let long_enough = known
                .not_found_since
                .is_some_and(|since| now - since >= TimeDelta::seconds(settings.not_found_secs));
            if answers >= settings.not_found_answers && long_enough {
                let failure = FailureCode::BankNeverReceived;
                Finding::Settled(Verdict::Failed {
                    failure,
                    bank_code: None,
                })
            } else {
                nothing(Look::NotFound)
            }
        }
        Outcome::Succeeded(TransferResult::Processing) => nothing(Look::Found),
        Outcome::Refused(_) | Outcome::NotSent(_) | Outcome::Unknown(_) => nothing(Look::Silent),
    }
}

async fn apply_finding(
    tx: &DatabaseTransaction,
    known: &transfers::Model,
    finding: Finding,
    answer: &Answer<TransferResult>,
    now: DateTime<Utc>,
) -> Result<(), TransferError> {
    let result = match &answer.outcome {
        Outcome::Succeeded(TransferResult::Moved { .. }) => "moved",
        Outcome::Succeeded(TransferResult::Refused(_)) => "refused",
        Outcome::Succeeded(TransferResult::Processing) => "processing",
        Outcome::Succeeded(TransferResult::NoSuchTransaction) => "no_such_transaction",
        Outcome::Refused(_) | Outcome::NotSent(_) | Outcome::Unknown(_) => "no_answer",
    };
    match finding {
        Finding::Settled(verdict) => {
            let mut detail = settle::detail_of(&answer.outcome, &verdict);
            if let Some(fields) = detail.as_object_mut() {
                fields.insert("result".to_owned(), json!(result));
            }
            settle::apply_verdict(tx, known, &verdict, Actor::Inquiry, detail, now, now).await?;
        }
        Finding::Nothing(look) => {
            let mut columns = <transfers::ActiveModel as Default>::default();
            match look {
                Look::NotFound => {
                    columns.not_found_answers = Set(known.not_found_answers + 1);
                    columns.not_found_since = Set(Some(known.not_found_since.unwrap_or(now)));
                }
                Look::Found => {
                    columns.not_found_answers = Set(0);
                    columns.not_found_since = Set(None);
                }
                Look::Silent => {}
            }
            let change = Change::new(EventType::Inquired, Actor::Inquiry)
                .detail(json!({ "result": result, "next_check_at": known.next_check_at }))
                .columns(columns);
            state::apply(tx, known, change, now).await?;
        }
    }
    Ok(())
}

/// A transfer that cannot even be asked about is for a person.
async fn review(services: &Services, known: transfers::Model, why: &'static str) -> Result<(), TransferError> {
    let now = services.clock.now();
    services
        .db
        .write(move |tx| {
            async move {
                let verdict = Verdict::NeedsReview { why };
                let detail = json!({ "why": why });
                settle::apply_verdict(tx, &known, &verdict, Actor::Inquiry, detail, now, now).await?;
                Ok(())
            }
            .boxed()
        })
        .await
}
