//! Sessions of users; an ended one opens nothing. Table `sessions`.

use sea_orm::entity::prelude::*;

use crate::ids::{SessionId, UserId};
use crate::models::kinds::EndReason;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sessions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SessionId,
    pub user_id: UserId,
    /// Kind of program and system, such as `Chrome · Android`; empty where neither is known.
    pub device: String,
    /// Keyed hash of the refresh token that is good now.
    pub refresh_hash: String,
    /// Of the one before it.
    pub previous_hash: Option<String>,
    /// When the one before it was rotated away.
    pub rotated_at: Option<DateTimeUtc>,
    pub created_at: DateTimeUtc,
    /// Of the last rotation, so that looking at a page writes nothing.
    pub last_seen_at: DateTimeUtc,
    /// Unless it is used before, when this moves on.
    pub expires_at: DateTimeUtc,
    /// However much it is used.
    pub ends_at: DateTimeUtc,
    /// Of staff: when the second factor was shown.
    pub factor_shown_at: Option<DateTimeUtc>,
    pub ended_at: Option<DateTimeUtc>,
    pub ended_reason: Option<EndReason>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    #[sea_orm(
        belongs_to = "super::users::Entity",
        from = "Column::UserId",
        to = "super::users::Column::Id"
    )]
    User,
}

impl Related<super::users::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::User.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}
