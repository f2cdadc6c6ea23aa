//! What happens to a transfer next by itself, and when.

use chrono::{DateTime, Utc};
use sea_orm::EnumIter;
use serde::Serialize;

use super::Terms;
use super::case::Case;
use crate::models::kinds::TransferState;
use crate::models::transfers;

/// One thing that will happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// It is sent to the bank when its turn comes.
    IsSent,
    /// The bank's maintenance ends, and it is sent when its turn comes.
    IsSentAfterMaintenance,
    /// It ends without a call if it was not sent by then.
    Expires,
    /// Without an answer by then it counts as unknown, and the bank is asked.
    AnswerIsDue,
    /// The look at the bank is due: it is made within seconds.
    IsAskedNow,
    IsAsked,
    /// The bank's maintenance ends, and it is asked.
    IsAskedAfterMaintenance,
    /// Asking ends, and a person decides.
    IsHandedOver,
    /// Nothing, until a person decides.
    PersonDecides,
    /// A refund of it is under way.
    RefundGoesOn,
    /// Nothing.
    Nothing,
}

/// A step with its moment, where one is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Next {
    pub step: Step,
    pub at: Option<DateTime<Utc>>,
}

/// What comes, soonest first; never empty.
#[must_use]
pub fn of(case: &Case, terms: Terms<'_>, now: DateTime<Utc>) -> Vec<Next> {
    let transfer = &case.transfer;
    match transfer.state {
        TransferState::Queued => queued(transfer, terms, now),
        TransferState::Executing => vec![next(Step::AnswerIsDue, transfer.lease_until)],
        TransferState::Unknown => unknown(transfer, terms, now),
        TransferState::NeedsReview => vec![next(Step::PersonDecides, None)],
        TransferState::Succeeded | TransferState::Failed | TransferState::Canceled | TransferState::Expired => {
            let running = case.refunds.iter().find(|refund| !refund.state.is_final());
            vec![running.map_or(next(Step::Nothing, None), |refund| {
                next(Step::RefundGoesOn, refund.next_check_at)
            })]
        }
    }
}

const fn next(step: Step, at: Option<DateTime<Utc>>) -> Next {
    Next { step, at }
}

/// Nothing is sent in the bank's maintenance, nor shortly before it: what waits is sent afterwards.
fn queued(transfer: &transfers::Model, terms: Terms<'_>, now: DateTime<Utc>) -> Vec<Next> {
    let sent = match terms.windows.money_waits_until(now) {
        Some(end) => next(Step::IsSentAfterMaintenance, Some(end)),
        None => next(Step::IsSent, None),
    };
    let expires = transfer.expires_at.map(|at| next(Step::Expires, Some(at)));
    std::iter::once(sent).chain(expires).collect()
}

/// Nobody asks a bank in maintenance: the look is put off to its end.
pub(super) fn unknown(transfer: &transfers::Model, terms: Terms<'_>, now: DateTime<Utc>) -> Vec<Next> {
    let due = transfer.next_check_at.unwrap_or(now);
    let asked = match terms.maintenance_ends(due.max(now)) {
        Some(end) => next(Step::IsAskedAfterMaintenance, Some(end)),
        None if due <= now => next(Step::IsAskedNow, None),
        None => next(Step::IsAsked, Some(due)),
    };
    let handed = transfer
        .executed_at
        .map(|sent| next(Step::IsHandedOver, Some(sent + terms.give_up)));
    std::iter::once(asked).chain(handed).collect()
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use serde_json::json;

    use super::super::fixtures::{TERMS, at, case, transfer};
    use super::*;
    use crate::models::kinds::TransferKind;

    #[test]
    fn an_unknown_one_is_asked_about_until_a_person_decides() {
        let mut asked = case(TransferState::Unknown);
        asked.transfer.next_check_at = Some(at(70));
        let handed = next(Step::IsHandedOver, Some(at(1) + TimeDelta::days(3)));
        assert_eq!(of(&asked, TERMS, at(60)), [next(Step::IsAsked, Some(at(70))), handed]);
        assert_eq!(of(&asked, TERMS, at(71)), [next(Step::IsAskedNow, None), handed]);
    }

    #[test]
    fn what_falls_into_maintenance_is_asked_about_and_sent_after_it() {
        let windows = serde_json::from_value(json!([{ "from": "09:01", "to": "09:30" }]));
        let windows = crate::bank::maintenance::Windows::regular(windows.unwrap());
        let terms = Terms {
            windows: &windows,
            ..TERMS
        };
        let mut asked = case(TransferState::Unknown);
        asked.transfer.next_check_at = Some(at(70));
        let after = next(Step::IsAskedAfterMaintenance, Some(at(1_800)));
        assert_eq!(of(&asked, terms, at(2))[0], after);
        asked.transfer.state = TransferState::Queued;
        asked.transfer.expires_at = Some(at(86_400));
        let expires = next(Step::Expires, Some(at(86_400)));
        // From a few seconds before it begins.
        for inside in [56, 70, 1_799] {
            let sent = next(Step::IsSentAfterMaintenance, Some(at(1_800)));
            assert_eq!(of(&asked, terms, at(inside)), [sent, expires], "{inside}");
        }
        for outside in [54, 1_800] {
            let sent = next(Step::IsSent, None);
            assert_eq!(of(&asked, terms, at(outside)), [sent, expires], "{outside}");
        }
    }

    #[test]
    fn what_ended_waits_for_nothing_but_its_refund() {
        let mut paid = case(TransferState::Succeeded);
        assert_eq!(of(&paid, TERMS, at(9)), [next(Step::Nothing, None)]);
        let mut refund = transfer(TransferKind::Refund, TransferState::Unknown);
        refund.next_check_at = Some(at(100));
        paid.refunds = vec![refund];
        assert_eq!(of(&paid, TERMS, at(9)), [next(Step::RefundGoesOn, Some(at(100)))]);
    }
}
