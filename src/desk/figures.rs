//! What was accepted in a period, and in one before that it is compared with: from the hours that are counted, and for
//! the rest (the last hours, parts of an hour, one that changed a moment ago) from the transfers themselves.

use std::collections::HashSet;

use chrono::{DateTime, NaiveDateTime, Utc};
use sea_orm::sea_query::{Condition, Expr};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, QueryFilter, QuerySelect, Select};

use crate::models::kinds::{FailureCode, TransferKind, TransferState};
use crate::models::{overview_hours, overview_totals, transfers};
use crate::transfers::hours::{begin_of, hour_of};

/// Stretches of uncounted time that one query reads; where there are more, the counted hours between them are read anew.
const STRETCHES: usize = 16;

/// From a moment until before another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    pub from: DateTime<Utc>,
    pub to: DateTime<Utc>,
}

/// Transfers of one hour, kind, state and failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    pub hour: i64,
    pub kind: TransferKind,
    pub state: TransferState,
    pub failure: Option<FailureCode>,
    pub transfers: i64,
    pub won: i64,
}

/// Both periods, which share no hour.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    pub present: Vec<Cell>,
    pub previous: Vec<Cell>,
}

/// Three queries, however long the periods are.
///
/// # Errors
/// The database's.
pub async fn read<C: ConnectionTrait>(db: &C, present: Period, previous: Period) -> Result<Figures, DbErr> {
    let counted: Vec<i64> = counted_hours(present, previous).into_tuple().all(db).await?;
    let mut whole: HashSet<i64> = counted.into_iter().collect();
    let stretches = [present, previous].map(|period| uncounted(period, &mut whole));
    let mut cells: Vec<Cell> = totals(present, previous)
        .all(db)
        .await?
        .into_iter()
        .filter(|row| whole.contains(&row.hour))
        .map(|row| of_total(&row))
        .collect();
    let stretches = stretches.concat();
    if !stretches.is_empty() {
        let live: Vec<Live> = uncounted_transfers(&stretches).into_model().all(db).await?;
        cells.extend(live.iter().filter_map(of_live));
    }
    let is_present = |cell: &Cell| cell.hour >= hour_of(present.from);
    let (present, previous) = cells.into_iter().partition(is_present);
    Ok(Figures { present, previous })
}

fn of_total(row: &overview_totals::Model) -> Cell {
    Cell {
        hour: row.hour,
        kind: row.kind,
        state: row.state,
        failure: FailureCode::parse(&row.failure),
        transfers: row.transfers,
        won: row.won,
    }
}

/// The hours that a period touches.
const fn hours(period: Period) -> std::ops::RangeInclusive<i64> {
    let last = period.to.timestamp_micros().saturating_sub(1).div_euclid(3_600_000_000);
    hour_of(period.from)..=last
}

/// The query of the hours that are counted. By the key.
#[must_use]
pub fn counted_hours(present: Period, previous: Period) -> Select<overview_hours::Entity> {
    let within = |period| overview_hours::Column::Hour.between(*hours(period).start(), *hours(period).end());
    overview_hours::Entity::find()
        .select_only()
        .column(overview_hours::Column::Hour)
        .filter(overview_hours::Column::CountedAt.is_not_null())
        .filter(Condition::any().add(within(present)).add(within(previous)))
}

/// The query of what was counted. By the key.
#[must_use]
pub fn totals(present: Period, previous: Period) -> Select<overview_totals::Entity> {
    let within = |period| overview_totals::Column::Hour.between(*hours(period).start(), *hours(period).end());
    overview_totals::Entity::find().filter(Condition::any().add(within(present)).add(within(previous)))
}

