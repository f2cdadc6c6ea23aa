//! Finders of announcements.

pub use super::_entities::notices::*;

use chrono::{DateTime, Utc};
use sea_orm::sea_query::SimpleExpr;
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::ids::NoticeId;

/// More important ones than can be meant at one time.
const IMPORTANT_LIMIT: u64 = 20;

/// Where in a list, by its order.
type After = Option<(DateTime<Utc>, Uuid)>;

impl Model {
    /// Whether everybody sees it.
    #[must_use]
    pub fn is_visible(&self, now: DateTime<Utc>) -> bool {
        self.visible_from <= now && self.visible_until.is_none_or(|until| now < until)
    }

    /// One that everybody sees.
    ///
    /// # Errors
    /// The database's.
    pub async fn find_visible(
        db: &impl ConnectionTrait,
        id: NoticeId,
        now: DateTime<Utc>,
    ) -> Result<Option<Self>, DbErr> {
        let found = Entity::find_by_id(id).one(db).await?;
        Ok(found.filter(|notice| notice.is_visible(now)))
    }

    /// What everybody sees, from a place on, newest first, one more than `limit` where there are more. Index
    /// `(visible_from, id)`.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_visible(
        db: &impl ConnectionTrait,
        now: DateTime<Utc>,
        after: After,
        limit: u64,
    ) -> Result<Vec<Self>, DbErr> {
        let begun = Entity::find().filter(Column::VisibleFrom.lte(now));
        page(begun.filter(not_ended(now)), after, limit).all(db).await
    }

    /// All of them, for who writes them.
    ///
    /// # Errors
    /// The database's.
    pub async fn list(db: &impl ConnectionTrait, after: After, limit: u64) -> Result<Vec<Self>, DbErr> {
        page(Entity::find(), after, limit).all(db).await
    }

    /// The important ones that have not ended, those of the future as well, newest first.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_important(db: &impl ConnectionTrait, now: DateTime<Utc>) -> Result<Vec<Self>, DbErr> {
        Entity::find()
            .filter(Column::IsImportant.eq(true))
            .filter(not_ended(now))
            .order_by_desc(Column::VisibleFrom)
            .order_by_desc(Column::Id)
            .limit(IMPORTANT_LIMIT)
            .all(db)
            .await
    }
}

fn not_ended(now: DateTime<Utc>) -> Condition {
    Condition::any()
        .add(Column::VisibleUntil.is_null())
        .add(Column::VisibleUntil.gt(now))
}

fn page(query: sea_orm::Select<Entity>, after: After, limit: u64) -> sea_orm::Select<Entity> {
    let query = match after {
        Some((from, id)) => query.filter(older(from, id)),
        None => query,
    };
    query
        .order_by_desc(Column::VisibleFrom)
        .order_by_desc(Column::Id)
        .limit(limit + 1)
}

fn older(from: DateTime<Utc>, id: Uuid) -> SimpleExpr {
    let earlier = Condition::any()
        .add(Column::VisibleFrom.lt(from))
        .add(Column::Id.lt(id));
    Condition::all().add(Column::VisibleFrom.lte(from)).add(earlier).into()
}
