//! What a process may use of the bank, and what waits there. Table `gate_shares`.

use sea_orm::entity::prelude::*;

use crate::ids::ProcessId;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "gate_shares")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub process_id: ProcessId,
    pub bank_code: String,
    pub at_once: i64,
    pub per_sec: i64,
    /// How much of the budget it needs, compared with the others.
    pub weight: i64,
    pub money_waiting: i64,
    pub reads_waiting: i64,
    pub running: i64,
    /// How its breaker stands.
    pub breaker: String,
    pub seen_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
