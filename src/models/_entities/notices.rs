//! Announcements. Table `notices`.

use sea_orm::entity::prelude::*;
use serde::Serialize;

use crate::ids::{NoticeId, UserId};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize)]
#[sea_orm(table_name = "notices")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: NoticeId,
    pub title_ko: String,
    pub title_en: String,
    pub body_ko: String,
    pub body_en: String,
    /// Shown above the members' pages as well.
    pub is_important: bool,
    pub visible_from: DateTimeUtc,
    /// Exclusive; `None`: for good.
    pub visible_until: Option<DateTimeUtc>,
    /// Who wrote it first.
    pub author_id: UserId,
    pub version: i64,
    pub created_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
