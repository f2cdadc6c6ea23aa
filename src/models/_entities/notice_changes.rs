//! Who wrote what of an announcement, one row a version. Table `notice_changes`.

use sea_orm::entity::prelude::*;

use crate::ids::{ChangeId, NoticeId, UserId};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "notice_changes")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ChangeId,
    pub notice_id: NoticeId,
    pub version: i64,
    pub actor_id: UserId,
    pub at: DateTimeUtc,
    /// The announcement at this version, as JSON.
    pub snapshot: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
