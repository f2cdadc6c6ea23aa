//! Payments and refunds. Table `transfers`.

use sea_orm::entity::prelude::*;

use crate::ids::{AccountId, MandateId, PartnerId, RequestId, TransferId, UserId};
use crate::models::kinds::{FailureCode, Mode, TransferKind, TransferState};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "transfers")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TransferId,
    pub kind: TransferKind,
    pub state: TransferState,
    pub version: i64,
    pub partner_id: PartnerId,
    pub member_id: UserId,
    pub account_id: AccountId,
    pub mandate_id: Option<MandateId>,
    pub payment_id: Option<TransferId>,
    pub order_id: Option<String>,
    pub open_order_key: Option<String>,
    pub amount_won: i64,
    pub refund_reserved_won: i64,
    pub refunded_won: i64,
    pub description: String,
    pub metadata: Option<String>,
    pub short_code: String,
    /// The hash of its last event.
    pub history_hash: String,
    pub mode: Mode,
    /// Of the request that accepted it.
    pub request_id: Option<RequestId>,
    pub trace_number: Option<String>,
    pub trace_at: Option<DateTimeUtc>,
    pub failure_code: Option<FailureCode>,
    pub bank_code: Option<String>,
    pub unknown_reason: Option<String>,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    /// When the broker was told that it is queued.
    pub rung_at: Option<DateTimeUtc>,
    pub executed_at: Option<DateTimeUtc>,
    pub lease_until: Option<DateTimeUtc>,
    pub settled_at: Option<DateTimeUtc>,
    pub expires_at: Option<DateTimeUtc>,
    pub next_check_at: Option<DateTimeUtc>,
    pub checks: i64,
    pub not_found_answers: i64,
    pub not_found_since: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
