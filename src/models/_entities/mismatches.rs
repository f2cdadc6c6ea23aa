//! What does not fit in our books. Table `mismatches`.

use sea_orm::entity::prelude::*;

use crate::ids::{TransferId, UserId};
use crate::models::kinds::TransferKind;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "mismatches")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub transfer_id: TransferId,
    pub kind: TransferKind,
    /// The word of a kind of flaw.
    pub flaw: String,
    /// In a sentence; no personal data.
    pub detail: String,
    pub first_seen_at: DateTimeUtc,
    pub last_seen_at: DateTimeUtc,
    pub closed_at: Option<DateTimeUtc>,
    /// `None` where it was not found any more.
    pub closed_by: Option<UserId>,
    pub close_reason: Option<String>,
    pub version: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
