//! Accepting a payment: one database transaction makes it durable, and then we have promised.
//!
//! If the process dies …
//! - before the commit: nothing was promised, the partner repeats its request with the same key;
//! - after the commit, before the answer: the partner repeats it and gets the stored answer;
//! - after the commit, before the ring: the sweeper finds the queued row. The bank was never called here.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use futures::FutureExt;
use sea_orm::{ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter, QuerySelect};
use serde_json::json;

use super::backlog::Overfull;
use super::idempotency::{self, Accepted, IdempotencyKey, Operation};
use super::{TransferError, policy, state, usage};
use crate::clock::whole_micros;
use crate::fault;
use crate::ids::{MandateId, PartnerId, RequestId, TransferId};
use crate::log;
use crate::models::kinds::{AccountState, Actor, MandateStatus, Mode, TransferKind};
use crate::models::{bank_accounts, mandates, transfers};
use crate::money::Won;
use crate::relay::Ring;
use crate::services::Services;

/// What a partner asks for, already checked in itself.
#[derive(Clone, Debug)]
pub struct NewPayment {
    pub partner_id: PartnerId,
    pub mode: Mode,
    pub mandate_id: MandateId,
    pub order_id: String,
    pub amount: Won,
    pub description: String,
    pub metadata: BTreeMap<String, String>,
    pub expires_at: Option<DateTime<Utc>>,
    /// By which its log lines are found.
    pub request_id: Option<RequestId>,
}

/// Writes the JSON answer for a new row; stored with the key, so that a replay is the same byte for byte.
pub type Render = fn(&transfers::Model, &bank_accounts::Model) -> Result<String, serde_json::Error>;

/// Makes the payment durable and rings the doorbell. The same key gives the same answer and no second payment.
///
/// # Errors
/// A refusal by the mandate, its limits, the order or the key; or the database's failure. Nothing is written then.
pub async fn accept_payment(
    services: &Services,
    payment: NewPayment,
    key: IdempotencyKey,
    render: Render,
) -> Result<Accepted, TransferError> {
    let (partner, order, again) = (payment.partner_id, payment.order_id.clone(), key.clone());
    let request_id = payment.request_id.clone();
    let patience = services.settings.limits.key_patience();
    let keys = &services.keys_in_use;
    let _in_use = keys
        .enter(partner, Operation::CreatePayment, &key.key, patience)
        .await?;
    let full = services.backlog.promise(services, partner).await;
    fault::point("accept.before_write");
    let accepted = match write(services, payment, (key, full), render).await {
        // Another process stored this key or order between our look and our write: look again.
        Err(error) if idempotency::is_taken(&error) => {
            let db = services.db.read();
            let replayed = idempotency::replay(db, partner, Operation::CreatePayment, &again).await?;
            match replayed {
                Some(replayed) => replayed,
                None => return Err(refuse_open_order(db, partner, &order).await.err().unwrap_or(error)),
            }
        }
        other => other?,
    };
    fault::point("accept.after_commit");
    log::about_id(TransferKind::Payment, accepted.transfer_id);
    if !accepted.replayed {
        services.metrics.accepted(TransferKind::Payment);
        services
            .doorbell
            .ring_for(Ring::Payment(accepted.transfer_id), request_id);
    }
    fault::point("accept.before_answer");
    Ok(accepted)
}

async fn write(
    services: &Services,
    payment: NewPayment,
    (key, full): (IdempotencyKey, Option<Overfull>),
    render: Render,
) -> Result<Accepted, TransferError> {
    let now = services.clock.now();
    let limits = services.settings.limits.clone();
    services
        .db
        .write(move |tx| {
            async move {
                if let Some(replayed) =
                    idempotency::replay(tx, payment.partner_id, Operation::CreatePayment, &key).await?
                {
                    return Ok(replayed);
                }
                refuse_overfull(full)?;
                let (id, operation) = (TransferId::new(), Operation::CreatePayment);
                let key = idempotency::take(tx, payment.partner_id, operation, &key, id, now).await?;
                let owner = (payment.partner_id, payment.mode);
                let mandate = mandate_of(tx, owner, payment.mandate_id).await?;
                policy::check_ceiling(payment.amount, &limits)?;
                policy::check_expiry(payment.expires_at, now)?;
                let (parties, account) = chargeable(tx, &mandate).await?;
                refuse_open_order(tx, payment.partner_id, &payment.order_id).await?;
                usage::take(tx, (parties, Some(&mandate)), payment.amount, &limits, now).await?;

                let expires_after = TimeDelta::seconds(limits.payment_expires_secs);
                let transfer = transfers::Model {
                    id,
                    mandate_id: Some(mandate.id),
                    ..queued_payment(payment, parties, now, expires_after)?
                };
                let transfer = state::create(tx, transfer, Actor::Partner, json!({})).await?;
                let accepted = Accepted {
                    transfer_id: transfer.id,
                    body: render(&transfer, &account)?,
                    replayed: false,
                };
                idempotency::answer(tx, key, &accepted.body).await?;
                fault::point("accept.before_commit");
                Ok(accepted)
            }
            .boxed()
        })
        .await
}

