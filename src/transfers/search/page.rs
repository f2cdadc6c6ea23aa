//! One page of what the looks lead to: places first, out of the indexes, then the rows of those that are shown.

use std::collections::{HashMap, HashSet};

use sea_orm::sea_query::extension::mysql::{IndexHintScope, MySqlSelectStatementExt};
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryResult};
use uuid::Uuid;

use super::filter::{rest, unled};
use super::looks::{BY_PARTNERS_AMOUNT, Look, tagged};
use super::order::Columns;
use super::{Place, Search};
use crate::ids::TransferId;
use crate::models::transfer_tags;
use crate::models::transfers::{Column, Entity, Model};

/// The first `limit` places of all looks together, in their order. A row that two looks lead to is there once.
pub(super) async fn keys<C: ConnectionTrait>(
    db: &C,
    looks: &[Look],
    search: &Search,
    limit: u64,
) -> Result<Vec<Place>, DbErr> {
    let mut found = Vec::new();
    // At most one for each state and kind, and few meanings of a text.
    for look in looks {
        let rows = db.query_all(&statement(look, search, limit)).await?;
        for row in &rows {
            found.push(place(row)?);
        }
    }
    let mut seen = HashSet::new();
    found.retain(|place| seen.insert(place.id));
    found.sort_unstable_by(|left, right| search.sort.compare(left, right));
    found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(found)
}

/// The query of one look.
pub(super) fn statement(look: &Look, search: &Search, limit: u64) -> SelectStatement {
    let columns = columns(look);
    let direction = || search.sort.direction();
    let mut query = Query::select();
    query.columns([Column::Id, Column::CreatedAt, Column::AmountWon]);
    lead(&mut query, look);
    query.cond_where(look.driver.clone());
    query.cond_where(rest(search, look.led));
    if let Some(place) = search.after {
        query.cond_where(search.sort.after(place, &columns));
    }
    if search.sort.is_by_amount() {
        query.order_by_expr(columns.amount_won, direction());
    }
    query.order_by_expr(columns.created_at, direction());
    query.order_by_expr(columns.id, direction());
    query.limit(limit);
    query
}

/// Begins at the look's index, which MySQL is told; SQLite is left no other.
pub(super) fn enter(query: &mut SelectStatement, look: &Look) {
    if look.is_of_tags() {
        query.from(transfer_tags::Entity);
    } else {
        query.from(Entity);
    }
    if let Some(index) = look.index {
        query.force_index(index, IndexHintScope::All);
    }
}

/// Begins at the look's index and goes on to the transfers.
pub(super) fn lead(query: &mut SelectStatement, look: &Look) {
    enter(query, look);
    if look.is_of_tags() {
        let its_transfer = tagged(transfer_tags::Column::TransferId).equals((Entity, Column::Id));
        // SQLite never turns a cross join round.
        query.cross_join(Entity).and_where(its_transfer);
    }
    if look.index == Some(BY_PARTNERS_AMOUNT) {
        // True of every row, and of a column that no index has: else SQLite would rather read all of the partner's entries in
        // an index that holds whatever is asked for, than the few of the amount with their rows.
        query.and_where(Expr::cust("version > 0"));
    }
}

/// A look whose index does not go in the order that is asked for is sorted, and must not be led astray by one that does.
fn columns(look: &Look) -> Columns {
    if look.is_of_tags() && look.is_in_order {
        return Columns {
            amount_won: unled(Column::AmountWon),
            created_at: tagged(transfer_tags::Column::AcceptedAt),
            id: tagged(transfer_tags::Column::TransferId),
        };
    }
    let column = |column: Column| {
        if look.is_in_order {
            Expr::col((Entity, column))
        } else {
            unled(column)
        }
    };
    Columns {
        amount_won: column(Column::AmountWon),
        created_at: column(Column::CreatedAt),
        id: column(Column::Id),
    }
}

fn place(row: &QueryResult) -> Result<Place, DbErr> {
    Ok(Place {
        amount_won: row.try_get("", "amount_won")?,
        created_at: row.try_get("", "created_at")?,
        id: row.try_get::<Uuid>("", "id")?,
    })
}

/// The rows at these places, in their order.
pub(super) async fn rows<C: ConnectionTrait>(db: &C, places: Vec<Place>) -> Result<Vec<Model>, DbErr> {
    if places.is_empty() {
        return Ok(Vec::new());
    }
    let ids = places.iter().map(|place| TransferId(place.id));
    let rows = Entity::find().filter(Column::Id.is_in(ids)).all(db).await?;
    let mut rows: HashMap<Uuid, Model> = rows.into_iter().map(|row| (row.id.0, row)).collect();
    Ok(places.into_iter().filter_map(|place| rows.remove(&place.id)).collect())
}
