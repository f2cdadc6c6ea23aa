//! What a transaction changed that open pages wait for: ids and words of closed sets, and nothing of anybody.

use serde::{Deserialize, Serialize};

use super::kinds::{EventType, TransferKind, TransferState};
use super::{transfer_events, transfers};
use crate::ids::{AccountId, EventId, SessionId, TransferId, UserId};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    Transfer(TransferChange),
    /// Staff did something that lists and pages of the desk show; with a payment or refund, where it was about one.
    Desk(Option<TransferId>),
    Ended(Sessions),
}

/// One row of a transfer's history, with whose it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransferChange {
    pub event: EventId,
    pub transfer: TransferId,
    pub kind: TransferKind,
    /// Of a refund.
    pub payment: Option<TransferId>,
    pub member: UserId,
    pub account: AccountId,
    pub version: i64,
    pub event_type: EventType,
    pub state: TransferState,
}

impl TransferChange {
    #[must_use]
    pub fn new(transfer: &transfers::Model, event: &transfer_events::Model) -> Self {
        Self {
            event: event.id,
            transfer: transfer.id,
            kind: transfer.kind,
            payment: transfer.payment_id,
            member: transfer.member_id,
            account: transfer.account_id,
            version: event.version,
            event_type: event.event_type,
            state: event.state,
        }
    }

    /// The payment that a page tells this under.
    #[must_use]
    pub fn group(&self) -> TransferId {
        self.payment.unwrap_or(self.transfer)
    }

    /// Whether it is of a member's own history.
    #[must_use]
    pub fn is_told_to_members(&self) -> bool {
        EventType::TOLD_TO_MEMBERS.contains(&self.event_type)
    }
}

/// Whose sessions may have been ended: who has a stream of theirs looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sessions {
    One(SessionId),
    AllOf(UserId),
    AllButOne(UserId, SessionId),
}
