//! The keys of a partner: which live, which ended, and which stand in whose place.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::Condition;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select,
};

use crate::ids::{KeyId, PartnerId};
use crate::models::kinds::Mode;
use crate::models::partner_keys::{Column, Entity, Model};

/// Keys that ended are kept for ever, and so many of them are shown.
const ENDED_SHOWN: u64 = 50;

/// Whether a key opens something.
#[must_use]
pub fn is_living(key: &Model, now: DateTime<Utc>) -> bool {
    key.ends_at.is_none_or(|end| end > now)
}

/// The same, for the database.
pub(super) fn lives(now: DateTime<Utc>) -> Condition {
    Condition::any()
        .add(Column::EndsAt.is_null())
        .add(Column::EndsAt.gt(now))
}

/// The living keys of a partner, newest first, and those that ended last. Index `(partner_id, mode, ends_at, id)`.
///
/// # Errors
/// The database's.
pub async fn list_owned_by<C: ConnectionTrait>(
    db: &C,
    partner: PartnerId,
    mode: Mode,
    now: DateTime<Utc>,
) -> Result<(Vec<Model>, Vec<Model>), DbErr> {
    let living = of(partner, mode)
        .filter(lives(now))
        .order_by_desc(Column::CreatedAt)
        .order_by_desc(Column::Id)
        .all(db)
        .await?;
    let ended = of(partner, mode)
        .filter(Column::EndsAt.lte(now))
        .order_by_desc(Column::EndsAt)
        .order_by_desc(Column::Id)
        .limit(ENDED_SHOWN)
        .all(db)
        .await?;
    Ok((living, ended))
}

/// The partner's key.
///
/// # Errors
/// The database's.
pub async fn find_owned_by<C: ConnectionTrait>(
    db: &C,
    partner: PartnerId,
    mode: Mode,
    id: KeyId,
) -> Result<Option<Model>, DbErr> {
    of(partner, mode).filter(Column::Id.eq(id)).one(db).await
}

/// How many keys of a partner open something.
pub(super) async fn count_living<C: ConnectionTrait>(
    db: &C,
    partner: PartnerId,
    mode: Mode,
    now: DateTime<Utc>,
) -> Result<usize, DbErr> {
    let living = of(partner, mode).filter(lives(now)).count(db).await?;
    Ok(usize::try_from(living).unwrap_or(usize::MAX))
}

fn of(partner: PartnerId, mode: Mode) -> Select<Entity> {
    Entity::find()
        .filter(Column::PartnerId.eq(partner))
        .filter(Column::Mode.eq(mode))
}
