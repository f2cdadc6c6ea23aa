//! How much may go on at a bank, over all and of each class of calls. Table `gate_limits`.

use sea_orm::entity::prelude::*;

use crate::ids::UserId;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "gate_limits")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub bank_code: String,
    /// A class of calls, or `bank`: all of them.
    #[sea_orm(primary_key, auto_increment = false)]
    pub lane: String,
    /// `None`: as configured.
    pub at_once: Option<i64>,
    pub per_sec: Option<i64>,
    pub deadline_ms: Option<i64>,
    pub version: i64,
    pub changed_at: Option<DateTimeUtc>,
    pub changed_by: Option<UserId>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