/// # Errors
/// `Overfull` when too much waits to promise more.
pub(crate) fn refuse_overfull(full: Option<Overfull>) -> Result<(), TransferError> {
    full.map_or(Ok(()), |full| Err(full.into()))
}

/// The partner's mandate, its row locked, so that it is not revoked between this look and the commit.
async fn mandate_of(
    tx: &DatabaseTransaction,
    (partner, mode): (PartnerId, Mode),
    id: MandateId,
) -> Result<mandates::Model, TransferError> {
    // SQLite ignores the lock: it has one writer.
    mandates::Entity::find_by_id(id)
        .filter(mandates::Column::PartnerId.eq(partner))
        .filter(mandates::Column::Mode.eq(mode))
        .lock_shared()
        .one(tx)
        .await?
        .ok_or(TransferError::NotFound)
}

/// Whose money it is, and the account.
async fn chargeable<C: ConnectionTrait>(
    tx: &C,
    mandate: &mandates::Model,
) -> Result<(policy::Parties, bank_accounts::Model), TransferError> {
    let parties = policy::Parties::of_mandate(mandate).filter(|_| mandate.status == MandateStatus::Active);
    let parties = parties.ok_or(TransferError::MandateInactive)?;
    let account = bank_accounts::Entity::find_by_id(parties.account_id).one(tx).await?;
    account
        .filter(|account| account.state == AccountState::Active && account.unlinked_at.is_none())
        .map(|account| (parties, account))
        .ok_or(TransferError::MandateInactive)
}

/// One payment at a time for each order of a partner; the unique `open_order_key` guards the same across processes.
pub(crate) async fn refuse_open_order<C: ConnectionTrait>(
    tx: &C,
    partner: PartnerId,
    order: &str,
) -> Result<(), TransferError> {
    let open = transfers::Entity::find()
        .filter(transfers::Column::OpenOrderKey.eq(policy::open_order_key(partner, order)))
        .one(tx)
        .await?;
    open.map_or(Ok(()), |existing| {
        Err(TransferError::DuplicateOrder { existing: existing.id })
    })
}

fn queued_payment(
    payment: NewPayment,
    parties: policy::Parties,
    now: DateTime<Utc>,
    expires_after: TimeDelta,
) -> Result<transfers::Model, TransferError> {
    let metadata = if payment.metadata.is_empty() {
        None
    } else {
        Some(serde_json::to_string(&payment.metadata)?)
    };
    Ok(transfers::Model {
        open_order_key: Some(policy::open_order_key(payment.partner_id, &payment.order_id)),
        order_id: Some(payment.order_id),
        description: payment.description,
        metadata,
        mode: payment.mode,
        request_id: payment.request_id,
        expires_at: Some(payment.expires_at.map_or(now + expires_after, whole_micros)),
        ..policy::queued(TransferKind::Payment, payment.amount, now, parties)
    })
}

/// The id of the transfer that an answer under this key names, for `GET …/by-idempotency-key/{key}`.
///
/// # Errors
/// `NotFound` when the partner never used the key for a payment.
pub async fn by_key(services: &Services, partner: PartnerId, key: &str) -> Result<TransferId, TransferError> {
    let row = idempotency::find(services.db.read(), partner, Operation::CreatePayment, key).await?;
    row.and_then(|row| row.transfer_id).ok_or(TransferError::NotFound)
}
