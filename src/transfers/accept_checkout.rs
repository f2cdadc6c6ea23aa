//! Accepting a payment at a hosted checkout: the member's own confirmation takes the place of a mandate and of the partner's
//! request. One database transaction completes the checkout and makes the payment durable: there is one of it for good.
//!
//! If the process dies …
//! - before the commit: nothing was promised, the checkout is open and the member confirms again;
//! - after the commit, before the answer: the page shows the payment, and confirming again answers with the same one;
//! - after the commit, before the ring: the sweeper finds the queued row. The bank was never called here.
//!
//! Rows are locked in the order of all who lock several: checkout, member, account. So nobody leaves, and no account is let
//! go, with this payment unseen.

use chrono::{DateTime, TimeDelta, Utc};
use futures::FutureExt;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter, QuerySelect};
use serde_json::json;

use super::idempotency::{self, IdempotencyKey, Operation};
use super::{TransferError, accept, policy, state, usage};
use crate::config::LimitSettings;
use crate::fault;
use crate::ids::{AccountId, CheckoutId, Prefix, RequestId, TransferId, UserId};
use crate::log;
use crate::models::kinds::{Actor, CheckoutStatus, TransferKind, TransferState};
use crate::models::{bank_accounts, checkouts, members, transfers};
use crate::money::Won;
use crate::notifications::outbox;
use crate::partners::mandate_approval::usable_account;
use crate::partners::{checkouts as verbs, standing};
use crate::relay::Ring;
use crate::services::Services;

/// A member's yes to one payment; that it is the member was shown before.
#[derive(Clone, Debug)]
pub struct Confirmation {
    pub checkout: CheckoutId,
    pub member: UserId,
    pub account: AccountId,
    pub request_id: Option<RequestId>,
}

/// The payment of a checkout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Confirmed {
    pub payment: TransferId,
    /// It was there already: a second press, another tab, a way back.
    pub again: bool,
}

