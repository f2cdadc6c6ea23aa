//! From what the bank said to a state, its event and, for a refund, the payment's sums: one transaction.
//!
//! If the process dies before the commit, the transfer stays `executing` and its lease makes it `unknown`:
//! it is asked about, never sent again.

use chrono::{DateTime, TimeDelta, Utc};
use futures::FutureExt;
use sea_orm::ActiveValue::Set;
use sea_orm::DatabaseTransaction;
use serde_json::{Value, json};

use super::state::{self, Change};
use super::{TransferError, find, refund_sums};
use crate::bank::{self, Answer, MoneyReceipt, NotSentReason, Outcome, Refusal, RefusalKind, UnknownReason, journal};
use crate::fault;
use crate::ids::BankCallId;
use crate::models::kinds::{Actor, EventType, FailureCode, TransferState};
use crate::models::transfers;
use crate::services::Services;

/// What an answer proves about a transfer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    Succeeded,
    Failed {
        failure: FailureCode,
        bank_code: Option<String>,
    },
    /// Ask the bank again later.
    Unknown {
        reason: &'static str,
        bank_code: Option<String>,
    },
    /// The evidence disagrees with what was asked: a person decides.
    NeedsReview {
        why: &'static str,
    },
}

impl Verdict {
    /// The state that it leads to.
    #[must_use]
    pub const fn state(&self) -> TransferState {
        match self {
            Self::Succeeded => TransferState::Succeeded,
            Self::Failed { .. } => TransferState::Failed,
            Self::Unknown { .. } => TransferState::Unknown,
            Self::NeedsReview { .. } => TransferState::NeedsReview,
        }
    }
}

/// The request that the bank's receipt is compared with.
#[derive(Clone, Debug)]
pub struct Asked {
    pub trace_number: bank::TraceNumber,
    pub amount: crate::money::Won,
    /// `None` for a deposit: its receipt names no fin account.
    pub fin_account: Option<bank::FinAccountNumber>,
}

/// Judges the answer to a withdrawal or deposit. What the bank says it did must equal what was asked.
#[must_use]
pub fn judge(asked: &Asked, outcome: &Outcome<MoneyReceipt>) -> Verdict {
    match outcome {
        Outcome::Succeeded(receipt) => judge_receipt(asked, receipt),
        Outcome::Refused(refusal) => refused(refusal),
        Outcome::NotSent(_) => Verdict::Failed {
            failure: FailureCode::NotSent,
            bank_code: None,
        },
        Outcome::Unknown(reason) => Verdict::Unknown {
            reason: reason.as_str(),
            bank_code: outcome.bank_code().map(str::to_owned),
        },
    }
}

fn judge_receipt(asked: &Asked, receipt: &MoneyReceipt) -> Verdict {
    if receipt.trace_number != asked.trace_number {
        return Verdict::NeedsReview {
            why: "other_trace_number",
        };
    }
    if receipt.amount.is_some_and(|amount| amount != asked.amount) {
        return Verdict::NeedsReview { why: "other_amount" };
    }
    let other_account = match (&receipt.fin_account, &asked.fin_account) {
        (Some(told), Some(asked)) => told != asked,
        _ => false,
    };
    if other_account {
        Verdict::NeedsReview { why: "other_account" }
    } else {
        Verdict::Succeeded
    }
}

/// The verdict for a refusal: nothing moved.
#[must_use]
pub fn refused(refusal: &Refusal) -> Verdict {
    let failure = match refusal.kind {
        RefusalKind::InsufficientBalance => FailureCode::InsufficientBalance,
        RefusalKind::AccountUnusable => FailureCode::AccountUnusable,
        RefusalKind::FinAccountInvalid => FailureCode::FinAccountInvalid,
        RefusalKind::OverBankLimit => FailureCode::OverBankLimit,
        RefusalKind::ConsentRequired => FailureCode::ConsentRequired,
        RefusalKind::AlreadyRegistered
        | RefusalKind::HolderMismatch
        | RefusalKind::StillIssuing
        | RefusalKind::OutOfServiceHours
        | RefusalKind::Other => FailureCode::BankRefused,
    };
    Verdict::Failed {
        failure,
        bank_code: Some(refusal.bank_code.clone()),
    }
}

