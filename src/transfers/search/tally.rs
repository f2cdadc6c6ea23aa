//! How many transfers a search finds and how much they are, for each state and kind: exact up to a cap, then "at least".
//!
//! Each look counts no further than [`MOST`] entries of its index, found or passed over, and out of the index alone where it
//! holds all that is asked. So a search over a million rows costs at most sixteen times ten thousand entries, and one that
//! finds nothing no more.

use std::collections::{HashMap, HashSet};

use sea_orm::sea_query::{CaseStatement, Condition, Expr, Func, Query, SelectStatement, UnionType};
use sea_orm::{ConnectionTrait, DbErr, QueryResult};
use uuid::Uuid;

use super::filter::{Part, columns_of_rest, rest};
use super::looks::{self, Look};
use super::page::lead;
use super::{Search, TransferError};
use crate::models::kinds::{TransferKind, TransferState};
use crate::models::transfers::Column;

/// Entries that one look counts.
const MOST: u64 = 10_000;
/// The same where each row is read.
const MOST_ROWS: u64 = 1_000;

/// Of one state and kind, or of several together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    pub count: i64,
    pub won: i64,
    /// There may be more than this.
    pub is_capped: bool,
}

/// What a search finds in every state, also in those that it does not ask for: the tabs above the list.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    sums: HashMap<(TransferKind, TransferState), Sum>,
    /// A look that does not go by states was not at its end.
    is_capped: bool,
}

impl Tally {
    /// Of a kind, or of both, in some states, or in all.
    #[must_use]
    pub fn of(&self, kind: Option<TransferKind>, states: Option<&[TransferState]>) -> Sum {
        let asked = self.sums.iter().filter(|((of_kind, of_state), _)| {
            kind.is_none_or(|kind| kind == *of_kind) && states.is_none_or(|states| states.contains(of_state))
        });
        let mut all = asked.fold(Sum::default(), |all, (_, sum)| Sum {
            count: all.count + sum.count,
            won: all.won.saturating_add(sum.won),
            is_capped: all.is_capped || sum.is_capped,
        });
        all.is_capped |= self.is_capped;
        all
    }
}

/// Counts what a search finds, whatever state and place in the list it asks for.
///
/// # Errors
/// The database's own.
pub async fn tally<C: ConnectionTrait>(db: &C, search: &Search) -> Result<Tally, TransferError> {
    let search = in_every_state(search);
    let looks = looks_of(db, &search).await?;
    if looks.is_empty() {
        return Ok(Tally::default());
    }
    Ok(if is_read_row_by_row(&search, &looks) {
        row_by_row(db, &search, &looks).await?
    } else {
        by_index(db, &search, &looks).await?
    })
}

/// The queries of [`tally`], each with the index that leads it.
pub(super) async fn queries<C: ConnectionTrait>(
    db: &C,
    search: &Search,
) -> Result<Vec<(Option<&'static str>, SelectStatement)>, DbErr> {
    let search = in_every_state(search);
    let looks = looks_of(db, &search).await?;
    let query = |look: &Look| {
        let statement = if is_read_row_by_row(&search, &looks) {
            reading(&search, look)
        } else {
            counting_one(&search, look)
        };
        (look.index, statement)
    };
    Ok(looks.iter().map(query).collect())
}

fn in_every_state(search: &Search) -> Search {
    Search {
        states: None,
        after: None,
        sort: super::Sort::Newest,
        ..search.clone()
    }
}

async fn looks_of<C: ConnectionTrait>(db: &C, search: &Search) -> Result<Vec<Look>, DbErr> {
    if search.text.is_empty() {
        looks::for_tally(db, search).await
    } else {
        looks::of(db, search).await
    }
}

/// What two meanings of a text lead to is counted once.
fn is_read_row_by_row(search: &Search, looks: &[Look]) -> bool {
    !search.text.is_empty() && looks.len() > 1
}

async fn by_index<C: ConnectionTrait>(db: &C, search: &Search, looks: &[Look]) -> Result<Tally, DbErr> {
    let mut tally = Tally::default();
    let most = looks.first().map_or(MOST, |look| most_of(search, look));
    for row in &db.query_all(&counting(search, looks)).await? {
        let (cell, looked, sum) = read(row)?;
        let is_whole_look = row.try_get::<i64>("", "is_cell")? == 0;
        let is_capped = looked >= most.cast_signed();
        let all = tally.sums.entry(cell).or_default();
        all.count += sum.count;
        all.won = all.won.saturating_add(sum.won);
        all.is_capped |= is_capped && !is_whole_look;
        tally.is_capped |= is_whole_look && is_capped;
    }
    Ok(tally)
}

