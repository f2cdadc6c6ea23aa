//! What is to be told at an endpoint. Table `webhook_deliveries`.

use sea_orm::entity::prelude::*;

use crate::ids::{DeliveryId, EndpointId, EventId};
use crate::models::kinds::{DeliveryStatus, PartnerEventType};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "webhook_deliveries")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DeliveryId,
    pub endpoint_id: EndpointId,
    pub event_id: EventId,
    pub event_type: PartnerEventType,
    /// What is told in order.
    pub group_id: Uuid,
    pub seq: i64,
    /// The delivery that this one repeats.
    pub repeats_id: Option<DeliveryId>,
    pub status: DeliveryStatus,
    pub attempts: i64,
    pub next_attempt_at: Option<DateTimeUtc>,
    pub lease_until: Option<DateTimeUtc>,
    pub created_at: DateTimeUtc,
    pub ended_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