/// Writes the ending of the money-moving call and what it proves. A transfer that was declared unknown meanwhile takes
/// a definite answer; a final one keeps its state, and the late answer is written down. One whose claim the database
/// forgot is for a person.
///
/// # Errors
/// The database's own; the caller may repeat it.
pub async fn settle(
    services: &Services,
    claimed: &transfers::Model,
    call_id: BankCallId,
    asked: &Asked,
    answer: &Answer<MoneyReceipt>,
) -> Result<transfers::Model, TransferError> {
    let now = services.clock.now();
    let first_check = now + TimeDelta::seconds(services.settings.inquiry.wait_secs(0));
    let verdict = judge(asked, &answer.outcome);
    let detail = detail_of(&answer.outcome, &verdict);
    let (id, version, claimed, answer) = (claimed.id, claimed.version, claimed.clone(), answer.clone());
    let (settled, is_new) = services
        .db
        .write(move |tx| {
            async move {
                journal::finish(tx, call_id, now, &answer).await?;
                let known = find::lock(tx, id).await?;
                let is_ours = known.trace_number == claimed.trace_number;
                let may_have_moved = matches!(answer.outcome, Outcome::Succeeded(_) | Outcome::Unknown(_));
                if !is_ours && may_have_moved && !known.state.is_final() {
                    return Ok((forgotten(tx, known, &claimed, detail, now).await?, true));
                }
                if is_ours && known.version == version + 1 && known.state == verdict.state() {
                    // An earlier attempt was durable after all.
                    return Ok((known, true));
                }
                let moved_on = !is_ours || known.version != version || known.state != TransferState::Executing;
                let definite = is_ours && !matches!(verdict, Verdict::Unknown { .. });
                if moved_on && !(definite && known.state == TransferState::Unknown) {
                    tracing::warn!(
                        state = known.state.as_str(),
                        "a late answer is written down, not applied"
                    );
                    let note = Change::new(EventType::Note, Actor::Worker).detail(json!({ "late_answer": detail }));
                    return Ok((state::apply(tx, &known, note, now).await?, false));
                }
                let settled = apply_verdict(tx, &known, &verdict, Actor::Worker, detail, first_check, now).await?;
                fault::point("settle.before_commit");
                Ok::<_, TransferError>((settled, true))
            }
            .boxed()
        })
        .await?;
    fault::point("settle.after_commit");
    if is_new {
        services.metrics.settled(&settled);
    }
    Ok(settled)
}

/// What a database did that was brought back to before the claim, as a replica is that lagged: the transfer waits again, or
/// is in somebody else's hands, and this answer is of a call that it knows nothing of. Money may have moved by it, so it is
/// not sent once more, and who has it finds it with a person.
async fn forgotten(
    tx: &DatabaseTransaction,
    mut known: transfers::Model,
    claimed: &transfers::Model,
    mut detail: Value,
    now: DateTime<Utc>,
) -> Result<transfers::Model, TransferError> {
    tracing::error!("the database forgot that this was sent to the bank; a person decides");
    if known.state == TransferState::Queued {
        let columns = transfers::ActiveModel {
            trace_number: Set(claimed.trace_number.clone()),
            trace_at: Set(claimed.trace_at),
            executed_at: Set(claimed.executed_at),
            ..Default::default()
        };
        let again = Change::new(EventType::Claimed, Actor::Worker);
        let again = again
            .detail(json!({ "trace_number": claimed.trace_number }))
            .columns(columns);
        known = state::apply(tx, &known, again, now).await?;
    }
    let why = "forgotten_claim";
    if let Some(fields) = detail.as_object_mut() {
        fields.insert("why".to_owned(), json!(why));
        fields.insert("trace_number".to_owned(), json!(claimed.trace_number));
    }
    apply_verdict(
        tx,
        &known,
        &Verdict::NeedsReview { why },
        Actor::Worker,
        detail,
        now,
        now,
    )
    .await
}

