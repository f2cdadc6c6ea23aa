//! Dialogs of the desk whose action was done. Table `desk_dialogs`.

use sea_orm::entity::prelude::*;

use crate::ids::{DialogId, UserId};
use crate::models::kinds::StaffDeed;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "desk_dialogs")]
pub struct Model {
    /// Made when the dialog was opened.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DialogId,
    pub staff_id: UserId,
    pub deed: StaffDeed,
    pub subject_id: Uuid,
    /// What came of it, such as the id of the refund.
    pub answer: String,
    /// Tells apart what was filled in; `None` where nothing but a reason was.
    pub content_hash: Option<String>,
    pub at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
