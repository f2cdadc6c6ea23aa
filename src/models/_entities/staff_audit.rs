//! What staff looked at and did. Table `staff_audit`.

use sea_orm::entity::prelude::*;

use crate::ids::{RequestId, StaffDeedId, UserId};
use crate::models::kinds::{StaffDeed, SubjectKind};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "staff_audit")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: StaffDeedId,
    pub actor_id: UserId,
    pub deed: StaffDeed,
    pub subject_kind: SubjectKind,
    /// `None`: a search or an export is of no one thing.
    pub subject_id: Option<Uuid>,
    /// As the member of staff typed it.
    pub reason: Option<String>,
    /// JSON: the filter of an export, the amount of a refund. No personal data.
    pub detail: Option<String>,
    pub request_id: Option<RequestId>,
    pub at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
