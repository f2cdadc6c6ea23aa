//! Asking the bank what became of an unknown transfer. Reads only: asking twice costs a call, never money.
//!
//! The bank is asked by the original trace number and day (`CheckOn…`) where it offers that, else by the account's
//! statement (`statement_look.rs`). If the process dies anywhere in here, the transfer is `unknown` still and its next
//! look is planned already.

use chrono::{DateTime, TimeDelta, Utc};
use futures::FutureExt;
use sea_orm::ActiveValue::Set;
use sea_orm::{DatabaseTransaction, EntityTrait};
use serde_json::{Value, json};

use super::execute::until_written;
use super::party::{self, Party};
use super::settle::{self, Verdict};
use super::state::{self, Change};
use super::{TransferError, find, next_look, statement_look};
use crate::bank::maintenance::Windows;
use crate::bank::{
    Answer, Bank, NotSentReason, Original, OriginalOf, Outcome, Refusal, TraceNumber, TransferResult, journal,
};
use crate::clock::kst_date;
use crate::config::{InquirySettings, InquiryWay};
use crate::fault;
use crate::ids::{BankCallId, TransferId};
use crate::log;
use crate::models::kinds::{Actor, EventType, FailureCode, TransferKind, TransferState};
use crate::models::transfers;
use crate::money::Won;
use crate::services::Services;

/// What a look at the bank saw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Evidence {
    /// It was done, as it was asked for.
    Moved,
    /// It was not done, by this code of the bank's.
    Refused(Refusal),
    /// The bank has it and is still at it.
    Processing,
    /// The bank knows of no such transaction. Counts only after several such answers over some time.
    NoSuchTransaction,
    /// The bank's books show something else than was asked for.
    Disagrees(&'static str),
    /// The bank said nothing of it.
    Silent,
}

impl Evidence {
    fn of(answer: &Answer<TransferResult>) -> Self {
        match &answer.outcome {
            Outcome::Succeeded(TransferResult::Moved { .. }) => Self::Moved,
            Outcome::Succeeded(TransferResult::Refused(refusal)) => Self::Refused(refusal.clone()),
            Outcome::Succeeded(TransferResult::Processing) => Self::Processing,
            Outcome::Succeeded(TransferResult::NoSuchTransaction) => Self::NoSuchTransaction,
            Outcome::Refused(_) | Outcome::NotSent(_) | Outcome::Unknown(_) => Self::Silent,
        }
    }

    /// The word of an event's `detail.result`.
    const fn word(&self) -> &'static str {
        match self {
            Self::Moved => "moved",
            Self::Refused(_) => "refused",
            Self::Processing => "processing",
            Self::NoSuchTransaction => "no_such_transaction",
            Self::Disagrees(_) => "disagrees",
            Self::Silent => "no_answer",
        }
    }
}

/// What the evidence decides, given the looks before it.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Finding {
    Settled(Verdict),
    Nothing,
}

/// Looks once, when the transfer is unknown and its look is due. While the bank is in maintenance the look is put off to
/// its end; one that the gate gave no turn is not counted.
///
/// # Errors
/// The database's own; the next look is planned before the bank is asked.
pub async fn inquire(services: &Services, id: TransferId) -> Result<(), TransferError> {
    let now = services.clock.now();
    let Some(known) = transfers::Entity::find_by_id(id).one(services.db.read()).await? else {
        return Ok(());
    };
    log::about(&known);
    let is_due = known.state == TransferState::Unknown && known.next_check_at.is_some_and(|at| at <= now);
    if !is_due {
        return Ok(());
    }
    let settings = &services.settings;
    if let Some(end) = services.calendar.money_waits_until() {
        return next_look::put_off(services, &known, end).await;
    }
    if services.bank.holds_reads() {
        // The bank does not answer just now: the look stays due, and is not counted.
        return Ok(());
    }
    let party = party::of(services, &known).await?;
    let call = known.trace_number.clone().zip(known.trace_at);
    let Some((party, (trace_number, trace_at))) = party.zip(call) else {
        return review(services, known, "not_inquirable").await;
    };
    let Some((known, call, call_id)) = next_look::plan(services, known, now).await? else {
        return Ok(());
    };
    fault::point("inquiry.planned");
    match settings.bank.inquiry {
        InquiryWay::ResultCheck => {
            let original = original(&known, party, TraceNumber::new(trace_number), trace_at);
            let answer = services.bank.inquire(&call, &original).await;
            fault::point("inquiry.after_answer");
            if answer.outcome == Outcome::NotSent(NotSentReason::GateClosed) {
                return next_look::undo(services, &known, Some((call_id, answer))).await;
            }
            let evidence = Evidence::of(&answer);
            write_finding(services, known, evidence, Some((call_id, answer))).await
        }
        InquiryWay::Statement => {
            match statement_look::look(services, &known, trace_at, party.account, (call, call_id)).await? {
                Some(evidence) => write_finding(services, known, evidence, None).await,
                None => next_look::undo(services, &known, None).await,
            }
        }
    }
}

