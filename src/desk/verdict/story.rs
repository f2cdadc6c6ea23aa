//! The one sentence of a verdict, by the state of the transfer and by how it came there.

use chrono::{DateTime, Utc};
use sea_orm::EnumIter;
use serde::Serialize;

use super::Terms;
use super::case::Case;
use super::next::Next;
use crate::models::kinds::{EventType, FailureCode, TransferState};

/// What became of a transfer, in the order of its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Story {
    /// In the queue.
    Waiting,
    /// In the queue until the end of the bank's maintenance: nothing is sent inside.
    Maintenance,
    /// The bank has been asked and its answer is awaited.
    Asking,
    /// Money moved, as the bank answered at once.
    Moved,
    /// Money moved, and it was not known for a while.
    MovedLate,
    /// The bank refused, with a code that is known to mean so.
    Refused,
    /// It is proven that the request never left us.
    NotSent,
    /// The bank was asked again and again and knows no such transaction.
    NeverReceived,
    /// The request may have arrived; nothing is proven, and the bank is asked.
    Unknown,
    /// The evidence disagrees, or asking gave up: a person decides.
    Review,
    Canceled,
    Expired,
    /// A person decided that money moved.
    CorrectedMoved,
    /// A person decided that it did not.
    CorrectedNot,
}

impl Story {
    #[must_use]
    pub fn of(case: &Case, terms: Terms<'_>, now: DateTime<Utc>) -> Self {
        let decided = case.proofs.iter().rev().find(|event| event.previous_state.is_some());
        let by_staff = decided.is_some_and(|event| event.event_type == EventType::Corrected);
        let was_unknown = || case.proofs.iter().any(|event| event.event_type == EventType::Unknown);
        match (case.transfer.state, case.transfer.failure_code) {
            (TransferState::Queued, _) if terms.windows.money_waits_until(now).is_some() => Self::Maintenance,
            (TransferState::Queued, _) => Self::Waiting,
            (TransferState::Executing, _) => Self::Asking,
            (TransferState::Succeeded, _) if by_staff => Self::CorrectedMoved,
            (TransferState::Succeeded, _) if was_unknown() => Self::MovedLate,
            (TransferState::Succeeded, _) => Self::Moved,
            (TransferState::Failed, _) if by_staff => Self::CorrectedNot,
            (TransferState::Failed, Some(FailureCode::NotSent)) => Self::NotSent,
            (TransferState::Failed, Some(FailureCode::BankNeverReceived)) => Self::NeverReceived,
            (TransferState::Failed, _) => Self::Refused,
            (TransferState::Unknown, _) => Self::Unknown,
            (TransferState::NeedsReview, _) => Self::Review,
            (TransferState::Canceled, _) => Self::Canceled,
            (TransferState::Expired, _) => Self::Expired,
        }
    }
}

/// The moment that the sentence tells of: the end, else when the bank was asked, else when it was accepted.
#[must_use]
pub fn when(case: &Case) -> DateTime<Utc> {
    let transfer = &case.transfer;
    let ended = transfer.settled_at.filter(|_| transfer.state.is_final());
    ended.or(transfer.executed_at).unwrap_or(transfer.created_at)
}

/// When what the sentence tells of is over, where that is known: the bank's maintenance, else the step that comes next.
#[must_use]
pub fn until(story: Story, next: &[Next], terms: Terms<'_>, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    match story {
        Story::Maintenance => terms.windows.money_waits_until(now),
        _ => next.first().and_then(|next| next.at),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::fixtures::{TERMS, at, case, event};
    use super::super::next;
    use super::*;
    use crate::models::kinds::Actor;

    #[test]
    fn each_state_has_its_story_and_a_decision_of_staff_its_own() {
        use TransferState::{Canceled, Executing, Expired, Failed, NeedsReview, Queued, Succeeded, Unknown};
        for (state, right) in [
            (Queued, Story::Waiting),
            (Executing, Story::Asking),
            (Succeeded, Story::Moved),
            (Failed, Story::Refused),
            (Unknown, Story::Unknown),
            (NeedsReview, Story::Review),
            (Canceled, Story::Canceled),
            (Expired, Story::Expired),
        ] {
            assert_eq!(Story::of(&case(state), TERMS, at(9)), right);
        }
        for (state, right) in [(Succeeded, Story::CorrectedMoved), (Failed, Story::CorrectedNot)] {
            let mut corrected = case(state);
            corrected.proofs = vec![
                event(EventType::Unknown, Unknown, Actor::Worker, 2, &json!({})),
                event(EventType::Corrected, state, Actor::Staff, 3, &json!({})),
            ];
            assert_eq!(Story::of(&corrected, TERMS, at(9)), right);
        }
    }

    #[test]
    fn a_success_that_was_not_known_at_first_is_a_late_one() {
        let mut late = case(TransferState::Succeeded);
        late.proofs = vec![
            event(EventType::Unknown, TransferState::Unknown, Actor::Worker, 2, &json!({})),
            event(
                EventType::Succeeded,
                TransferState::Succeeded,
                Actor::Inquiry,
                3,
                &json!({}),
            ),
        ];
        assert_eq!(Story::of(&late, TERMS, at(9)), Story::MovedLate);
        assert_eq!(when(&late), at(3));
        assert_eq!(when(&case(TransferState::Unknown)), at(1));
    }

    #[test]
    fn a_failure_is_told_by_its_cause() {
        for (cause, right) in [
            (FailureCode::NotSent, Story::NotSent),
            (FailureCode::BankNeverReceived, Story::NeverReceived),
            (FailureCode::InsufficientBalance, Story::Refused),
        ] {
            let mut failed = case(TransferState::Failed);
            failed.transfer.failure_code = Some(cause);
            assert_eq!(Story::of(&failed, TERMS, at(9)), right);
        }
    }

    #[test]
    fn what_waits_while_the_bank_is_in_maintenance_is_told_with_its_end() {
        let windows = serde_json::from_value(json!([{ "from": "09:00", "to": "09:30" }]));
        let windows = crate::bank::maintenance::Windows::regular(windows.unwrap());
        let terms = Terms {
            windows: &windows,
            ..TERMS
        };
        // Time began at nine in Korea.
        let waiting = case(TransferState::Queued);
        assert_eq!(Story::of(&waiting, terms, at(60)), Story::Maintenance);
        assert_eq!(Story::of(&waiting, terms, at(1_800)), Story::Waiting);
        let told = |now: i64| {
            let next = next::of(&waiting, terms, at(now));
            until(Story::of(&waiting, terms, at(now)), &next, terms, at(now))
        };
        assert_eq!((told(60), told(1_800)), (Some(at(1_800)), None));
    }
}
