//! What a partner is told of its payments and refunds: one row for each event, with a snapshot, written in the
//! transaction that changes the transfer. So there is news exactly of what is true, also when the process dies.

use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::{ConnectionTrait, EntityTrait};

use crate::ids::EventId;
use crate::models::kinds::{EventType, PartnerEventType, TransferKind, TransferState};
use crate::models::{bank_accounts, partner_events, transfers};
use crate::transfers::TransferError;
use crate::views::api::{PaymentBody, RefundBody};
use crate::views::i18n::Language;

/// The language of messages within a snapshot: a row is written once, whoever reads it.
const LANGUAGE: Language = Language::Ko;

/// Keeps the news of a change for the partner, when it is one. `transfer` is the row after the change.
///
/// # Errors
/// The database's own; `NotFound` when the account of a payment is missing.
pub async fn record<C: ConnectionTrait>(
    tx: &C,
    transfer: &transfers::Model,
    previous: TransferState,
    event: EventType,
    at: DateTime<Utc>,
) -> Result<(), TransferError> {
    let Some(event_type) = told_as(transfer, event) else {
        return Ok(());
    };
    let row = partner_events::ActiveModel {
        id: Set(EventId::new()),
        partner_id: Set(transfer.partner_id),
        transfer_id: Set(transfer.id),
        version: Set(transfer.version),
        event_type: Set(event_type),
        previous_state: Set(previous),
        snapshot: Set(snapshot(tx, transfer).await?),
        created_at: Set(at),
    };
    partner_events::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// The partner's word for an event; `None` for what is of no use to it.
fn told_as(transfer: &transfers::Model, event: EventType) -> Option<PartnerEventType> {
    use PartnerEventType as Told;
    Some(match (transfer.kind, event) {
        (TransferKind::Payment, EventType::Succeeded) => Told::PaymentSucceeded,
        (TransferKind::Payment, EventType::Failed) => Told::PaymentFailed,
        (TransferKind::Payment, EventType::Unknown) => Told::PaymentUnknown,
        (TransferKind::Payment, EventType::NeedsReview) => Told::PaymentNeedsReview,
        (TransferKind::Payment, EventType::Canceled) => Told::PaymentCanceled,
        (TransferKind::Payment, EventType::Expired) => Told::PaymentExpired,
        (TransferKind::Payment, EventType::RefundSucceeded) => Told::PaymentRefunded,
        (TransferKind::Payment, EventType::Corrected) => Told::PaymentCorrected,
        (TransferKind::Refund, EventType::Succeeded) => Told::RefundSucceeded,
        (TransferKind::Refund, EventType::Failed) => Told::RefundFailed,
        (TransferKind::Refund, EventType::Unknown) => Told::RefundUnknown,
        (TransferKind::Refund, EventType::NeedsReview) => Told::RefundNeedsReview,
        // A corrected refund is told by how it ended.
        (TransferKind::Refund, EventType::Corrected) => match transfer.state {
            TransferState::Succeeded => Told::RefundSucceeded,
            _ => Told::RefundFailed,
        },
        _ => return None,
    })
}

async fn snapshot<C: ConnectionTrait>(tx: &C, transfer: &transfers::Model) -> Result<String, TransferError> {
    let snapshot = match transfer.kind {
        TransferKind::Payment => {
            let account = bank_accounts::Entity::find_by_id(transfer.account_id).one(tx).await?;
            let account = account.ok_or(TransferError::NotFound)?;
            serde_json::to_string(&PaymentBody::new(transfer, &account, LANGUAGE)?)?
        }
        TransferKind::Refund => serde_json::to_string(&RefundBody::new(transfer, LANGUAGE))?,
    };
    Ok(snapshot)
}