/// One statement for all looks: a part of it for each.
pub(super) fn counting(search: &Search, looks: &[Look]) -> SelectStatement {
    let mut parts = looks.iter().map(|look| counting_one(search, look));
    let mut query = parts.next().unwrap_or_default();
    query.unions(parts.map(|part| (UnionType::All, part)));
    query
}

/// What the index of a state and kind does not hold is read row by row.
fn most_of(search: &Search, look: &Look) -> u64 {
    let is_cell = look.led.contains(&Part::State);
    let is_held = columns_of_rest(search, look.led)
        .into_iter()
        .all(|column| look.holds(column));
    if is_cell && !is_held || look.is_of_tags() {
        MOST_ROWS
    } else {
        MOST
    }
}

fn counting_one(search: &Search, look: &Look) -> SelectStatement {
    let is_cell = look.led.contains(&Part::State);
    let mut entries = Query::select();
    entries
        .columns([Column::Kind, Column::State, Column::AmountWon])
        .columns(columns_of_rest(search, look.led));
    lead(&mut entries, look);
    entries.cond_where(look.driver.clone()).limit(most_of(search, look));
    let found = rest_or_all(search, look);
    let of_found = |value: Expr| CaseStatement::new().case(found.clone(), value).finally(0);
    // The window of the whole look: a group alone does not tell whether its look was at its end.
    let looked = Expr::cust(if is_cell { "COUNT(*)" } else { "SUM(COUNT(*)) OVER ()" });
    Query::select()
        .expr_as(Expr::col("kind"), "kind")
        .expr_as(Expr::col("state"), "state")
        .expr_as(Expr::val(i64::from(is_cell)), "is_cell")
        .expr_as(whole(looked), "looked")
        .expr_as(whole(Func::sum(of_found(Expr::val(1)))), "found")
        .expr_as(whole(Func::sum(of_found(Expr::col("amount_won")))), "won")
        .from_subquery(entries, "entries")
        .group_by_columns(["kind", "state"])
        .to_owned()
}

/// The cast keeps MySQL's sum, which is a decimal there, a whole number.
fn whole(sum: impl Into<Expr>) -> Expr {
    Func::cast_as(Func::coalesce([sum.into(), Expr::val(0)]), "SIGNED").into()
}

fn read(row: &QueryResult) -> Result<((TransferKind, TransferState), i64, Sum), DbErr> {
    let cell = (row.try_get("", "kind")?, row.try_get("", "state")?);
    let sum = Sum {
        count: row.try_get("", "found")?,
        won: row.try_get("", "won")?,
        is_capped: false,
    };
    Ok((cell, row.try_get("", "looked")?, sum))
}

async fn row_by_row<C: ConnectionTrait>(db: &C, search: &Search, looks: &[Look]) -> Result<Tally, DbErr> {
    let mut tally = Tally::default();
    let mut seen = HashSet::new();
    for look in looks {
        let rows = db.query_all(&reading(search, look)).await?;
        tally.is_capped |= rows.len() as u64 >= MOST_ROWS;
        for row in &rows {
            let is_found = row.try_get::<i64>("", "found")? == 1;
            if !is_found || !seen.insert(row.try_get::<Uuid>("", "id")?) {
                continue;
            }
            let cell = (row.try_get("", "kind")?, row.try_get("", "state")?);
            let sum = tally.sums.entry(cell).or_default();
            sum.count += 1;
            sum.won = sum.won.saturating_add(row.try_get("", "amount_won")?);
        }
    }
    Ok(tally)
}

fn reading(search: &Search, look: &Look) -> SelectStatement {
    let found = CaseStatement::new().case(rest_or_all(search, look), 1).finally(0);
    let mut query = Query::select();
    query
        .columns([Column::Id, Column::Kind, Column::State, Column::AmountWon])
        .expr_as(found, "found");
    lead(&mut query, look);
    query.cond_where(look.driver.clone()).limit(MOST_ROWS);
    query
}

/// A case needs a condition that says something.
fn rest_or_all(search: &Search, look: &Look) -> Condition {
    rest(search, look.led).add(Expr::cust("1 = 1"))
}
