//! What staff wrote down of a payment, a refund or a member. Table `desk_notes`.

use sea_orm::entity::prelude::*;

use crate::ids::{NoteId, UserId};
use crate::models::kinds::SubjectKind;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "desk_notes")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: NoteId,
    pub subject_kind: SubjectKind,
    pub subject_id: Uuid,
    pub author_id: UserId,
    pub body: String,
    pub at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
