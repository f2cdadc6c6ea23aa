//! "My refund has not arrived": what was given back, when the bank took it, and when it is usually seen.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::EnumIter;
use serde::Serialize;

use super::Terms;
use super::case::Case;
use super::next::{self, Next};
use crate::ids::TransferId;
use crate::models::kinds::{TransferKind, TransferState};
use crate::models::transfers;
use crate::money::Won;

/// The bank books a deposit while it answers. So long an app of the bank may show the old list.
const SEEN_WITHIN: TimeDelta = TimeDelta::minutes(10);

/// How giving back stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Giving {
    /// Whether it arrived is not known, and the bank is asked.
    Asked,
    /// Whether it arrived is for a person to find out.
    Reviewed,
    /// It is on its way to the bank, or at it.
    UnderWay,
    /// The bank took it, and it should be seen by a certain moment.
    JustTaken,
    /// The bank took it long enough ago to be seen.
    Taken,
    /// It did not arrive, and nothing else is given back.
    Failed,
}

/// The answer to the question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Back {
    pub giving: Giving,
    /// The refund that is told of.
    pub refund: TransferId,
    pub amount: Won,
    /// Everything that was paid went back.
    pub is_all: bool,
    /// When the bank took it, or when it was asked for.
    pub at: DateTime<Utc>,
    /// When it is usually seen, or looked at next.
    pub by: Option<DateTime<Utc>>,
}

/// Of a payment the refund that a caller asks about: what is not known before what is under way, and the newest that
/// arrived before one that failed. Of a refund itself.
#[must_use]
pub fn of(case: &Case, terms: Terms<'_>, now: DateTime<Utc>) -> Option<Back> {
    let refunds = match case.transfer.kind {
        TransferKind::Payment => case.refunds.as_slice(),
        // Of itself its state tells all but the way into the passbook.
        TransferKind::Refund if case.transfer.state == TransferState::Succeeded => std::slice::from_ref(&case.transfer),
        TransferKind::Refund => &[],
    };
    let told = refunds.iter().map(|refund| (giving(refund, terms, now), refund));
    // Newest first already, and the first of equals is taken.
    let (giving, refund) = told.min_by_key(|(giving, _)| *giving as u8)?;
    let payment = case.payment.as_ref().unwrap_or(&case.transfer);
    Some(Back {
        giving,
        refund: refund.id,
        amount: Won::new(refund.amount_won),
        is_all: payment.refunded_won == payment.amount_won,
        at: refund.settled_at.or(refund.executed_at).unwrap_or(refund.created_at),
        by: match giving {
            Giving::JustTaken | Giving::Taken => refund.settled_at.map(|at| usually_seen(at, terms)),
            Giving::Asked => looked_at(refund, terms, now),
            Giving::Reviewed | Giving::UnderWay | Giving::Failed => None,
        },
    })
}

fn giving(refund: &transfers::Model, terms: Terms<'_>, now: DateTime<Utc>) -> Giving {
    match refund.state {
        TransferState::Unknown => Giving::Asked,
        TransferState::NeedsReview => Giving::Reviewed,
        TransferState::Queued | TransferState::Executing => Giving::UnderWay,
        TransferState::Succeeded => {
            let seen = refund.settled_at.is_none_or(|at| usually_seen(at, terms) <= now);
            if seen { Giving::Taken } else { Giving::JustTaken }
        }
        TransferState::Failed | TransferState::Canceled | TransferState::Expired => Giving::Failed,
    }
}

/// A bank in maintenance shows its accounts again after it.
fn usually_seen(taken: DateTime<Utc>, terms: Terms<'_>) -> DateTime<Utc> {
    let seen = taken + SEEN_WITHIN;
    terms.maintenance_ends(seen).unwrap_or(seen)
}

fn looked_at(refund: &transfers::Model, terms: Terms<'_>, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let steps: Vec<Next> = next::unknown(refund, terms, now);
    steps.first().and_then(|next| next.at)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::fixtures::{TERMS, at, case, transfer};
    use super::*;

    fn refund(state: TransferState) -> transfers::Model {
        transfer(TransferKind::Refund, state)
    }

    #[test]
    fn a_caller_is_told_of_the_refund_that_is_least_certain() {
        use TransferState::{Executing, Failed, NeedsReview, Queued, Succeeded, Unknown};
        for (states, right) in [
            (vec![], None),
            (vec![Failed], Some(Giving::Failed)),
            (vec![Failed, Succeeded], Some(Giving::Taken)),
            (vec![Succeeded, Executing], Some(Giving::UnderWay)),
            (vec![Queued, Unknown, Succeeded], Some(Giving::Asked)),
            (vec![NeedsReview, Succeeded], Some(Giving::Reviewed)),
        ] {
            let mut paid = case(Succeeded);
            paid.refunds = states.iter().map(|state| refund(*state)).collect();
            assert_eq!(of(&paid, TERMS, at(9_000)).map(|back| back.giving), right, "{states:?}");
        }
    }

    #[test]
    fn what_the_bank_took_is_usually_seen_minutes_later_and_not_in_its_maintenance() {
        let mut paid = case(TransferState::Succeeded);
        paid.transfer.refunded_won = 12_300;
        paid.refunds = vec![refund(TransferState::Succeeded)];
        let told = |now: i64, terms| of(&paid, terms, at(now)).unwrap();
        let just = told(60, TERMS);
        assert_eq!(
            (just.giving, just.at, just.by, just.is_all),
            (Giving::JustTaken, at(3), Some(at(603)), true)
        );
        assert_eq!(told(603, TERMS).giving, Giving::Taken);
        let windows = serde_json::from_value(json!([{ "from": "09:10", "to": "09:30" }]));
        let windows = crate::bank::maintenance::Windows::regular(windows.unwrap());
        let terms = Terms {
            windows: &windows,
            ..TERMS
        };
        assert_eq!(told(700, terms).by, Some(at(1_800)));
    }

    #[test]
    fn a_refund_tells_of_itself_once_the_bank_took_it() {
        let mut told = case(TransferState::Succeeded);
        told.transfer = refund(TransferState::Unknown);
        assert_eq!(of(&told, TERMS, at(9)), None);
        told.transfer = refund(TransferState::Succeeded);
        assert_eq!(of(&told, TERMS, at(9)).unwrap().refund, told.transfer.id);
    }
}
