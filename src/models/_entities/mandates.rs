//! Standing consents. Table `mandates`.

use sea_orm::entity::prelude::*;

use crate::ids::{AccountId, MandateId, PartnerId, UserId};
use crate::models::kinds::{MandateStatus, Mode};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "mandates")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MandateId,
    pub partner_id: PartnerId,
    pub mode: Mode,
    /// `None` until a member approves it.
    pub member_id: Option<UserId>,
    pub account_id: Option<AccountId>,
    pub status: MandateStatus,
    /// As the member consented to: the most that a limit of this mandate can be.
    pub per_payment_limit_won: i64,
    pub daily_limit_won: i64,
    /// What the member allows less; `None`: as consented.
    pub own_per_payment_limit_won: Option<i64>,
    pub own_daily_limit_won: Option<i64>,
    pub reference: Option<String>,
    pub return_url: Option<String>,
    pub version: i64,
    pub created_at: DateTimeUtc,
    /// Until when a member can approve it; `None`: it was not asked for.
    pub expires_at: Option<DateTimeUtc>,
    pub activated_at: Option<DateTimeUtc>,
    pub revoked_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
