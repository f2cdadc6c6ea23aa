//! Refunds that wait, or waited, for a second person. Table `refund_approvals`.

use sea_orm::entity::prelude::*;

use crate::ids::{ApprovalId, TransferId, UserId};
use crate::models::kinds::ApprovalState;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "refund_approvals")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ApprovalId,
    pub payment_id: TransferId,
    /// The payment while it waits, `None` afterwards: the unique index lets one wait.
    pub waiting_payment_id: Option<TransferId>,
    pub state: ApprovalState,
    pub amount_won: i64,
    /// What the member and the partner will read.
    pub description: String,
    pub asker_id: UserId,
    /// The asker's, for staff.
    pub reason: String,
    pub created_at: DateTimeUtc,
    pub decider_id: Option<UserId>,
    pub decision_reason: Option<String>,
    pub decided_at: Option<DateTimeUtc>,
    /// What came of it.
    pub refund_id: Option<TransferId>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
