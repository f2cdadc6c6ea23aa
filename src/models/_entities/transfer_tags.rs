//! The words by which staff mark payments and refunds. Table `transfer_tags`.

use sea_orm::entity::prelude::*;

use crate::ids::{TransferId, UserId};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "transfer_tags")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub transfer_id: TransferId,
    /// As [`crate::desk::tags::TagWord`] has it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub word: String,
    pub author_id: UserId,
    pub at: DateTimeUtc,
    /// When the transfer was accepted: `transfers.created_at`, which never changes.
    pub accepted_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
