//! Calls to the bank. Table `bank_calls`.

use sea_orm::entity::prelude::*;

use crate::ids::{AccountId, BankCallId, TransferId};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "bank_calls")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: BankCallId,
    pub transfer_id: Option<TransferId>,
    pub account_id: Option<AccountId>,
    pub operation: String,
    pub trace_number: String,
    pub trace_date: String,
    pub attempt: i64,
    pub started_at: DateTimeUtc,
    pub ended_at: Option<DateTimeUtc>,
    pub proof: Option<String>,
    pub outcome: Option<String>,
    pub bank_code: Option<String>,
    pub http_status: Option<i64>,
    pub request: Option<String>,
    pub response: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
