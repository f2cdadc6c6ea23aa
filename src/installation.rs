//! Play money and real money never share a database: accounts that the simulated bank linked mean nothing at a real one,
//! and a payment that waits here would be sent to whichever bank the next start names. So the first start writes down
//! which of the two it is, and a start that means the other is refused.

use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ConnectionTrait, DbErr, EntityTrait};

use crate::models::installation::{ActiveModel, Column, Entity};
use crate::models::kinds::Mode;
use crate::services::Services;

const ONLY: i64 = 1;

/// Why a process does not start on this database.
#[derive(Debug, thiserror::Error)]
pub enum NotThisDatabase {
    #[error(
        "settings.bank.sandbox is {}, and this database was begun with {}: its accounts, mandates and payments are of the \
         other bank. Give each of the two a database of its own (DATABASE_URL)",
        *.wanted == Mode::Test, *.begun == Mode::Test
    )]
    OtherMode { wanted: Mode, begun: Mode },
    #[error("the database did not answer: {0}")]
    Database(#[from] DbErr),
}

/// Which of the two it was begun with; `None` before the first start.
///
/// # Errors
/// The database's.
pub async fn begun(db: &impl ConnectionTrait) -> Result<Option<Mode>, DbErr> {
    Ok(Entity::find_by_id(ONLY).one(db).await?.map(|row| row.mode))
}

/// Writes down whose money this is, or compares. Of processes that start at once one writes.
///
/// # Errors
/// [`NotThisDatabase`].
pub async fn claim(services: &Services) -> Result<(), NotThisDatabase> {
    let wanted = services.settings.bank.mode();
    let row = ActiveModel {
        id: Set(ONLY),
        mode: Set(wanted),
        created_at: Set(services.clock.now()),
    };
    let unless_there = OnConflict::column(Column::Id).do_nothing_on([Column::Id]).to_owned();
    let written = services.db.write(move |tx| {
        Box::pin(async move {
            Entity::insert(row)
                .on_conflict(unless_there)
                .exec_without_returning(tx)
                .await?;
            begun(tx).await
        })
    });
    match written.await? {
        Some(begun) if begun != wanted => Err(NotThisDatabase::OtherMode { wanted, begun }),
        _ => Ok(()),
    }
}
