//! Why we think that money moved, or did not: what was said, by whom and when, from the history of the transfer.

use chrono::{DateTime, Utc};
use serde_json::Value;
use uuid::Uuid;

use super::case::Case;
use super::said::Said;
use crate::models::kinds::{Actor, EventType, MoneyMoved, TransferState};
use crate::models::{bank_calls, transfer_events};

/// One piece of evidence. The same thing said several times in a row is one piece, with its last time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    pub said: Said,
    /// When it was said; the last time of several.
    pub at: DateTime<Utc>,
    pub times: u32,
    pub proves: MoneyMoved,
    /// The present state rests on it.
    pub decides: bool,
    pub staff: Option<StaffWord>,
}

/// What a person of staff wrote with a decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaffWord {
    pub id: Option<Uuid>,
    pub reason: String,
    pub grounds: String,
}

/// The evidence of a case, newest first.
#[must_use]
pub fn of(case: &Case, now: DateTime<Utc>) -> Vec<Evidence> {
    let mut all: Vec<Evidence> = Vec::new();
    all.extend(never_asked(case, now));
    let mut decider = None;
    for event in &case.proofs {
        let Some(piece) = from_event(event, &case.calls) else {
            continue;
        };
        match all.last_mut() {
            Some(last) if last.said == piece.said && last.staff == piece.staff => {
                last.times += 1;
                last.at = piece.at;
            }
            _ => all.push(piece),
        }
        if event.previous_state.is_some() {
            decider = all.len().checked_sub(1);
        }
    }
    if let Some(decisive) = decider.and_then(|index| all.get_mut(index)) {
        decisive.decides = true;
        // What did not prove it once has proved it by being said often enough.
        if case.transfer.state == TransferState::Failed {
            decisive.proves = MoneyMoved::No;
        }
    }
    if case.transfer.state == TransferState::Executing {
        let at = case.transfer.executed_at.unwrap_or(case.transfer.updated_at);
        all.push(piece(Said::BankAwaited, at));
    }
    all.reverse();
    all
}

/// What was never claimed was never sent: the first of all evidence, as old as what ended it, or as this look.
fn never_asked(case: &Case, now: DateTime<Utc>) -> Option<Evidence> {
    let at = case.transfer.settled_at.unwrap_or(now);
    case.transfer.executed_at.is_none().then(|| piece(Said::NeverAsked, at))
}

const fn piece(said: Said, at: DateTime<Utc>) -> Evidence {
    Evidence {
        said,
        at,
        times: 1,
        proves: said.proves(),
        decides: false,
        staff: None,
    }
}

fn from_event(event: &transfer_events::Model, calls: &[bank_calls::Model]) -> Option<Evidence> {
    let detail = event
        .detail
        .as_deref()
        .and_then(|detail| serde_json::from_str(detail).ok());
    let detail: Value = detail.unwrap_or_default();
    let said = said(event, &detail, calls)?;
    Some(Evidence {
        staff: staff(&detail),
        ..piece(said, event.at)
    })
}

fn staff(detail: &Value) -> Option<StaffWord> {
    let staff = detail.get("staff")?;
    let text = |name: &str| word(staff, name).unwrap_or_default().to_owned();
    Some(StaffWord {
        id: word(staff, "id").and_then(|id| id.parse().ok()),
        reason: text("reason"),
        grounds: text("evidence"),
    })
}

fn word<'a>(detail: &'a Value, name: &str) -> Option<&'a str> {
    detail.get(name).and_then(Value::as_str)
}

/// `None` for what is no evidence: that it was accepted, or claimed.
fn said(event: &transfer_events::Model, detail: &Value, calls: &[bank_calls::Model]) -> Option<Said> {
    use EventType::{Canceled, Corrected, Expired, Failed, Inquired, NeedsReview, Note, Succeeded, Unknown};
    match (event.event_type, event.actor) {
        (Canceled, _) => Some(Said::Canceled),
        (Expired, _) => Some(Said::Expired),
        (Corrected, _) if event.state == TransferState::Succeeded => Some(Said::StaffMoved),
        (Corrected, _) => Some(Said::StaffNotMoved),
        (Note, _) => late(detail.get("late_answer")?),
        (Inquired | Succeeded | Failed | NeedsReview, Actor::Inquiry) => Some(looked(event, detail, calls)),
        (Unknown, Actor::Sweeper) => Some(Said::WorkerDied),
        (Succeeded | Failed | Unknown | NeedsReview, _) => answered(event, detail),
        _ => None,
    }
}

/// The answer to the one call that moves money.
fn answered(event: &transfer_events::Model, detail: &Value) -> Option<Said> {
    match word(detail, "outcome")? {
        "succeeded" if event.event_type == EventType::NeedsReview => Some(Said::BankDiffers),
        "succeeded" => Some(Said::BankDone),
        "refused" => Some(Said::BankRefused),
        "not_sent" => Some(Said::NotSent),
        "unknown" if word(detail, "proof") == Some("answered") => Some(Said::BankUnclear),
        "unknown" => Some(Said::BankSilent),
        _ => None,
    }
}

fn late(answer: &Value) -> Option<Said> {
    Some(match word(answer, "outcome")? {
        "succeeded" => Said::LateDone,
        "refused" => Said::LateRefused,
        _ => Said::LateUnclear,
    })
}

