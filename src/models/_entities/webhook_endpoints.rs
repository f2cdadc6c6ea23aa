//! Where a partner is told. Table `webhook_endpoints`.

use sea_orm::entity::prelude::*;

use crate::ids::{EndpointId, PartnerId};
use crate::models::kinds::{EndpointStatus, Mode, PausedReason};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "webhook_endpoints")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: EndpointId,
    pub partner_id: PartnerId,
    pub mode: Mode,
    pub url: String,
    pub description: String,
    /// Words of events, comma separated; empty: all.
    pub event_types: String,
    pub status: EndpointStatus,
    pub paused_reason: Option<PausedReason>,
    pub secret_sealed: String,
    pub previous_secret_sealed: Option<String>,
    pub previous_ends_at: Option<DateTimeUtc>,
    /// Attempts that failed since one did not.
    pub failures: i64,
    /// When the first of them failed.
    pub failing_since: Option<DateTimeUtc>,
    /// Nothing is tried before.
    pub backoff_until: Option<DateTimeUtc>,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub deleted_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
