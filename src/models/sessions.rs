//! Finders of sessions, and their end.

pub use super::_entities::sessions::*;

use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, sea_query::Expr};

use super::users;
use crate::ids::{SessionId, UserId};

impl Model {
    /// A session with its user, in one query by primary keys.
    ///
    /// # Errors
    /// The database's.
    pub async fn find_with_user(
        db: &impl ConnectionTrait,
        id: SessionId,
    ) -> Result<Option<(Self, users::Model)>, DbErr> {
        let found = Entity::find_by_id(id).find_also_related(users::Entity).one(db).await?;
        Ok(found.and_then(|(session, user)| user.map(|user| (session, user))))
    }

    /// Whether the session opens anything.
    #[must_use]
    pub fn is_alive(&self, now: DateTime<Utc>) -> bool {
        self.ended_at.is_none() && now < self.expires_at
    }

    /// Ends a session that has not ended.
    ///
    /// # Errors
    /// The database's.
    pub async fn end(db: &impl ConnectionTrait, id: SessionId, now: DateTime<Utc>) -> Result<(), DbErr> {
        Entity::update_many()
            .col_expr(Column::EndedAt, Expr::value(now))
            .filter(Column::Id.eq(id))
            .filter(Column::EndedAt.is_null())
            .exec(db)
            .await?;
        Ok(())
    }

    /// Ends every session of a user that has not ended.
    ///
    /// # Errors
    /// The database's.
    pub async fn end_all_of(db: &impl ConnectionTrait, user: UserId, now: DateTime<Utc>) -> Result<(), DbErr> {
        Entity::update_many()
            .col_expr(Column::EndedAt, Expr::value(now))
            .filter(Column::UserId.eq(user))
            .filter(Column::EndedAt.is_null())
            .exec(db)
            .await?;
        Ok(())
    }
}
