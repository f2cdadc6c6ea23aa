//! All partners, for staff: by name, page by page, and the people who sign in for one.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::key_list;
use crate::ids::{PartnerId, UserId};
use crate::models::kinds::Mode;
use crate::models::partners::{Column, Entity, Model};
use crate::models::{partner_keys, partner_users, users};

/// More than anybody lets sign in; a list is never without an end.
const PEOPLE_MAX: u64 = 100;
/// After every letter that a name begins with.
const LAST_LETTER: char = '\u{10FFFF}';

/// Partners by name, one more than `limit` where there are more. `begins` narrows to names that begin so, `after` is the
/// name where the page before ended. Index `(name)`, which is unique.
///
/// # Errors
/// The database's.
pub async fn page(
    db: &impl ConnectionTrait,
    begins: &str,
    after: Option<&str>,
    limit: u64,
) -> Result<Vec<Model>, DbErr> {
    let mut query = Entity::find();
    if !begins.is_empty() {
        let end = format!("{begins}{LAST_LETTER}");
        query = query.filter(Column::Name.gte(begins)).filter(Column::Name.lt(end));
    }
    if let Some(after) = after {
        query = query.filter(Column::Name.gt(after));
    }
    query.order_by_asc(Column::Name).limit(limit + 1).all(db).await
}

/// Any partner.
///
/// # Errors
/// The database's.
pub async fn any(db: &impl ConnectionTrait, id: PartnerId) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id).one(db).await
}

/// Which of these have a key that opens something. Index `(partner_id)`.
///
/// # Errors
/// The database's.
pub async fn with_keys(
    db: &impl ConnectionTrait,
    partners: impl IntoIterator<Item = PartnerId> + Send,
    mode: Mode,
    now: DateTime<Utc>,
) -> Result<HashSet<PartnerId>, DbErr> {
    let found: Vec<PartnerId> = partner_keys::Entity::find()
        .select_only()
        .column(partner_keys::Column::PartnerId)
        .distinct()
        .filter(partner_keys::Column::PartnerId.is_in(partners))
        .filter(partner_keys::Column::Mode.eq(mode))
        .filter(key_list::lives(now))
        .into_tuple()
        .all(db)
        .await?;
    Ok(found.into_iter().collect())
}

/// Who signs in for the partner, the first of them first. Index `(partner_id)`.
///
/// # Errors
/// The database's.
pub async fn people(db: &impl ConnectionTrait, partner: PartnerId) -> Result<Vec<users::Model>, DbErr> {
    let links: Vec<UserId> = partner_users::Entity::find()
        .select_only()
        .column(partner_users::Column::UserId)
        .filter(partner_users::Column::PartnerId.eq(partner))
        .limit(PEOPLE_MAX)
        .into_tuple()
        .all(db)
        .await?;
    users::Entity::find()
        .filter(users::Column::Id.is_in(links))
        .order_by_asc(users::Column::Id)
        .all(db)
        .await
}
