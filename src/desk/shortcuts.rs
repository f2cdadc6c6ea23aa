//! The desk's keyboard shortcuts, on or off for each of staff, wherever they sign in. They are on for who never said.
//!
//! If the process dies before the commit they are as they were; after it, as was wished. Wishing twice is as once.

use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ConnectionTrait, DbErr, EntityTrait};

use crate::ids::UserId;
use crate::models::staff_shortcuts_off::{ActiveModel, Column, Entity};
use crate::services::Services;

/// What somebody wishes for themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    On,
    Off,
}

/// Whether they are on for this one.
///
/// # Errors
/// The database's.
pub async fn are_on<C: ConnectionTrait>(db: &C, staff: UserId) -> Result<bool, DbErr> {
    let off = Entity::find_by_id(staff).one(db).await?;
    Ok(off.is_none())
}

/// Turns them on or off.
///
/// # Errors
/// The database's.
pub async fn turn(services: &Services, staff: UserId, wish: Wish) -> Result<(), DbErr> {
    let since = services.clock.now();
    let write = services.db.write(move |tx| {
        Box::pin(async move {
            match wish {
                Wish::On => {
                    Entity::delete_by_id(staff).exec(tx).await?;
                }
                Wish::Off => {
                    let row = ActiveModel {
                        id: Set(staff),
                        since: Set(since),
                    };
                    let unless_there = OnConflict::column(Column::Id).do_nothing_on([Column::Id]).to_owned();
                    Entity::insert(row)
                        .on_conflict(unless_there)
                        .exec_without_returning(tx)
                        .await?;
                }
            }
            Ok::<_, DbErr>(())
        })
    });
    write.await
}
