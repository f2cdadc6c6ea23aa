//! What partners are told. Table `partner_events`.

use sea_orm::entity::prelude::*;

use crate::ids::{EventId, PartnerId};
use crate::models::kinds::{Mode, PartnerEventType};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "partner_events")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: EventId,
    pub partner_id: PartnerId,
    /// Its place in the one order of all; `None` until it has one, soon after its commit.
    pub seq: Option<i64>,
    pub mode: Mode,
    /// The payment, refund, mandate or checkout that it is about.
    pub subject_id: Uuid,
    /// What is told in order: a payment with its refunds, a mandate, a checkout.
    pub group_id: Uuid,
    /// Of that after the change.
    pub version: i64,
    pub event_type: PartnerEventType,
    pub previous_status: String,
    /// The thing itself as the API showed it at this version, as JSON.
    pub snapshot: String,
    pub created_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