/// What a look at the bank saw: at its books, or at the account's statement.
fn looked(event: &transfer_events::Model, detail: &Value, calls: &[bank_calls::Model]) -> Said {
    let of_statement = || {
        let before = calls.iter().rev().filter(|call| call.started_at <= event.at);
        let look = before
            .map(|call| call.operation.as_str())
            .find(|operation| matches!(*operation, "inquire" | "statement"));
        look == Some("statement")
    };
    match word(detail, "result") {
        Some("moved") if of_statement() => Said::StatementDone,
        Some("moved") => Said::InquiryDone,
        Some("refused") => Said::InquiryRefused,
        Some("processing") => Said::InquiryProcessing,
        Some("no_such_transaction") if of_statement() => Said::StatementNothing,
        Some("no_such_transaction") => Said::InquiryNothing,
        // Only a statement shows rows that are other than what was asked for.
        Some("disagrees") => Said::StatementDiffers,
        Some(_) if of_statement() => Said::StatementSilent,
        Some(_) => Said::InquirySilent,
        None => Said::CannotAsk,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::fixtures::{at, call, case, event};
    use super::*;

    fn said_of(case: &Case) -> Vec<(Said, u32, bool)> {
        let evidence = of(case, at(9_000));
        evidence
            .iter()
            .map(|piece| (piece.said, piece.times, piece.decides))
            .collect()
    }

    #[test]
    fn what_was_said_is_told_newest_first_and_what_was_repeated_once() {
        let mut asked = case(TransferState::Failed);
        asked.calls = vec![call("withdraw", 1), call("inquire", 20)];
        let nothing = || json!({ "result": "no_such_transaction" });
        asked.proofs = vec![
            event(EventType::Created, TransferState::Queued, Actor::Partner, 0, &json!({})),
            event(
                EventType::Claimed,
                TransferState::Executing,
                Actor::Worker,
                1,
                &json!({}),
            ),
            event(
                EventType::Unknown,
                TransferState::Unknown,
                Actor::Worker,
                10,
                &json!({ "outcome": "unknown", "proof": "maybe_sent", "reason": "timed_out" }),
            ),
            event(
                EventType::Inquired,
                TransferState::Unknown,
                Actor::Inquiry,
                20,
                &nothing(),
            ),
            event(
                EventType::Inquired,
                TransferState::Unknown,
                Actor::Inquiry,
                30,
                &nothing(),
            ),
            event(
                EventType::Failed,
                TransferState::Failed,
                Actor::Inquiry,
                700,
                &nothing(),
            ),
        ];
        assert_eq!(
            said_of(&asked),
            [(Said::InquiryNothing, 3, true), (Said::BankSilent, 1, false)]
        );
        let first = of(&asked, at(9_000)).remove(0);
        assert_eq!((first.at, first.proves), (at(700), MoneyMoved::No));
    }

    #[test]
    fn the_answer_to_the_one_call_is_told_by_what_it_proves() {
        use EventType::{Failed, NeedsReview, Succeeded, Unknown};
        for (event_type, state, detail, right) in [
            (
                Succeeded,
                TransferState::Succeeded,
                json!({ "outcome": "succeeded" }),
                Said::BankDone,
            ),
            (
                Failed,
                TransferState::Failed,
                json!({ "outcome": "refused" }),
                Said::BankRefused,
            ),
            (
                Failed,
                TransferState::Failed,
                json!({ "outcome": "not_sent" }),
                Said::NotSent,
            ),
            (
                Unknown,
                TransferState::Unknown,
                json!({ "outcome": "unknown", "proof": "answered" }),
                Said::BankUnclear,
            ),
            (
                NeedsReview,
                TransferState::NeedsReview,
                json!({ "outcome": "succeeded", "why": "other_amount" }),
                Said::BankDiffers,
            ),
        ] {
            let mut told = case(state);
            told.proofs = vec![event(event_type, state, Actor::Worker, 3, &detail)];
            assert_eq!(said_of(&told), [(right, 1, true)]);
        }
    }

    #[test]
    fn a_statement_and_an_inquiry_are_told_apart_by_the_call_that_was_made() {
        for (operation, right) in [("inquire", Said::InquiryDone), ("statement", Said::StatementDone)] {
            let mut told = case(TransferState::Succeeded);
            told.calls = vec![call("withdraw", 1), call(operation, 20)];
            let detail = json!({ "result": "moved" });
            told.proofs = vec![event(
                EventType::Succeeded,
                TransferState::Succeeded,
                Actor::Inquiry,
                20,
                &detail,
            )];
            assert_eq!(said_of(&told), [(right, 1, true)]);
        }
    }

    #[test]
    fn a_persons_decision_comes_with_its_grounds_and_a_late_answer_decides_nothing() {
        let mut told = case(TransferState::Succeeded);
        let staff = json!({ "staff": { "id": Uuid::nil(), "reason": "문의", "evidence": "통장 14:03" } });
        let late = json!({ "late_answer": { "outcome": "succeeded" } });
        told.proofs = vec![
            event(EventType::Corrected, TransferState::Succeeded, Actor::Staff, 50, &staff),
            transfer_events::Model {
                previous_state: None,
                ..event(EventType::Note, TransferState::Succeeded, Actor::Worker, 60, &late)
            },
        ];
        assert_eq!(
            said_of(&told),
            [(Said::LateDone, 1, false), (Said::StaffMoved, 1, true)]
        );
        let word = of(&told, at(60)).remove(1).staff.unwrap();
        assert_eq!((word.id, word.grounds.as_str()), (Some(Uuid::nil()), "통장 14:03"));
    }

    #[test]
    fn what_was_never_claimed_is_known_to_have_stayed_here() {
        let mut waiting = case(TransferState::Queued);
        waiting.transfer.executed_at = None;
        let evidence = of(&waiting, at(5));
        assert_eq!(evidence.len(), 1);
        assert_eq!(
            (evidence[0].said, evidence[0].at, evidence[0].proves),
            (Said::NeverAsked, at(5), MoneyMoved::No)
        );
    }
}