/// The stretches of a period that are not counted whole. Hours that they cover are taken out of `whole`.
fn uncounted(period: Period, whole: &mut HashSet<i64>) -> Vec<Period> {
    let mut stretches: Vec<Period> = Vec::new();
    for hour in hours(period) {
        let part = Period {
            from: period.from.max(begin_of(hour)),
            to: period.to.min(begin_of(hour + 1)),
        };
        let is_whole = part.from == begin_of(hour) && part.to == begin_of(hour + 1);
        if is_whole && whole.contains(&hour) {
            continue;
        }
        whole.remove(&hour);
        match stretches.last_mut() {
            Some(last) if last.to == part.from => last.to = part.to,
            _ => stretches.push(part),
        }
    }
    let (Some(first), Some(last)) = (stretches.first(), stretches.last()) else {
        return stretches;
    };
    if stretches.len() <= STRETCHES {
        return stretches;
    }
    let all = Period {
        from: first.from,
        to: last.to,
    };
    whole.retain(|hour| !hours(all).contains(hour));
    vec![all]
}

/// As the database writes an hour: `2026-11-25 05`, with a blank or a `T`.
#[derive(Clone, Debug, FromQueryResult)]
struct Live {
    hour_text: String,
    kind: TransferKind,
    state: TransferState,
    failure_code: Option<FailureCode>,
    transfers: i64,
    won: i64,
}

fn of_live(row: &Live) -> Option<Cell> {
    let text = format!("{}:00", row.hour_text.replace('T', " "));
    let at = NaiveDateTime::parse_from_str(&text, "%Y-%m-%d %H:%M").ok()?;
    Some(Cell {
        hour: hour_of(at.and_utc()),
        kind: row.kind,
        state: row.state,
        failure: row.failure_code,
        transfers: row.transfers,
        won: row.won,
    })
}

const HOUR_TEXT: &str = "CAST(SUBSTR(created_at, 1, 13) AS CHAR)";

/// The query of transfers that were accepted within these stretches. Index `(created_at, id)`.
#[must_use]
pub fn uncounted_transfers(stretches: &[Period]) -> Select<transfers::Entity> {
    let within = stretches.iter().fold(Condition::any(), |any, stretch| {
        any.add(
            Condition::all()
                .add(transfers::Column::CreatedAt.gte(stretch.from))
                .add(transfers::Column::CreatedAt.lt(stretch.to)),
        )
    });
    transfers::Entity::find()
        .select_only()
        .column_as(Expr::cust(HOUR_TEXT), "hour_text")
        .columns([
            transfers::Column::Kind,
            transfers::Column::State,
            transfers::Column::FailureCode,
        ])
        .column_as(transfers::Column::Id.count(), "transfers")
        // The cast keeps MySQL's sum, which is a decimal there, a whole number.
        .column_as(Expr::cust("CAST(COALESCE(SUM(amount_won), 0) AS SIGNED)"), "won")
        .filter(within)
        .group_by(Expr::cust(HOUR_TEXT))
        .group_by(transfers::Column::Kind)
        .group_by(transfers::Column::State)
        .group_by(transfers::Column::FailureCode)
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    fn of(from_minutes: i64, to_minutes: i64) -> Period {
        let at = |minutes| begin_of(100) + TimeDelta::minutes(minutes);
        Period {
            from: at(from_minutes),
            to: at(to_minutes),
        }
    }

    #[test]
    fn what_is_not_counted_whole_is_read_from_the_transfers_in_as_few_stretches_as_can_be() {
        let counted = || HashSet::from([100, 101, 103]);
        let mut whole = counted();
        // 102 and 104 are not counted, and 105 is cut.
        assert_eq!(uncounted(of(0, 330), &mut whole), [of(120, 180), of(240, 330)]);
        assert_eq!(whole, counted());
        // An hour that is cut is read anew, though it is counted.
        assert_eq!(uncounted(of(30, 120), &mut whole), [of(30, 60)]);
        assert_eq!(whole, HashSet::from([101, 103]));
        assert!(uncounted(of(0, 0), &mut counted()).is_empty());
    }

    #[test]
    fn too_many_holes_are_read_as_one_stretch_and_nothing_is_counted_twice() {
        let mut whole: HashSet<i64> = (100..200).filter(|hour| hour % 2 == 0).collect();
        let all = uncounted(of(0, 100 * 60), &mut whole);
        assert_eq!(all, [of(60, 100 * 60)]);
        assert_eq!(whole, HashSet::from([100]));
    }
}
