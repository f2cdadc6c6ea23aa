//! Finding a member by what a caller says of themself, for staff. What is looked for is exact: no list of everybody comes
//! of a letter.

use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};
use uuid::Uuid;

use super::normalised_email;
use crate::ids::UserId;
use crate::models::kinds::Role;
use crate::models::users::{self, Column, Entity};

/// The members with this email or full name, newest first, from a place on, one more than `limit` where there are more.
/// Indexes `(email)` and `(role, name, id)`.
///
/// # Errors
/// The database's.
pub async fn by_email_or_name(
    db: &impl ConnectionTrait,
    text: &str,
    after: Option<Uuid>,
    limit: u64,
) -> Result<Vec<users::Model>, DbErr> {
    let text = text.trim();
    let mut query = members();
    query = if text.contains('@') {
        query.filter(Column::Email.eq(normalised_email(text)))
    } else {
        query.filter(Column::Name.eq(text))
    };
    if let Some(id) = after {
        query = query.filter(Column::Id.lt(id));
    }
    query.order_by_desc(Column::Id).limit(limit + 1).all(db).await
}

/// Any member: for staff alone.
///
/// # Errors
/// The database's.
pub async fn any_member(db: &impl ConnectionTrait, id: UserId) -> Result<Option<users::Model>, DbErr> {
    members().filter(Column::Id.eq(id)).one(db).await
}

fn members() -> Select<Entity> {
    Entity::find().filter(Column::Role.eq(Role::Member))
}