/// Applies a verdict to a transfer and, for a refund, to its payment.
///
/// # Errors
/// `Raced` when the transfer is not as `known` any more; the database's own.
pub async fn apply_verdict(
    tx: &DatabaseTransaction,
    known: &transfers::Model,
    verdict: &Verdict,
    actor: Actor,
    detail: Value,
    next_check_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<transfers::Model, TransferError> {
    let mut columns = <transfers::ActiveModel as Default>::default();
    let event = match verdict {
        Verdict::Succeeded => {
            columns.unknown_reason = Set(None);
            columns.bank_code = Set(None);
            EventType::Succeeded
        }
        Verdict::Failed { failure, bank_code } => {
            columns.unknown_reason = Set(None);
            columns.failure_code = Set(Some(*failure));
            columns.bank_code = Set(bank_code.clone());
            EventType::Failed
        }
        Verdict::Unknown { reason, bank_code } => {
            columns.unknown_reason = Set(Some((*reason).to_owned()));
            columns.bank_code = Set(bank_code.clone());
            columns.next_check_at = Set(Some(next_check_at));
            EventType::Unknown
        }
        Verdict::NeedsReview { why } => {
            columns.unknown_reason = Set(Some((*why).to_owned()));
            columns.next_check_at = Set(None);
            EventType::NeedsReview
        }
    };
    let changed = state::apply(
        tx,
        known,
        Change::new(event, actor).detail(detail).columns(columns),
        now,
    )
    .await?;
    refund_sums::follow(tx, known.state, &changed, actor, now).await?;
    Ok(changed)
}

/// The facts of an answer for the history: words, never a body.
fn detail_of<T>(outcome: &Outcome<T>, verdict: &Verdict) -> Value {
    let mut detail = json!({
        "outcome": journal::outcome_word(outcome),
        "proof": outcome.proof().as_str(),
    });
    let reason = match outcome {
        Outcome::Unknown(UnknownReason::HttpStatus(status)) => Some(format!("http_status_{status}")),
        Outcome::Unknown(reason) => Some(reason.as_str().to_owned()),
        Outcome::NotSent(NotSentReason::ConnectFailed) => Some("connect_failed".to_owned()),
        Outcome::NotSent(NotSentReason::GateClosed) => Some("gate_closed".to_owned()),
        Outcome::NotSent(NotSentReason::NotBuildable) => Some("not_buildable".to_owned()),
        Outcome::NotSent(NotSentReason::LeaseOver) => Some("lease_over".to_owned()),
        Outcome::Succeeded(_) | Outcome::Refused(_) => None,
    };
    if let (Some(fields), Some(code)) = (detail.as_object_mut(), outcome.bank_code()) {
        fields.insert("bank_code".to_owned(), json!(code));
    }
    if let (Some(fields), Some(reason)) = (detail.as_object_mut(), reason) {
        fields.insert("reason".to_owned(), json!(reason));
    }
    if let (Some(fields), Verdict::NeedsReview { why }) = (detail.as_object_mut(), verdict) {
        fields.insert("why".to_owned(), json!(why));
    }
    if let (Some(fields), Verdict::Failed { failure, .. }) = (detail.as_object_mut(), verdict) {
        fields.insert("failure".to_owned(), json!(failure.as_str()));
    }
    detail
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bank::{FinAccountNumber, TraceNumber};
    use crate::money::Won;

    fn asked() -> Asked {
        Asked {
            trace_number: TraceNumber::new("20261125AAAAAABBBBBB"),
            amount: Won::new(12_300),
            fin_account: Some(FinAccountNumber::new("00820100000000000000000000109")),
        }
    }

    fn receipt() -> MoneyReceipt {
        let asked = asked();
        MoneyReceipt {
            trace_number: asked.trace_number,
            amount: Some(asked.amount),
            fin_account: asked.fin_account,
        }
    }

    #[test]
    fn rule_6_a_receipt_that_differs_from_the_request_is_never_success() {
        let exact = receipt();
        assert_eq!(judge(&asked(), &Outcome::Succeeded(exact.clone())), Verdict::Succeeded);
        let other_amount = MoneyReceipt {
            amount: Some(Won::new(12_301)),
            ..exact.clone()
        };
        let other_trace = MoneyReceipt {
            trace_number: TraceNumber::new("20261125AAAAAABBBBBC"),
            ..exact.clone()
        };
        let other_account = MoneyReceipt {
            fin_account: Some(FinAccountNumber::new("1")),
            ..exact
        };
        for (differs, why) in [
            (other_amount, "other_amount"),
            (other_trace, "other_trace_number"),
            (other_account, "other_account"),
        ] {
            assert_eq!(
                judge(&asked(), &Outcome::Succeeded(differs)),
                Verdict::NeedsReview { why }
            );
        }
    }

    #[test]
    fn rule_4_nothing_but_a_refusal_or_a_request_that_never_left_fails_a_transfer() {
        let unclear = [
            UnknownReason::TimedOut,
            UnknownReason::ConnectionLost,
            UnknownReason::HttpStatus(502),
            UnknownReason::UnclearAnswer,
            UnknownReason::BankSaysUnknown("AT999".to_owned()),
        ];
        for reason in unclear {
            let word = reason.as_str();
            let verdict = judge(&asked(), &Outcome::Unknown(reason));
            assert!(
                matches!(verdict, Verdict::Unknown { reason, .. } if reason == word),
                "{verdict:?}"
            );
        }
        let not_sent = judge(&asked(), &Outcome::NotSent(NotSentReason::ConnectFailed));
        assert_eq!(
            not_sent,
            Verdict::Failed {
                failure: FailureCode::NotSent,
                bank_code: None
            }
        );
    }
}
