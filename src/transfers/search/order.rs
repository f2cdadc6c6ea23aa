//! The orders of the list, and a place in each: where the next page begins.

use std::cmp::Ordering;

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Condition, Expr, ExprTrait, Order};
use uuid::Uuid;

use crate::models::transfers::Model;

/// Which rows come first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    #[default]
    Newest,
    Oldest,
    Largest,
    Smallest,
}

/// A place in a list. Its id makes it one place where times and amounts are equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub amount_won: i64,
    pub created_at: DateTime<Utc>,
    pub id: Uuid,
}

impl Place {
    #[must_use]
    pub const fn of(transfer: &Model) -> Self {
        Self {
            amount_won: transfer.amount_won,
            created_at: transfer.created_at,
            id: transfer.id.0,
        }
    }
}

impl Sort {
    pub const ALL: [Self; 4] = [Self::Newest, Self::Oldest, Self::Largest, Self::Smallest];

    /// The word in the address.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Newest => "newest",
            Self::Oldest => "oldest",
            Self::Largest => "largest",
            Self::Smallest => "smallest",
        }
    }

    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sort| sort.as_str() == word)
    }

    #[must_use]
    pub const fn is_by_amount(self) -> bool {
        matches!(self, Self::Largest | Self::Smallest)
    }

    pub(super) const fn direction(self) -> Order {
        match self {
            Self::Newest | Self::Largest => Order::Desc,
            Self::Oldest | Self::Smallest => Order::Asc,
        }
    }

    /// The order of two places.
    pub(super) fn compare(self, left: &Place, right: &Place) -> Ordering {
        let in_time = left.created_at.cmp(&right.created_at).then(left.id.cmp(&right.id));
        let upwards = if self.is_by_amount() {
            left.amount_won.cmp(&right.amount_won).then(in_time)
        } else {
            in_time
        };
        match self.direction() {
            Order::Desc => upwards.reverse(),
            _ => upwards,
        }
    }

    /// What comes after a place. The bound of the first column stands by itself, for an index can begin at it.
    pub(super) fn after(self, place: Place, columns: &Columns) -> Condition {
        let later_or_id = self.beyond(columns.created_at.clone(), place.created_at).or(columns
            .created_at
            .clone()
            .eq(place.created_at)
            .and(self.beyond(columns.id.clone(), place.id)));
        if self.is_by_amount() {
            let amount = || columns.amount_won.clone();
            let rest = self.beyond(amount(), place.amount_won).or(later_or_id);
            return Condition::all().add(self.up_to(amount(), place.amount_won)).add(rest);
        }
        let bound = self.up_to(columns.created_at.clone(), place.created_at);
        Condition::all().add(bound).add(later_or_id)
    }

    fn beyond(self, column: Expr, value: impl Into<Expr>) -> Expr {
        match self.direction() {
            Order::Desc => column.lt(value),
            _ => column.gt(value),
        }
    }

    fn up_to(self, column: Expr, value: impl Into<Expr>) -> Expr {
        match self.direction() {
            Order::Desc => column.lte(value),
            _ => column.gte(value),
        }
    }
}

/// The columns of a place, as a look writes them.
#[derive(Clone, Debug)]
pub(super) struct Columns {
    pub amount_won: Expr,
    pub created_at: Expr,
    pub id: Expr,
}
