//! Accepting a refund: its amount is reserved on the payment's row in the transaction that makes it durable.
//!
//! A partner asks by [`accept_refund`], under its key; staff by `desk/refunds.rs`, under their dialog, with the same
//! [`make`] in their transaction. If the process dies before the commit nothing was promised; after it the sweeper finds
//! the queued refund.

use chrono::{DateTime, Utc};
use futures::FutureExt;
use sea_orm::ActiveValue::Set;
use sea_orm::{DatabaseTransaction, EntityTrait};
use serde_json::{Value, json};

use super::accept::{Render, refuse_overfull};
use super::backlog::Overfull;
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
    let full = services.backlog.promise(services, partner).await;
    fault::point("refund.before_write");
    let written = services
        .db
        .write(move |tx| async move { write(tx, refund, key, render, (&limits, full), now).await }.boxed())
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
    if accepted.replayed {
        log::about_id(TransferKind::Refund, accepted.transfer_id);
    } else {
        promised(services, accepted.transfer_id, request_id);
    }
    fault::point("refund.before_answer");
    Ok(accepted)
}

/// What follows the commit of a new refund. If the process dies before the ring, the sweeper rings.
pub(crate) fn promised(services: &Services, id: TransferId, request_id: Option<RequestId>) {
    log::about_id(TransferKind::Refund, id);
    services.metrics.accepted(TransferKind::Refund);
    services.doorbell.ring_for(Ring::Refund(id), request_id);
}

async fn write(
    tx: &DatabaseTransaction,
    refund: NewRefund,
    key: IdempotencyKey,
    render: Render,
    (limits, full): (&LimitSettings, Option<Overfull>),
    now: DateTime<Utc>,
) -> Result<Accepted, TransferError> {
    if let Some(replayed) = idempotency::replay(tx, refund.partner_id, Operation::CreateRefund, &key).await? {
        return Ok(replayed);
    }
    refuse_overfull(full)?;
    let (id, operation) = (TransferId::new(), Operation::CreateRefund);
    let key = idempotency::take(tx, refund.partner_id, operation, &key, id, now).await?;
    find::payment_of_partner(tx, (refund.partner_id, refund.mode), refund.payment_id).await?;
    // Locked before its sums are looked at: two refunds at once see each other.
    let payment = find::lock(tx, refund.payment_id).await?;
    must_be_at(&payment, refund.if_match)?;
    let wanted = Wanted {
        id,
        amount: agreed(&payment, refund.amount, limits)?,
        description: refund.reason,
        request_id: refund.request_id,
        caller: Caller::Partner,
    };
    let transfer = make(tx, &payment, wanted, now).await?;
    let account = bank_accounts::Entity::find_by_id(payment.account_id)
        .one(tx)
        .await?
        .ok_or(TransferError::NotFound)?;
    let accepted = Accepted {
        transfer_id: transfer.id,
        body: render(&transfer, &account)?,
        replayed: false,
    };
    idempotency::answer(tx, key, &accepted.body).await?;
    fault::point("refund.before_commit");
    Ok(accepted)
}

/// # Errors
/// `VersionConflict` when the transfer is not at the version that the caller has seen, if it says so.
pub(crate) fn must_be_at(known: &transfers::Model, if_match: Option<i64>) -> Result<(), TransferError> {
    match if_match {
        Some(expected) if expected != known.version => Err(TransferError::VersionConflict {
            current: known.version,
            state: known.state,
        }),
        _ => Ok(()),
    }
}

/// How much of the payment goes back: what was asked for, or all that remains.
///
/// # Errors
/// `OverCeiling`, `NotRefundable`, `RefundExceedsRemaining`.
pub(crate) fn agreed(
    payment: &transfers::Model,
    amount: Option<Won>,
    limits: &LimitSettings,
) -> Result<Won, TransferError> {
    if let Some(amount) = amount {
        policy::check_ceiling(amount, limits)?;
    }
    if payment.kind != TransferKind::Payment || payment.state != TransferState::Succeeded {
        return Err(TransferError::NotRefundable { state: payment.state });
    }
    let remaining_won = remaining(payment);
    let amount = amount.unwrap_or(remaining_won);
    if amount.is_positive() && amount <= remaining_won {
        Ok(amount)
    } else {
        Err(TransferError::RefundExceedsRemaining { remaining_won })
    }
}

/// Who asks for a refund, as the histories keep it.
#[derive(Clone, Debug)]
pub(crate) enum Caller {
    Partner,
    /// With who it is and why, which partners and members are not shown.
    Staff(Value),
}

impl Caller {
    const fn actor(&self) -> Actor {
        match self {
            Self::Partner => Actor::Partner,
            Self::Staff(_) => Actor::Staff,
        }
    }

    /// The facts of an event, with who asked.
    fn detail(&self, mut facts: Value) -> Value {
        if let (Self::Staff(who), Value::Object(facts)) = (self, &mut facts) {
            facts.insert("staff".to_owned(), who.clone());
        }
        facts
    }
}

/// A refund that was [`agreed`].
#[derive(Clone, Debug)]
pub(crate) struct Wanted {
    pub id: TransferId,
    pub amount: Won,
    /// What the member and the partner read.
    pub description: String,
    pub request_id: Option<RequestId>,
    pub caller: Caller,
}

/// Writes the refund and reserves its amount. `payment` is locked, and the amount was agreed on it as it is.
///
/// # Errors
/// The database's own.
pub(crate) async fn make(
    tx: &DatabaseTransaction,
    payment: &transfers::Model,
    wanted: Wanted,
    now: DateTime<Utc>,
) -> Result<transfers::Model, TransferError> {
    let parties = policy::Parties::of_payment(payment);
    let refund = transfers::Model {
        id: wanted.id,
        payment_id: Some(payment.id),
        order_id: payment.order_id.clone(),
        description: wanted.description,
        mode: payment.mode,
        request_id: wanted.request_id,
        ..policy::queued(TransferKind::Refund, wanted.amount, now, parties)
    };
    reserve(tx, payment, &refund, &wanted.caller, now).await?;
    let detail = wanted.caller.detail(json!({}));
    state::create(tx, refund, wanted.caller.actor(), detail).await
}

/// Rule 5: the reservation is one compare-and-set on the payment's row, and the database refuses the second of two.
async fn reserve(
    tx: &DatabaseTransaction,
    payment: &transfers::Model,
    refund: &transfers::Model,
    caller: &Caller,
    now: DateTime<Utc>,
) -> Result<(), TransferError> {
    let columns = transfers::ActiveModel {
        refund_reserved_won: Set(payment.refund_reserved_won + refund.amount_won),
        ..Default::default()
    };
    let detail = json!({ "refund_id": Prefix::Refund.show(refund.id.0), "amount": refund.amount_won });
    let change = Change::new(EventType::RefundRequested, caller.actor())
        .detail(caller.detail(detail))
        .columns(columns);
    state::apply(tx, payment, change, now).await?;
    Ok(())
}
