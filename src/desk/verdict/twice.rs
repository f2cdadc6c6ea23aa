//! "I was charged twice": whether another payment looks like this one, and what became of the two.

use chrono::{DateTime, Utc};
use sea_orm::EnumIter;
use serde::Serialize;

use super::case::Case;
use crate::ids::TransferId;
use crate::models::kinds::{MoneyMoved, TransferKind};
use crate::models::transfers;

/// What became of this payment and of the one that it looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Pair {
    /// Money moved for both.
    Charged,
    /// Money moved for both, and all of one is going back.
    GoingBack,
    /// Money moved for both, and all of one went back.
    GivenBack,
    /// Money moved for one, and the other has not ended.
    MayBe,
    /// Money moved for this one alone.
    ThisAlone,
    /// Money moved for the other one alone.
    OtherAlone,
}

/// Why the two belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Likeness {
    /// The partner charged one order more than once.
    Order,
    /// Another order of the same member, partner and amount a short time apart: perhaps bought twice.
    Amount,
}

/// The answer to the question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Twice {
    pub pair: Pair,
    pub likeness: Likeness,
    pub other: TransferId,
    /// For how many of such payments money moved, this one included.
    pub moved: usize,
    /// When the other one was accepted.
    pub other_at: DateTime<Utc>,
}

/// `None` where no other payment is like it, or none of them moved money.
#[must_use]
pub fn of(case: &Case) -> Option<Twice> {
    if case.transfer.kind == TransferKind::Refund {
        return None;
    }
    among(&case.transfer, &case.of_order, Likeness::Order)
        .or_else(|| among(&case.transfer, &case.alike, Likeness::Amount))
}

fn among(this: &transfers::Model, others: &[transfers::Model], likeness: Likeness) -> Option<Twice> {
    // The one that says most; of several the nearest in time.
    let ranked = others.iter().filter_map(|other| Some((pair(this, other)?, other)));
    let (pair, other) = ranked.min_by_key(|(pair, other)| (*pair as u8, distance(this, other)))?;
    let moved = |transfer: &&transfers::Model| transfer.state.money_moved() == MoneyMoved::Yes;
    Some(Twice {
        pair,
        likeness,
        other: other.id,
        moved: std::iter::once(this).chain(others).filter(moved).count(),
        other_at: other.created_at,
    })
}

fn distance(this: &transfers::Model, other: &transfers::Model) -> chrono::TimeDelta {
    (this.created_at - other.created_at).abs()
}

fn pair(this: &transfers::Model, other: &transfers::Model) -> Option<Pair> {
    use MoneyMoved::{No, Yes};
    match (this.state.money_moved(), other.state.money_moved()) {
        (Yes, Yes) if is_given_back(this) || is_given_back(other) => Some(Pair::GivenBack),
        (Yes, Yes) if is_going_back(this) || is_going_back(other) => Some(Pair::GoingBack),
        (Yes, Yes) => Some(Pair::Charged),
        // One that waits in the queue has moved nothing, and may yet.
        (Yes, _) if !other.state.is_final() => Some(Pair::MayBe),
        (_, Yes) if !this.state.is_final() => Some(Pair::MayBe),
        (Yes, No) => Some(Pair::ThisAlone),
        (No, Yes) => Some(Pair::OtherAlone),
        _ => None,
    }
}

const fn is_given_back(payment: &transfers::Model) -> bool {
    payment.refunded_won == payment.amount_won
}

const fn is_going_back(payment: &transfers::Model) -> bool {
    payment.refunded_won + payment.refund_reserved_won == payment.amount_won
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::{at, case, transfer};
    use super::*;
    use crate::models::kinds::TransferState::{self, Failed, Queued, Succeeded, Unknown};

    fn other(state: TransferState, seconds: i64) -> transfers::Model {
        transfers::Model {
            created_at: at(seconds),
            ..transfer(TransferKind::Payment, state)
        }
    }

    #[test]
    fn one_order_that_was_charged_again_is_told_with_what_became_of_both() {
        for (this, that, right) in [
            (Succeeded, Succeeded, Some(Pair::Charged)),
            (Succeeded, Unknown, Some(Pair::MayBe)),
            (Unknown, Succeeded, Some(Pair::MayBe)),
            (Succeeded, Failed, Some(Pair::ThisAlone)),
            (Failed, Succeeded, Some(Pair::OtherAlone)),
            (Queued, Succeeded, Some(Pair::MayBe)),
            (Succeeded, Queued, Some(Pair::MayBe)),
            (Failed, Failed, None),
            (Unknown, Failed, None),
        ] {
            let mut told = case(this);
            told.of_order = vec![other(that, 60)];
            let twice = of(&told);
            assert_eq!(twice.map(|twice| twice.pair), right, "{this:?} {that:?}");
            assert!(twice.is_none_or(|twice| twice.likeness == Likeness::Order));
        }
    }

    #[test]
    fn money_that_went_back_is_not_missing() {
        for (refunded, reserved, right) in [
            (12_300, 0, Pair::GivenBack),
            (0, 12_300, Pair::GoingBack),
            (2_300, 0, Pair::Charged),
        ] {
            let mut told = case(Succeeded);
            let mut second = other(Succeeded, 60);
            (second.refunded_won, second.refund_reserved_won) = (refunded, reserved);
            told.of_order = vec![second];
            assert_eq!(of(&told).unwrap().pair, right);
        }
    }

    #[test]
    fn the_same_order_says_more_than_the_same_amount_and_of_several_the_one_that_says_most() {
        let mut told = case(Succeeded);
        told.alike = vec![other(Succeeded, 30)];
        let alike = of(&told).unwrap();
        assert_eq!(
            (alike.likeness, alike.pair, alike.moved),
            (Likeness::Amount, Pair::Charged, 2)
        );
        told.of_order = vec![other(Failed, 10), other(Succeeded, 900), other(Succeeded, 90)];
        let twice = of(&told).unwrap();
        assert_eq!(
            (twice.likeness, twice.pair, twice.other_at, twice.moved),
            (Likeness::Order, Pair::Charged, at(90), 3)
        );
    }

    #[test]
    fn a_refund_is_not_asked_whether_it_was_charged_twice() {
        let mut told = case(Succeeded);
        told.transfer = transfer(TransferKind::Refund, Succeeded);
        told.of_order = vec![other(Succeeded, 10)];
        assert_eq!(of(&told), None);
    }
}
