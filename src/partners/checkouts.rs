//! Hosted checkouts: a partner asks for one payment by a link, and a member confirms it (`transfers/accept_checkout.rs`).
//!
//! ```text
//!   open ── a member confirms ──▶ completed, with its payment for good, however that ends
//!     └──── its time is over ───▶ expired          (checkout_expiry.rs)
//! ```
//!
//! A checkout that is completed stays so when its payment fails: the partner makes another one, with another link. A member
//! who turns away leaves it open, for the same link can be come back to until its time is over.
//!
//! If the process dies before the commit, nothing was opened and the partner repeats its request; after it, the partner
//! repeats it and gets the stored answer. No money is about.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use futures::FutureExt;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, IntoActiveModel,
    QueryFilter,
};

use super::mandate_request::RequestError;
use super::{return_urls, standing};
use crate::config::LimitSettings;
use crate::ids::{CheckoutId, PartnerId};
use crate::models::checkouts;
use crate::models::kinds::{CheckoutStatus, Mode};
use crate::money::Won;
use crate::services::Services;
use crate::transfers::idempotency::{IdempotencyKey, Operation};
use crate::transfers::once::{Answered, once};
use crate::transfers::{TransferError, accept, policy};

/// What a partner asks for, already checked in itself.
#[derive(Clone, Debug)]
pub struct NewCheckout {
    pub partner_id: PartnerId,
    pub mode: Mode,
    pub order_id: String,
    pub amount: Won,
    pub description: String,
    pub return_url: String,
    pub metadata: BTreeMap<String, String>,
}

/// Writes the JSON answer for a new row.
pub type Render = Box<dyn FnOnce(&checkouts::Model) -> Result<String, serde_json::Error> + Send>;

/// Opens a checkout, once for a key.
///
/// # Errors
/// [`RequestError`]; `DuplicateOrder` where the order has a payment that is not final.
pub async fn open(
    services: &Services,
    asked: NewCheckout,
    key: IdempotencyKey,
    render: Render,
) -> Result<Answered, RequestError> {
    let (now, limits) = (services.clock.now(), services.settings.limits.clone());
    let of = (asked.partner_id, Operation::CreateCheckout);
    // What a member will be asked to pay is promised here: a member is not sent away at the last step.
    let full = services.backlog.overfull(services, asked.partner_id).await;
    once(services, of, key, move |tx| {
        async move {
            accept::refuse_overfull(full)?;
            write(tx, asked, &limits, now, render).await
        }
        .boxed()
    })
    .await
}

async fn write(
    tx: &DatabaseTransaction,
    asked: NewCheckout,
    limits: &LimitSettings,
    now: DateTime<Utc>,
    render: Render,
) -> Result<String, RequestError> {
    standing::refuse_stopped(tx, asked.partner_id).await?;
    let return_url = return_urls::allows(tx, (asked.partner_id, asked.mode), &asked.return_url).await?;
    policy::check_ceiling(asked.amount, limits)?;
    accept::refuse_open_order(tx, asked.partner_id, &asked.order_id).await?;
    let metadata = (!asked.metadata.is_empty()).then(|| serde_json::to_string(&asked.metadata));
    let row = checkouts::Model {
        id: CheckoutId::new(),
        partner_id: asked.partner_id,
        mode: asked.mode,
        status: CheckoutStatus::Open,
        version: 1,
        order_id: asked.order_id,
        amount_won: asked.amount.get(),
        description: asked.description,
        metadata: metadata.transpose().map_err(TransferError::from)?,
        return_url,
        member_id: None,
        payment_id: None,
        created_at: now,
        expires_at: now + TimeDelta::seconds(limits.checkout_expires_secs),
        completed_at: None,
    };
    let body = render(&row).map_err(TransferError::from)?;
    checkouts::Entity::insert(row.into_active_model().reset_all())
        .exec_without_returning(tx)
        .await?;
    Ok(body)
}

/// The partner's checkout.
///
/// # Errors
/// The database's.
pub async fn find_of_partner(
    db: &impl ConnectionTrait,
    (partner, mode): (PartnerId, Mode),
    id: CheckoutId,
) -> Result<Option<checkouts::Model>, DbErr> {
    checkouts::Entity::find_by_id(id)
        .filter(checkouts::Column::PartnerId.eq(partner))
        .filter(checkouts::Column::Mode.eq(mode))
        .one(db)
        .await
}

/// Whether a member can still confirm it: the clock decides, however late the sweep comes.
#[must_use]
pub fn is_open(checkout: &checkouts::Model, now: DateTime<Utc>) -> bool {
    checkout.status == CheckoutStatus::Open && now < checkout.expires_at
}
