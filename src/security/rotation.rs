//! Brings every sealed value under the key that seals now, in batches, while people use what they are in.
//!
//! Each batch is one update that changes a value only where it is still the one that was read, so a value that somebody
//! wrote meanwhile stays theirs, and two rotations at once do no harm. Whoever stops it at any line loses nothing: what is
//! done is committed, and the next run passes over it.

use sea_orm::sea_query::{CaseStatement, Expr, ExprTrait, Func, Order, Query};
use sea_orm::{ConnectionTrait, DbErr};
use uuid::Uuid;

use super::sealed::{Place, SealError};
use crate::services::Services;

/// Values of one update: the writer is shared with those who pay.
const BATCH: usize = 200;

/// A column of sealed values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SealedColumn {
    pub table: &'static str,
    pub column: &'static str,
    /// What its values are bound to, beside their row.
    pub place: &'static str,
}

/// Every sealed column there is.
pub const SEALED_COLUMNS: [SealedColumn; 7] = [
    SealedColumn {
        table: "members",
        column: "birth_date_sealed",
        place: "members.birth_date",
    },
    SealedColumn {
        table: "members",
        column: "phone_sealed",
        place: "members.phone",
    },
    SealedColumn {
        table: "bank_accounts",
        column: "number_sealed",
        place: "bank_accounts.number",
    },
    SealedColumn {
        table: "bank_accounts",
        column: "fin_account_sealed",
        place: "bank_accounts.fin_account",
    },
    SealedColumn {
        table: "webhook_endpoints",
        column: "secret_sealed",
        place: "webhook_endpoints.secret",
    },
    // The same place: a rotation moves the value from one column into the other.
    SealedColumn {
        table: "webhook_endpoints",
        column: "previous_secret_sealed",
        place: "webhook_endpoints.secret",
    },
    SealedColumn {
        table: "staff_factors",
        column: "secret_sealed",
        place: "staff_factors.secret",
    },
];

#[derive(Debug, thiserror::Error)]
pub enum RotationError {
    #[error("the value of {table}.{column} in row {row} cannot be opened")]
    NotOpened {
        table: &'static str,
        column: &'static str,
        row: Uuid,
        source: SealError,
    },
    #[error("the database did not answer")]
    Database(#[from] DbErr),
}

/// How far one column is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    pub looked_at: u64,
    pub resealed: u64,
}

/// Values of a column under one key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnderKey {
    pub key_id: String,
    pub values: u64,
}

/// A value as it was read and as it is to be.
struct Resealed {
    row: Uuid,
    old: String,
    new: String,
}

/// Brings a column under the key that seals, and tells `progress` after each batch.
///
/// # Errors
/// [`RotationError`]; the batches before it are done. A value that no key of ours opens stops it.
pub async fn rotate(
    services: &Services,
    column: SealedColumn,
    mut progress: impl FnMut(Progress),
) -> Result<Progress, RotationError> {
    let mut done = Progress::default();
    let mut after = Uuid::nil();
    loop {
        let values = read(services, column, after).await?;
        let Some((last, _)) = values.last() else {
            return Ok(done);
        };
        after = *last;
        done.looked_at += values.len() as u64;
        let mut changes = Vec::new();
        for (row, old) in values {
            changes.extend(reseal(services, column, row, old)?);
        }
        if !changes.is_empty() {
            done.resealed += write(services, column, changes).await?;
        }
        progress(done);
    }
}

/// How many values of a column there are under each key.
///
/// # Errors
/// The database's.
pub async fn count(services: &Services, column: SealedColumn) -> Result<Vec<UnderKey>, DbErr> {
    // `v1.<eight hex digits>.…`
    let key_id = Func::cust("SUBSTR").args([Expr::col(column.column), Expr::val(4), Expr::val(8)]);
    let query = Query::select()
        .expr_as(key_id, "key_id")
        .expr_as(Expr::col("id").count(), "values_under_it")
        .from(column.table)
        .and_where(Expr::col(column.column).is_not_null())
        .add_group_by([Expr::col("key_id")])
        .to_owned();
    let rows = services.db.read().query_all(&query).await?;
    let under_key = |row: &sea_orm::QueryResult| {
        let values: i64 = row.try_get("", "values_under_it")?;
        Ok(UnderKey {
            key_id: row.try_get("", "key_id")?,
            values: values.unsigned_abs(),
        })
    };
    rows.iter().map(under_key).collect()
}

async fn read(services: &Services, column: SealedColumn, after: Uuid) -> Result<Vec<(Uuid, String)>, DbErr> {
    let query = Query::select()
        .columns(["id", column.column])
        .from(column.table)
        .and_where(Expr::col("id").gt(after))
        .and_where(Expr::col(column.column).is_not_null())
        .order_by("id", Order::Asc)
        .limit(BATCH as u64)
        .to_owned();
    let rows = services.db.read().query_all(&query).await?;
    rows.iter()
        .map(|row| Ok((row.try_get("", "id")?, row.try_get("", column.column)?)))
        .collect()
}

fn reseal(
    services: &Services,
    column: SealedColumn,
    row: Uuid,
    old: String,
) -> Result<Option<Resealed>, RotationError> {
    let place = Place {
        column: column.place,
        row,
    };
    let resealed = services.sealer.resealed(place, &old);
    let new = resealed.map_err(|source| RotationError::NotOpened {
        table: column.table,
        column: column.column,
        row,
        source,
    })?;
    Ok(new.map(|new| Resealed { row, old, new }))
}

async fn write(services: &Services, column: SealedColumn, changes: Vec<Resealed>) -> Result<u64, DbErr> {
    let rows: Vec<Uuid> = changes.iter().map(|change| change.row).collect();
    let olds: Vec<String> = changes.iter().map(|change| change.old.clone()).collect();
    let mut value = CaseStatement::new();
    for Resealed { row, old, new } in changes {
        let is_as_read = Expr::col("id").eq(row).and(Expr::col(column.column).eq(old));
        value = value.case(is_as_read, new);
    }
    let update = Query::update()
        .table(column.table)
        .value(column.column, value.finally(Expr::col(column.column)))
        .and_where(Expr::col("id").is_in(rows))
        .and_where(Expr::col(column.column).is_in(olds))
        .to_owned();
    services
        .db
        .write(move |transaction| Box::pin(async move { Ok(transaction.execute(&update).await?.rows_affected()) }))
        .await
}