/// Makes the next look due now, because somebody of staff wants to know; [`inquire`] then looks. The transfer is one that
/// the caller has locked and that is unknown.
///
/// # Errors
/// The database's own.
pub(crate) async fn hasten(
    tx: &DatabaseTransaction,
    known: &transfers::Model,
    staff: Value,
    now: DateTime<Utc>,
) -> Result<transfers::Model, TransferError> {
    let columns = transfers::ActiveModel {
        next_check_at: Set(Some(now)),
        ..Default::default()
    };
    let change = Change::new(EventType::Note, Actor::Staff)
        .detail(json!({ "reason": "asked_now", "staff": staff }))
        .columns(columns);
    state::apply(tx, known, change, now).await
}

/// What the bank needs to find the transfer: all of it was committed before the call.
fn original(transfer: &transfers::Model, party: Party, trace_number: TraceNumber, trace_at: DateTime<Utc>) -> Original {
    Original {
        trace_number,
        date: kst_date(trace_at),
        amount: Won::new(transfer.amount_won),
        of: match transfer.kind {
            TransferKind::Payment => OriginalOf::Withdrawal(party.fin_account),
            TransferKind::Refund => OriginalOf::Deposit(party.account),
        },
    }
}

/// What the bank said is worth as much as an answer to the call itself: it is not given up for a lost lock.
async fn write_finding(
    services: &Services,
    asked: transfers::Model,
    evidence: Evidence,
    call: Option<(BankCallId, Answer<TransferResult>)>,
) -> Result<(), TransferError> {
    until_written(|| write_finding_once(services, asked.clone(), evidence.clone(), call.clone())).await
}

async fn write_finding_once(
    services: &Services,
    asked: transfers::Model,
    evidence: Evidence,
    call: Option<(BankCallId, Answer<TransferResult>)>,
) -> Result<(), TransferError> {
    let now = services.clock.now();
    let (settings, windows) = (services.settings.inquiry.clone(), services.calendar.windows());
    let settled = services
        .db
        .write(move |tx| {
            async move {
                if let Some((call_id, answer)) = &call {
                    journal::finish(tx, *call_id, now, answer).await?;
                }
                let known = find::lock(tx, asked.id).await?;
                let settled = if known.version == asked.version {
                    apply_finding(tx, &known, &evidence, (&settings, &windows), now).await?
                } else {
                    tracing::warn!("the transfer changed while the bank was asked");
                    None
                };
                fault::point("inquiry.before_commit");
                Ok::<_, TransferError>(settled)
            }
            .boxed()
        })
        .await?;
    fault::point("inquiry.after_commit");
    if let Some(settled) = settled {
        tracing::info!(
            state = settled.state.as_str(),
            "settled by what the bank said when it was asked"
        );
        services.metrics.settled(&settled);
    }
    Ok(())
}

/// Nothing is decided by the clock alone: "no such transaction" needs several answers over some time in which the bank
/// worked, and asking that came to its end hands the transfer to a person.
fn judge(
    evidence: &Evidence,
    known: &transfers::Model,
    settings: &InquirySettings,
    windows: &Windows,
    now: DateTime<Utc>,
) -> Finding {
    match evidence {
        Evidence::Moved => Finding::Settled(Verdict::Succeeded),
        Evidence::Refused(refusal) => Finding::Settled(settle::refused(refusal)),
        Evidence::Disagrees(why) => Finding::Settled(Verdict::NeedsReview { why }),
        Evidence::NoSuchTransaction if is_proven_absent(known, settings, windows, now) => {
            let failure = FailureCode::BankNeverReceived;
            Finding::Settled(Verdict::Failed {
                failure,
                bank_code: None,
            })
        }
        Evidence::NoSuchTransaction | Evidence::Processing | Evidence::Silent => {
            let since = known.executed_at;
            let is_over = since.is_some_and(|since| now - since >= TimeDelta::seconds(settings.give_up_secs));
            if is_over {
                Finding::Settled(Verdict::NeedsReview { why: "inquiry_gave_up" })
            } else {
                Finding::Nothing
            }
        }
    }
}

