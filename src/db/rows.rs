//! Many whole rows in few statements.

use sea_orm::{ActiveModelTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel};

/// Rows of one statement: no database takes more than 32,766 values at once, and the widest table has 35 columns.
const AT_ONCE: usize = 500;

/// Inserts the rows in their order.
///
/// # Errors
/// The database's own.
pub async fn insert<E: EntityTrait>(tx: &impl ConnectionTrait, rows: Vec<E::Model>) -> Result<(), DbErr>
where
    E::Model: IntoActiveModel<E::ActiveModel>,
{
    let mut rows = rows.into_iter().peekable();
    while rows.peek().is_some() {
        // `into_active_model` marks values as unchanged; an insert needs them all.
        let some = rows
            .by_ref()
            .take(AT_ONCE)
            .map(|row| row.into_active_model().reset_all());
        let some: Vec<E::ActiveModel> = some.collect();
        E::insert_many(some).exec_without_returning(tx).await?;
    }
    Ok(())
}
