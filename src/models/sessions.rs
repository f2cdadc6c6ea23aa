//! Finders of sessions, their rotation, and their end.

pub use super::_entities::sessions::*;

use chrono::{DateTime, Utc};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, UpdateMany,
};

use super::changes::{Change, Sessions};
use super::kinds::EndReason;
use super::users;
use crate::db::after_commit;
use crate::ids::{SessionId, UserId};

/// More than anybody has; a list is never without an end.
const LIST_LIMIT: u64 = 100;
/// Of one user's old rows at a time: what is left goes the next time.
const SWEPT_AT_ONCE: u64 = 100;

/// What a rotation writes.
#[derive(Clone, Debug)]
pub struct Rotation {
    /// Of the token that was shown and is rotated away.
    pub shown_hash: String,
    pub next_hash: String,
    pub now: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
}

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
        self.ended_at.is_none() && now < self.expires_at && now < self.ends_at
    }

    /// The user's sessions that are alive, the one used last first.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_living_of(
        db: &impl ConnectionTrait,
        user: UserId,
        now: DateTime<Utc>,
    ) -> Result<Vec<Self>, DbErr> {
        Entity::find()
            .filter(Column::UserId.eq(user))
            .filter(Column::EndedAt.is_null())
            .filter(Column::ExpiresAt.gt(now))
            .filter(Column::EndsAt.gt(now))
            .order_by_desc(Column::LastSeenAt)
            .order_by_desc(Column::Id)
            .limit(LIST_LIMIT)
            .all(db)
            .await
    }

    /// Replaces the refresh token, if the one that was shown is still the one that is good: of two at once one is told so.
    ///
    /// # Errors
    /// The database's.
    pub async fn rotate(db: &impl ConnectionTrait, id: SessionId, rotation: Rotation) -> Result<bool, DbErr> {
        let rotated = Entity::update_many()
            .col_expr(Column::RefreshHash, Expr::value(rotation.next_hash))
            .col_expr(Column::PreviousHash, Expr::value(rotation.shown_hash.clone()))
            .col_expr(Column::RotatedAt, Expr::value(rotation.now))
            .col_expr(Column::LastSeenAt, Expr::value(rotation.now))
            .col_expr(Column::ExpiresAt, Expr::value(rotation.expires_at))
            .filter(Column::Id.eq(id))
            .filter(Column::RefreshHash.eq(rotation.shown_hash))
            .filter(Column::EndedAt.is_null())
            .exec(db)
            .await?;
        Ok(rotated.rows_affected == 1)
    }

    /// Ends a session that has not ended.
    ///
    /// # Errors
    /// The database's.
    pub async fn end(
        db: &impl ConnectionTrait,
        id: SessionId,
        why: EndReason,
        now: DateTime<Utc>,
    ) -> Result<(), DbErr> {
        ending(Sessions::One(id), why, now)
            .filter(Column::Id.eq(id))
            .exec(db)
            .await?;
        Ok(())
    }

    /// Ends one of the user's sessions; false when they have no such session, or it has ended.
    ///
    /// # Errors
    /// The database's.
    pub async fn end_owned_by(
        db: &impl ConnectionTrait,
        user: UserId,
        id: SessionId,
        why: EndReason,
        now: DateTime<Utc>,
    ) -> Result<bool, DbErr> {
        let ended = ending(Sessions::One(id), why, now)
            .filter(Column::Id.eq(id))
            .filter(Column::UserId.eq(user))
            .exec(db)
            .await?;
        Ok(ended.rows_affected == 1)
    }

    /// Ends all sessions of the user; answers with how many there were.
    ///
    /// # Errors
    /// The database's.
    pub async fn end_all_of(
        db: &impl ConnectionTrait,
        user: UserId,
        why: EndReason,
        now: DateTime<Utc>,
    ) -> Result<u64, DbErr> {
        let ended = ending(Sessions::AllOf(user), why, now)
            .filter(Column::UserId.eq(user))
            .exec(db)
            .await?;
        Ok(ended.rows_affected)
    }

    /// Ends all sessions of the user but one; answers with how many there were.
    ///
    /// # Errors
    /// The database's.
    pub async fn end_others_of(
        db: &impl ConnectionTrait,
        user: UserId,
        kept: SessionId,
        why: EndReason,
        now: DateTime<Utc>,
    ) -> Result<u64, DbErr> {
        let ended = ending(Sessions::AllButOne(user, kept), why, now)
            .filter(Column::UserId.eq(user))
            .filter(Column::Id.ne(kept))
            .exec(db)
            .await?;
        Ok(ended.rows_affected)
    }

    /// Deletes some of the user's sessions that were over before a moment.
    ///
    /// # Errors
    /// The database's.
    pub async fn sweep_of(db: &impl ConnectionTrait, user: UserId, before: DateTime<Utc>) -> Result<(), DbErr> {
        let over = Condition::any()
            .add(Column::EndedAt.lt(before))
            .add(Column::ExpiresAt.lt(before));
        let old: Vec<SessionId> = Entity::find()
            .select_only()
            .column(Column::Id)
            .filter(Column::UserId.eq(user))
            .filter(over)
            .limit(SWEPT_AT_ONCE)
            .into_tuple()
            .all(db)
            .await?;
        if !old.is_empty() {
            Entity::delete_many().filter(Column::Id.is_in(old)).exec(db).await?;
        }
        Ok(())
    }
}

/// Streams of theirs look after the commit whether they are the ones.
fn ending(which: Sessions, why: EndReason, now: DateTime<Utc>) -> UpdateMany<Entity> {
    after_commit::note(Change::Ended(which));
    Entity::update_many()
        .col_expr(Column::EndedAt, Expr::value(now))
        .col_expr(Column::EndedReason, Expr::value(why.as_str()))
        .filter(Column::EndedAt.is_null())
}
