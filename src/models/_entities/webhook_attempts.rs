//! Attempts at telling. Table `webhook_attempts`.

use sea_orm::entity::prelude::*;

use crate::ids::{AttemptId, DeliveryId, EndpointId};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "webhook_attempts")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AttemptId,
    pub delivery_id: DeliveryId,
    pub endpoint_id: EndpointId,
    /// 1 is the first.
    pub number: i64,
    pub started_at: DateTimeUtc,
    /// `None`: the process ended meanwhile.
    pub took_ms: Option<i64>,
    pub response_status: Option<i64>,
    pub failure: Option<String>,
    /// As JSON.
    pub request_headers: String,
    pub response_body: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
