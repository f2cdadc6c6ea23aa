//! The history of a transfer. Table `transfer_events`.

use sea_orm::entity::prelude::*;

use crate::ids::{EventId, TransferId, UserId};
use crate::models::kinds::{Actor, EventType, TransferState};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "transfer_events")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: EventId,
    pub transfer_id: TransferId,
    /// As on the transfer: a member's events are found by it.
    pub member_id: UserId,
    pub version: i64,
    pub at: DateTimeUtc,
    pub event_type: EventType,
    pub state: TransferState,
    pub previous_state: Option<TransferState>,
    pub actor: Actor,
    pub detail: Option<String>,
    /// Over this event and the one before: `transfers/chain.rs`.
    pub hash: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
