//! What staff entered of when the bank does not work. Table `bank_windows`.

use sea_orm::entity::prelude::*;

use crate::ids::{UserId, WindowId};
use crate::models::kinds::WindowKind;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "bank_windows")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: WindowId,
    pub bank_code: String,
    pub kind: WindowKind,
    pub starts_at: DateTimeUtc,
    /// Not in it any more.
    pub ends_at: DateTimeUtc,
    pub reason: String,
    pub author_id: UserId,
    pub version: i64,
    pub created_at: DateTimeUtc,
    /// Taken back before it began, or ended early.
    pub ended_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
