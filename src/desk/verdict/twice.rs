//! "I was charged twice": whether another payment looks like this one, and what became of the two.

use chrono::{DateTime, Utc};
use sea_orm::EnumIter;
use serde::Serialize;

use super::case::Case;
use crate::ids::TransferId;
use crate::models::kinds::{MoneyMoved, TransferKind};
use crate::models::transfers;

/// What became of this payment and of those that it looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Pair {
    /// Money moved for more than one, and has not gone back.
    Charged,
    /// Money moved for more than one, and is going back for all but one.
    GoingBack,
    /// Money moved for more than one, and went back for all but one.
    GivenBack,
    /// Money moved for one, and another has not ended.
    MayBe,
    /// Money moved for this one alone.
    ThisAlone,
    /// Money moved for another one alone.
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

/// `None` where no other payment is like it, or none of them moved money. What still needs somebody counts more than a
/// likeness that is nearer: that the order moved money once does not say that the caller paid once.
#[must_use]
pub fn of(case: &Case) -> Option<Twice> {
    if case.transfer.kind == TransferKind::Refund {
        return None;
    }
    let of_order = among(&case.transfer, &case.of_order, Likeness::Order);
    let alike = among(&case.transfer, &case.alike, Likeness::Amount);
    let is_once = |twice: &Twice| matches!(twice.pair, Pair::ThisAlone | Pair::OtherAlone);
    let more = [of_order, alike].into_iter().flatten().find(|twice| !is_once(twice));
    more.or(of_order).or(alike)
}

fn among(this: &transfers::Model, others: &[transfers::Model], likeness: Likeness) -> Option<Twice> {
    let pair = pair(this, others)?;
    // Of several the nearest in time.
    let telling = others.iter().filter(|other| tells(other, pair, this));
    let other = telling.min_by_key(|other| distance(this, other))?;
    Some(Twice {
        pair,
        likeness,
        other: other.id,
        moved: count(this, others, has_moved),
        other_at: other.created_at,
    })
}

/// What became of all of them together.
fn pair(this: &transfers::Model, others: &[transfers::Model]) -> Option<Pair> {
    let count = |is| count(this, others, is);
    if count(is_kept) > 1 {
        return Some(Pair::Charged);
    }
    let moved = count(has_moved);
    if moved == 0 {
        return None;
    }
    // One that waits in the queue has moved nothing, and may yet.
    if count(is_open) > 0 {
        return Some(Pair::MayBe);
    }
    Some(match moved {
        1 if has_moved(this) => Pair::ThisAlone,
        1 => Pair::OtherAlone,
        _ if count(is_going_back) > 0 => Pair::GoingBack,
        _ => Pair::GivenBack,
    })
}

/// Whether the answer is told by this other one.
fn tells(other: &transfers::Model, pair: Pair, this: &transfers::Model) -> bool {
    match pair {
        Pair::Charged => is_kept(other),
        Pair::MayBe if has_moved(this) => is_open(other),
        Pair::MayBe | Pair::GoingBack | Pair::GivenBack | Pair::OtherAlone => has_moved(other),
        Pair::ThisAlone => true,
    }
}

fn count(this: &transfers::Model, others: &[transfers::Model], is: fn(&transfers::Model) -> bool) -> usize {
    std::iter::once(this).chain(others).filter(|one| is(one)).count()
}

fn distance(this: &transfers::Model, other: &transfers::Model) -> chrono::TimeDelta {
    (this.created_at - other.created_at).abs()
}

fn has_moved(payment: &transfers::Model) -> bool {
    payment.state.money_moved() == MoneyMoved::Yes
}

const fn is_open(payment: &transfers::Model) -> bool {
    !payment.state.is_final()
}

/// Money moved, and not all of it went back or is about to.
fn is_kept(payment: &transfers::Model) -> bool {
    has_moved(payment) && payment.refunded_won + payment.refund_reserved_won < payment.amount_won
}

/// All of it goes back, and some of it is still on its way.
fn is_going_back(payment: &transfers::Model) -> bool {
    has_moved(payment) && !is_kept(payment) && payment.refunded_won < payment.amount_won
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
    fn of_more_than_two_all_count_whichever_of_them_is_looked_at() {
        let back = |seconds| transfers::Model {
            refunded_won: 12_300,
            ..other(Succeeded, seconds)
        };
        for (this, others, right, moved) in [
            // Twice by two others: this try is not why.
            (
                other(Failed, 0),
                vec![other(Succeeded, 10), other(Succeeded, 20)],
                Pair::Charged,
                2,
            ),
            (
                other(Unknown, 0),
                vec![other(Succeeded, 10), other(Succeeded, 20)],
                Pair::Charged,
                2,
            ),
            // One went back, and two are kept.
            (
                back(0),
                vec![other(Succeeded, 10), other(Succeeded, 20)],
                Pair::Charged,
                3,
            ),
            (
                other(Succeeded, 0),
                vec![back(10), other(Succeeded, 20)],
                Pair::Charged,
                3,
            ),
            // One went back, one is kept, and one may yet move.
            (other(Succeeded, 0), vec![back(10), other(Unknown, 20)], Pair::MayBe, 2),
            (
                other(Failed, 0),
                vec![other(Succeeded, 10), other(Queued, 20)],
                Pair::MayBe,
                1,
            ),
            (
                other(Succeeded, 0),
                vec![back(10), other(Failed, 20)],
                Pair::GivenBack,
                2,
            ),
            (back(0), vec![back(10)], Pair::GivenBack, 2),
        ] {
            let mut told = case(Succeeded);
            told.transfer = this;
            told.of_order = others;
            let twice = of(&told).unwrap();
            assert_eq!((twice.pair, twice.moved), (right, moved));
        }
    }

    #[test]
    fn an_order_that_moved_money_once_does_not_hide_another_like_it() {
        let mut told = case(Succeeded);
        told.of_order = vec![other(Failed, 10)];
        told.alike = vec![other(Succeeded, 30)];
        let twice = of(&told).unwrap();
        assert_eq!((twice.likeness, twice.pair), (Likeness::Amount, Pair::Charged));
        told.alike = vec![other(Failed, 30)];
        assert_eq!(of(&told).unwrap().likeness, Likeness::Order);
    }

    #[test]
    fn a_refund_is_not_asked_whether_it_was_charged_twice() {
        let mut told = case(Succeeded);
        told.transfer = transfer(TransferKind::Refund, Succeeded);
        told.of_order = vec![other(Succeeded, 10)];
        assert_eq!(of(&told), None);
    }
}