/// Whether this answer that there is no such transaction is the last that was needed.
fn is_proven_absent(
    known: &transfers::Model,
    settings: &InquirySettings,
    windows: &Windows,
    now: DateTime<Utc>,
) -> bool {
    let long_enough = known
        .not_found_since
        .is_some_and(|since| windows.open_between(since, now) >= TimeDelta::seconds(settings.not_found_secs));
    known.not_found_answers + 1 >= settings.not_found_answers && long_enough
}

/// The transfer as it is when this settled it.
async fn apply_finding(
    tx: &DatabaseTransaction,
    known: &transfers::Model,
    evidence: &Evidence,
    (settings, windows): (&InquirySettings, &Windows),
    now: DateTime<Utc>,
) -> Result<Option<transfers::Model>, TransferError> {
    // What a bank in maintenance does not find it may find afterwards.
    let counted = match evidence {
        Evidence::NoSuchTransaction if windows.ends(now).is_some() => &Evidence::Silent,
        evidence => evidence,
    };
    match judge(counted, known, settings, windows, now) {
        Finding::Settled(verdict) => {
            let detail = told(evidence, &verdict);
            let settled = settle::apply_verdict(tx, known, &verdict, Actor::Inquiry, detail, now, now).await?;
            Ok(Some(settled))
        }
        Finding::Nothing => {
            let mut columns = <transfers::ActiveModel as Default>::default();
            match counted {
                Evidence::NoSuchTransaction => {
                    columns.not_found_answers = Set(known.not_found_answers + 1);
                    columns.not_found_since = Set(Some(known.not_found_since.unwrap_or(now)));
                }
                // The bank has it after all: earlier answers that it had none count no more.
                Evidence::Processing => {
                    columns.not_found_answers = Set(0);
                    columns.not_found_since = Set(None);
                }
                _ => {}
            }
            let change = Change::new(EventType::Inquired, Actor::Inquiry)
                .detail(json!({ "result": evidence.word(), "next_check_at": known.next_check_at }))
                .columns(columns);
            state::apply(tx, known, change, now).await?;
            Ok(None)
        }
    }
}

/// The facts of the look that settled it, for the history.
fn told(evidence: &Evidence, verdict: &Verdict) -> Value {
    let mut detail = serde_json::Map::from_iter([("result".to_owned(), json!(evidence.word()))]);
    if let Evidence::Refused(refusal) = evidence {
        detail.insert("bank_code".to_owned(), json!(refusal.bank_code));
    }
    match verdict {
        Verdict::NeedsReview { why } => {
            detail.insert("why".to_owned(), json!(why));
        }
        Verdict::Failed { failure, .. } => {
            detail.insert("failure".to_owned(), json!(failure.as_str()));
        }
        Verdict::Succeeded | Verdict::Unknown { .. } => {}
    }
    Value::Object(detail)
}

/// A transfer that cannot even be asked about is for a person.
async fn review(services: &Services, known: transfers::Model, why: &'static str) -> Result<(), TransferError> {
    let now = services.clock.now();
    let reviewed = services
        .db
        .write(move |tx| {
            async move {
                let verdict = Verdict::NeedsReview { why };
                let detail = json!({ "why": why });
                settle::apply_verdict(tx, &known, &verdict, Actor::Inquiry, detail, now, now).await
            }
            .boxed()
        })
        .await;
    match reviewed {
        // Another process was faster, or it was settled meanwhile.
        Err(TransferError::Raced) => Ok(()),
        Ok(reviewed) => {
            services.metrics.settled(&reviewed);
            Ok(())
        }
        Err(error) => Err(error),
    }
}
