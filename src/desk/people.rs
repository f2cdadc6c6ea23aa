//! Who of staff somebody is, by name: for staff alone.

use std::collections::HashMap;

use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};

use crate::ids::UserId;
use crate::models::users;

/// The names of these, in one query.
///
/// # Errors
/// The database's own.
pub async fn names<C: ConnectionTrait>(
    db: &C,
    staff: impl IntoIterator<Item = UserId>,
) -> Result<HashMap<UserId, String>, DbErr> {
    let mut ids: Vec<UserId> = staff.into_iter().collect();
    ids.sort_unstable();
    ids.dedup();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let people = users::Entity::find()
        .filter(users::Column::Id.is_in(ids))
        .all(db)
        .await?;
    Ok(people.into_iter().map(|user| (user.id, user.name)).collect())
}
