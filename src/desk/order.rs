//! In which order a list of what waits is read, and where a page of it begins.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Condition, SimpleExpr};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};
use uuid::Uuid;

/// In which order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    Oldest,
    Newest,
    Largest,
}

/// The columns of a table that the orders go by. An index has the time and the id, another the size and the id.
#[derive(Clone, Copy, Debug)]
pub struct Columns<C> {
    pub time: C,
    pub size: C,
    pub id: C,
}

/// A place in a list: the time or the size, as the order says, and the id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    key: i64,
    id: Uuid,
}

impl Place {
    /// The place of a row with these values.
    #[must_use]
    pub const fn of(order: Order, time: DateTime<Utc>, size: i64, id: Uuid) -> Self {
        let key = match order {
            Order::Oldest | Order::Newest => time.timestamp_micros(),
            Order::Largest => size,
        };
        Self { key, id }
    }

    #[must_use]
    pub fn shown(self) -> String {
        format!("{}.{}", self.key, self.id.simple())
    }

    /// The place of a text; `None` when it is not one of ours.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (key, id) = text.split_once('.')?;
        Some(Self {
            key: key.parse().ok()?,
            id: Uuid::try_parse(id).ok()?,
        })
    }

    /// What comes after this place. The bound by itself is what an index can begin at.
    fn beyond<C: ColumnTrait>(self, order: Order, of: Columns<C>) -> Option<Condition> {
        let at = || DateTime::from_timestamp_micros(self.key);
        let (bound, past): (SimpleExpr, SimpleExpr) = match order {
            Order::Oldest => (of.time.gte(at()?), of.time.gt(at()?)),
            Order::Newest => (of.time.lte(at()?), of.time.lt(at()?)),
            Order::Largest => (of.size.lte(self.key), of.size.lt(self.key)),
        };
        let by_id = match order {
            Order::Oldest => of.id.gt(self.id),
            Order::Newest | Order::Largest => of.id.lt(self.id),
        };
        let past = Condition::any().add(past).add(by_id);
        Some(Condition::all().add(bound).add(past))
    }
}

/// A page of a list from a place on, with one row more than `limit` when there are more.
#[must_use]
pub fn page<E: EntityTrait, C: ColumnTrait>(
    list: Select<E>,
    of: Columns<C>,
    (order, after): (Order, Option<Place>),
    limit: u64,
) -> Select<E> {
    let list = match after.and_then(|place| place.beyond(order, of)) {
        Some(beyond) => list.filter(beyond),
        None => list,
    };
    let list = match order {
        Order::Oldest => list.order_by_asc(of.time).order_by_asc(of.id),
        Order::Newest => list.order_by_desc(of.time).order_by_desc(of.id),
        Order::Largest => list.order_by_desc(of.size).order_by_desc(of.id),
    };
    list.limit(limit + 1)
}

/// Takes the row away that says that there are more, and answers where they begin.
pub fn cut<T>(rows: &mut Vec<T>, limit: u64, place: impl Fn(&T) -> Place) -> Option<Place> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let has_more = rows.len() > limit;
    rows.truncate(limit);
    rows.last().filter(|_| has_more).map(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_read_back_and_nothing_else_is() {
        let place = Place {
            key: 1_795_000_000_123_456,
            id: Uuid::now_v7(),
        };
        assert_eq!(Place::parse(&place.shown()), Some(place));
        for other in ["", ".", "x.y", "1", "1.2", "9e9.0"] {
            assert_eq!(Place::parse(other), None, "{other}");
        }
    }

    #[test]
    fn a_page_is_cut_to_its_length_and_tells_where_the_next_begins() {
        let place = |size: &i64| Place::of(Order::Largest, DateTime::UNIX_EPOCH, *size, Uuid::nil());
        let mut rows = vec![30, 20, 10];
        assert_eq!(cut(&mut rows, 2, place), Some(place(&20)));
        assert_eq!(rows, [30, 20]);
        assert_eq!(cut(&mut rows, 2, place), None);
    }
}