/// Why a checkout is not paid. Nothing is written then.
#[derive(Debug, thiserror::Error)]
pub enum ConfirmError {
    #[error("there is no such checkout")]
    NotFound,
    #[error("its time is over")]
    Expired,
    #[error("another member has confirmed it")]
    CompletedByOther,
    #[error("the partner is stopped, or has no key that opens anything")]
    ShopClosed,
    #[error("the account is not linked, or not the member's")]
    NoAccount,
    #[error("the order is paid already, at another checkout")]
    OrderPaid,
    #[error(transparent)]
    Transfer(#[from] TransferError),
}

impl From<sea_orm::DbErr> for ConfirmError {
    fn from(error: sea_orm::DbErr) -> Self {
        Self::Transfer(error.into())
    }
}

/// Makes the payment of a checkout durable, completes the checkout, and rings the doorbell. Confirming again is the same
/// payment.
///
/// # Errors
/// [`ConfirmError`].
pub async fn confirm(services: &Services, confirmation: Confirmation) -> Result<Confirmed, ConfirmError> {
    let again = confirmation.clone();
    fault::point("confirm.before_write");
    let confirmed = match write(services, confirmation).await {
        // Another process completed it, or paid for the order, between our look and our write: look again.
        Err(ConfirmError::Transfer(error)) if idempotency::is_taken(&error) => {
            look_again(services, &again, error).await?
        }
        other => other?,
    };
    fault::point("confirm.after_commit");
    log::about_id(TransferKind::Payment, confirmed.payment);
    if !confirmed.again {
        services.metrics.accepted(TransferKind::Payment);
        services
            .doorbell
            .ring_for(Ring::Payment(confirmed.payment), again.request_id);
    }
    fault::point("confirm.before_answer");
    Ok(confirmed)
}

async fn look_again(
    services: &Services,
    confirmation: &Confirmation,
    error: TransferError,
) -> Result<Confirmed, ConfirmError> {
    let db = services.db.read();
    let found = checkouts::Entity::find_by_id(confirmation.checkout).one(db).await?;
    let checkout = found.ok_or(ConfirmError::NotFound)?;
    if let Some(confirmed) = completed(&checkout, confirmation.member)? {
        return Ok(confirmed);
    }
    accept::refuse_open_order(db, checkout.partner_id, &checkout.order_id).await?;
    Err(error.into())
}

/// The payment of a checkout that is completed, when it is this member's.
fn completed(checkout: &checkouts::Model, member: UserId) -> Result<Option<Confirmed>, ConfirmError> {
    match (checkout.status, checkout.payment_id) {
        (CheckoutStatus::Completed, Some(payment)) if checkout.member_id == Some(member) => {
            Ok(Some(Confirmed { payment, again: true }))
        }
        (CheckoutStatus::Completed, _) => Err(ConfirmError::CompletedByOther),
        (CheckoutStatus::Open | CheckoutStatus::Expired, _) => Ok(None),
    }
}

async fn write(services: &Services, confirmation: Confirmation) -> Result<Confirmed, ConfirmError> {
    let now = services.clock.now();
    let limits = services.settings.limits.clone();
    services
        .db
        .write(move |tx| async move { write_within(tx, confirmation, &limits, now).await }.boxed())
        .await
}

async fn write_within(
    tx: &DatabaseTransaction,
    confirmation: Confirmation,
    limits: &LimitSettings,
    now: DateTime<Utc>,
) -> Result<Confirmed, ConfirmError> {
    // SQLite ignores the locks: it has one writer.
    let found = checkouts::Entity::find_by_id(confirmation.checkout)
        .lock_exclusive()
        .one(tx)
        .await?;
    let checkout = found.ok_or(ConfirmError::NotFound)?;
    if let Some(confirmed) = completed(&checkout, confirmation.member)? {
        return Ok(confirmed);
    }
    if !verbs::is_open(&checkout, now) {
        return Err(ConfirmError::Expired);
    }
    if !standing::is_open(tx, (checkout.partner_id, checkout.mode), now).await? {
        return Err(ConfirmError::ShopClosed);
    }
    let id = TransferId::new();
    let key = key_of(&checkout, confirmation.member);
    let key = idempotency::take(tx, checkout.partner_id, Operation::ConfirmCheckout, &key, id, now).await?;
    let parties = payer(tx, &checkout, &confirmation).await?;
    let amount = Won::new(checkout.amount_won);
    policy::check_ceiling(amount, limits)?;
    accept::refuse_open_order(tx, checkout.partner_id, &checkout.order_id).await?;
    refuse_paid_order(tx, &checkout).await?;
    usage::take(tx, (parties, None), amount, limits, now).await?;

    let expires_at = now + TimeDelta::seconds(limits.payment_expires_secs);
    let payment = transfers::Model {
        id,
        open_order_key: Some(policy::open_order_key(checkout.partner_id, &checkout.order_id)),
        order_id: Some(checkout.order_id.clone()),
        description: checkout.description.clone(),
        metadata: checkout.metadata.clone(),
        mode: checkout.mode,
        request_id: confirmation.request_id,
        expires_at: Some(expires_at),
        ..policy::queued(TransferKind::Payment, amount, now, parties)
    };
    state::create(tx, payment, Actor::Member, json!({})).await?;
    // Again, now that the order is held: another payment of it may have come and been paid while this one waited for a lock.
    refuse_paid_order(tx, &checkout).await?;
    complete(tx, &checkout, (confirmation.member, id), now).await?;
    idempotency::answer(
        tx,
        key,
        &json!({ "payment_id": Prefix::Payment.show(id.0) }).to_string(),
    )
    .await?;
    fault::point("confirm.before_commit");
    Ok(Confirmed {
        payment: id,
        again: false,
    })
}

/// One confirmation for each checkout: its own id is the key.
fn key_of(checkout: &checkouts::Model, member: UserId) -> IdempotencyKey {
    let meaning = json!({ "member": Prefix::Member.show(member.0), "amount": checkout.amount_won });
    IdempotencyKey::new(Prefix::Checkout.show(checkout.id.0), &meaning)
}

/// Whose money it is: neither leaves, nor is the account let go, before the commit.
async fn payer(
    tx: &DatabaseTransaction,
    checkout: &checkouts::Model,
    confirmation: &Confirmation,
) -> Result<policy::Parties, ConfirmError> {
    let member = members::Entity::find_by_id(confirmation.member)
        .lock_shared()
        .one(tx)
        .await?;
    member.ok_or(ConfirmError::NoAccount)?;
    let account: Option<bank_accounts::Model> = usable_account(tx, confirmation.member, confirmation.account).await?;
    let account = account.ok_or(ConfirmError::NoAccount)?;
    Ok(policy::Parties {
        partner_id: checkout.partner_id,
        member_id: confirmation.member,
        account_id: account.id,
    })
}

/// A shop that made a second link for an order, and a member with both open, pay once. What was given back whole may be
/// paid again.
async fn refuse_paid_order(tx: &impl ConnectionTrait, checkout: &checkouts::Model) -> Result<(), ConfirmError> {
    use transfers::Column;
    let paid = transfers::Entity::find()
        .filter(Column::PartnerId.eq(checkout.partner_id))
        .filter(Column::OrderId.eq(checkout.order_id.as_str()))
        .filter(Column::Kind.eq(TransferKind::Payment))
        .filter(Column::State.eq(TransferState::Succeeded))
        .filter(Column::MandateId.is_null())
        .filter(Expr::col(Column::RefundedWon).lt(Expr::col(Column::AmountWon)))
        .one(tx)
        .await?;
    paid.map_or(Ok(()), |_| Err(ConfirmError::OrderPaid))
}

/// Compare-and-set: of a confirmation and the end of its time one comes first.
async fn complete(
    tx: &DatabaseTransaction,
    checkout: &checkouts::Model,
    (member, payment): (UserId, TransferId),
    now: DateTime<Utc>,
) -> Result<(), ConfirmError> {
    use checkouts::Column;
    let completed = checkouts::Model {
        status: CheckoutStatus::Completed,
        version: checkout.version + 1,
        member_id: Some(member),
        payment_id: Some(payment),
        completed_at: Some(now),
        ..checkout.clone()
    };
    let update = checkouts::Entity::update_many()
        .col_expr(Column::Status, Expr::value(completed.status.as_str()))
        .col_expr(Column::Version, Expr::value(completed.version))
        .col_expr(Column::MemberId, Expr::value(member.0))
        .col_expr(Column::PaymentId, Expr::value(payment.0))
        .col_expr(Column::CompletedAt, Expr::value(now))
        .filter(Column::Id.eq(checkout.id))
        .filter(Column::Status.eq(CheckoutStatus::Open))
        .filter(Column::Version.eq(checkout.version));
    if update.exec(tx).await?.rows_affected == 0 {
        return Err(TransferError::Raced.into());
    }
    outbox::record_checkout(tx, &completed, now).await?;
    Ok(())
}
