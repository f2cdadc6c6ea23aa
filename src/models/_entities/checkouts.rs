//! Hosted checkouts. Table `checkouts`.

use sea_orm::entity::prelude::*;

use crate::ids::{CheckoutId, PartnerId, TransferId, UserId};
use crate::models::kinds::{CheckoutStatus, Mode};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "checkouts")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CheckoutId,
    pub partner_id: PartnerId,
    pub mode: Mode,
    pub status: CheckoutStatus,
    pub version: i64,
    pub order_id: String,
    pub amount_won: i64,
    pub description: String,
    pub metadata: Option<String>,
    pub return_url: String,
    /// Who confirmed it.
    pub member_id: Option<UserId>,
    pub payment_id: Option<TransferId>,
    pub created_at: DateTimeUtc,
    pub expires_at: DateTimeUtc,
    pub completed_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
