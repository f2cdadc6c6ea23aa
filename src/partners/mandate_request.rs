//! A partner asks for a mandate: a row that waits for its member, and a link to approve it by.
//!
//! If the process dies before the commit, nothing was asked and the partner repeats its request; after it, the partner
//! repeats it and gets the stored answer. No money is about.

use chrono::{DateTime, TimeDelta, Utc};
use futures::FutureExt;
use sea_orm::{ActiveModelTrait, DatabaseTransaction, DbErr, EntityTrait, IntoActiveModel};

use super::return_urls::{self, ListError, ReturnUrlFault};
use super::standing;
use crate::config::LimitSettings;
use crate::ids::{MandateId, PartnerId};
use crate::models::kinds::{MandateStatus, Mode};
use crate::models::mandates;
use crate::money::Won;
use crate::services::Services;
use crate::transfers::TransferError;
use crate::transfers::idempotency::{IdempotencyKey, Operation};
use crate::transfers::once::{Answered, once};

/// A day's limit is of at most so many of the largest payments: what is consented to must mean something.
pub const LARGEST_PAYMENTS_A_DAY: i64 = 10;

/// What a partner asks for, already checked in itself.
#[derive(Clone, Debug)]
pub struct NewMandate {
    pub partner_id: PartnerId,
    pub mode: Mode,
    pub return_url: String,
    pub per_payment_limit: Won,
    pub daily_limit: Won,
    /// The partner's own name for the member.
    pub reference: Option<String>,
}

/// Why a partner's request for a member's yes makes nothing. Nothing is written then.
#[derive(Debug, thiserror::Error)]
pub enum RequestError {
    #[error(transparent)]
    ReturnUrl(#[from] ReturnUrlFault),
    #[error("`{field}` is at most {most}")]
    TooMuch { field: &'static str, most: Won },
    #[error("a day's limit holds one payment at least")]
    DayBelowOnePayment,
    #[error(transparent)]
    Transfer(#[from] TransferError),
}

impl From<DbErr> for RequestError {
    fn from(error: DbErr) -> Self {
        Self::Transfer(error.into())
    }
}

impl From<ListError> for RequestError {
    fn from(error: ListError) -> Self {
        match error {
            ListError::Fault(fault) => fault.into(),
            ListError::Database(error) => error.into(),
            // What only changes of the list meet.
            ListError::Known | ListError::TooMany | ListError::NotFound => ReturnUrlFault::NotRegistered.into(),
        }
    }
}

/// Writes the JSON answer for a new row.
pub type Render = Box<dyn FnOnce(&mandates::Model) -> Result<String, serde_json::Error> + Send>;

/// Asks for a mandate, once for a key.
///
/// # Errors
/// [`RequestError`].
pub async fn ask(
    services: &Services,
    asked: NewMandate,
    key: IdempotencyKey,
    render: Render,
) -> Result<Answered, RequestError> {
    let (now, limits) = (services.clock.now(), services.settings.limits.clone());
    let of = (asked.partner_id, Operation::CreateMandate);
    once(services, of, key, move |tx| {
        async move { write(tx, asked, &limits, now, render).await }.boxed()
    })
    .await
}

async fn write(
    tx: &DatabaseTransaction,
    asked: NewMandate,
    limits: &LimitSettings,
    now: DateTime<Utc>,
    render: Render,
) -> Result<String, RequestError> {
    standing::refuse_stopped(tx, asked.partner_id).await?;
    let return_url = return_urls::allows(tx, (asked.partner_id, asked.mode), &asked.return_url).await?;
    let most = Won::new(limits.max_payment_won);
    let most_a_day = Won::new(limits.max_payment_won.saturating_mul(LARGEST_PAYMENTS_A_DAY));
    for (field, limit, most) in [
        ("per_payment_limit", asked.per_payment_limit, most),
        ("daily_limit", asked.daily_limit, most_a_day),
    ] {
        if limit > most {
            return Err(RequestError::TooMuch { field, most });
        }
    }
    if asked.daily_limit < asked.per_payment_limit {
        return Err(RequestError::DayBelowOnePayment);
    }
    let row = mandates::Model {
        id: MandateId::new(),
        partner_id: asked.partner_id,
        mode: asked.mode,
        member_id: None,
        account_id: None,
        status: MandateStatus::Pending,
        per_payment_limit_won: asked.per_payment_limit.get(),
        daily_limit_won: asked.daily_limit.get(),
        own_per_payment_limit_won: None,
        own_daily_limit_won: None,
        reference: asked.reference,
        return_url: Some(return_url),
        version: 1,
        created_at: now,
        expires_at: Some(now + TimeDelta::seconds(limits.mandate_expires_secs)),
        activated_at: None,
        revoked_at: None,
    };
    let body = render(&row).map_err(TransferError::from)?;
    mandates::Entity::insert(row.into_active_model().reset_all())
        .exec_without_returning(tx)
        .await?;
    Ok(body)
}
