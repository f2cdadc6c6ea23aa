//! Accepting a refund: its amount is reserved on the payment's row in the transaction that makes it durable.
//!
//! If the process dies before the commit nothing was promised; after it the sweeper finds the queued refund.

use chrono::{DateTime, Utc};
use futures::FutureExt;
use sea_orm::ActiveValue::Set;
use sea_orm::{DatabaseTransaction, EntityTrait};
use serde_json::json;

use super::accept::Render;
use super::idempotency::{self, Accepted, IdempotencyKey, Operation};
use super::state::{self, Change};
use super::{TransferError, find, policy};
use crate::config::LimitSettings;
use crate::fault;
use crate::ids::{PartnerId, Prefix, RequestId, TransferId};
use crate::log;
use crate::models::kinds::{Actor, EventType, Mode, TransferKind, TransferState};
use crate::models::{bank_accounts, transfers};
use crate::money::Won;
use crate::relay::Ring;
use crate::services::Services;

/// What a partner asks for, already checked in itself.
#[derive(Clone, Debug)]
pub struct NewRefund {
    pub partner_id: PartnerId,
    pub mode: Mode,
    pub payment_id: TransferId,
    /// `None`: all that remains.
    pub amount: Option<Won>,
    pub reason: String,
    /// The version of the payment that the partner has seen, if it says so.
    pub if_match: Option<i64>,
    /// By which its log lines are found.
    pub request_id: Option<RequestId>,
}

/// What of a payment can still be given back: paid, less refunded, less reserved.
#[must_use]
pub fn remaining(payment: &transfers::Model) -> Won {
    match payment.state {
        TransferState::Succeeded => Won::new(payment.amount_won - payment.refunded_won - payment.refund_reserved_won),
        _ => Won::ZERO,
    }
}

/// Makes the refund durable, reserves its amount, and rings the doorbell.
///
/// # Errors
/// `NotRefundable`, `RefundExceedsRemaining`, `VersionConflict`, `KeyReused`, `NotFound`; or the database's failure.
pub async fn accept_refund(
    services: &Services,
    refund: NewRefund,
    key: IdempotencyKey,
    render: Render,
) -> Result<Accepted, TransferError> {
    let (partner, again) = (refund.partner_id, key.clone());
    let request_id = refund.request_id.clone();
    let patience = services.settings.limits.key_patience();
    let keys = &services.keys_in_use;
    let _in_use = keys.enter(partner, Operation::CreateRefund, &key.key, patience).await?;
    let (now, limits) = (services.clock.now(), services.settings.limits.clone());
    fault::point("refund.before_write");
    let written = services
        .db
        .write(move |tx| async move { write(tx, refund, key, render, &limits, now).await }.boxed())
        .await;
    let accepted = match written {
        Err(error) if idempotency::is_taken(&error) => {
            idempotency::replay(services.db.read(), partner, Operation::CreateRefund, &again)
                .await?
                .ok_or(error)?
        }
        other => other?,
    };
    fault::point("refund.after_commit");
    log::about_id(TransferKind::Refund, accepted.transfer_id);
    if !accepted.replayed {
        services.metrics.accepted(TransferKind::Refund);
        services
            .doorbell
            .ring_for(Ring::Refund(accepted.transfer_id), request_id);
    }
    fault::point("refund.before_answer");
    Ok(accepted)
}

async fn write(
    tx: &DatabaseTransaction,
    refund: NewRefund,
    key: IdempotencyKey,
    render: Render,
    limits: &LimitSettings,
    now: DateTime<Utc>,
) -> Result<Accepted, TransferError> {
    if let Some(replayed) = idempotency::replay(tx, refund.partner_id, Operation::CreateRefund, &key).await? {
        return Ok(replayed);
    }
    let (id, operation) = (TransferId::new(), Operation::CreateRefund);
    let key = idempotency::take(tx, refund.partner_id, operation, &key, id, now).await?;
    find::payment_of_partner(tx, (refund.partner_id, refund.mode), refund.payment_id).await?;
    // Locked before its sums are looked at: two refunds at once see each other.
    let payment = find::lock(tx, refund.payment_id).await?;
    if let Some(amount) = refund.amount {
        policy::check_ceiling(amount, limits)?;
    }
    if let Some(expected) = refund.if_match
        && expected != payment.version
    {
        return Err(TransferError::VersionConflict {
            current: payment.version,
            state: payment.state,
        });
    }
    if payment.state != TransferState::Succeeded {
        return Err(TransferError::NotRefundable { state: payment.state });
    }
    let remaining_won = remaining(&payment);
    let amount = refund.amount.unwrap_or(remaining_won);
    if !amount.is_positive() || amount > remaining_won {
        return Err(TransferError::RefundExceedsRemaining { remaining_won });
    }
    let account = bank_accounts::Entity::find_by_id(payment.account_id)
        .one(tx)
        .await?
        .ok_or(TransferError::NotFound)?;
    let transfer = transfers::Model {
        id,
        payment_id: Some(payment.id),
        order_id: payment.order_id.clone(),
        description: refund.reason,
        mode: payment.mode,
        request_id: refund.request_id,
        ..policy::queued(TransferKind::Refund, amount, now, policy::Parties::of_payment(&payment))
    };
    reserve(tx, &payment, &transfer, now).await?;
    let transfer = state::create(tx, transfer, Actor::Partner, json!({})).await?;
    let accepted = Accepted {
        transfer_id: transfer.id,
        body: render(&transfer, &account)?,
        replayed: false,
    };
    idempotency::answer(tx, key, &accepted.body).await?;
    fault::point("refund.before_commit");
    Ok(accepted)
}

/// Rule 5: the reservation is one compare-and-set on the payment's row, and the database refuses the second of two.
async fn reserve(
    tx: &DatabaseTransaction,
    payment: &transfers::Model,
    refund: &transfers::Model,
    now: DateTime<Utc>,
) -> Result<(), TransferError> {
    let columns = transfers::ActiveModel {
        refund_reserved_won: Set(payment.refund_reserved_won + refund.amount_won),
        ..Default::default()
    };
    let detail = json!({ "refund_id": Prefix::Refund.show(refund.id.0), "amount": refund.amount_won });
    let change = Change::new(EventType::RefundRequested, Actor::Partner)
        .detail(detail)
        .columns(columns);
    state::apply(tx, payment, change, now).await?;
    Ok(())
}
