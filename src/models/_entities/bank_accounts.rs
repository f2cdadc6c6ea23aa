//! Members' accounts at banks. Table `bank_accounts`.

use sea_orm::entity::prelude::*;

use crate::ids::{AccountId, UserId};
use crate::models::kinds::AccountState;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "bank_accounts")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AccountId,
    pub member_id: UserId,
    pub bank_code: String,
    pub number_sealed: String,
    pub number_masked: String,
    pub number_index: String,
    pub nickname: String,
    pub state: AccountState,
    pub register_number: Option<String>,
    pub fin_account_sealed: Option<String>,
    pub open_trace_number: Option<String>,
    pub open_trace_at: Option<DateTimeUtc>,
    pub failure: Option<String>,
    pub linking_until: Option<DateTimeUtc>,
    pub live_number_key: Option<String>,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub unlinked_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
