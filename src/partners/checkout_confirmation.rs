//! A member confirms a checkout: it can still be, they have typed their password, and the payment is accepted.
//!
//! What happens when the process dies is told where it is written: `transfers/accept_checkout.rs`.

use sea_orm::EntityTrait;
use secrecy::SecretString;

use super::checkouts::is_open;
use crate::ids::{AccountId, CheckoutId, RequestId};
use crate::members::password_change::{ProofError, is_password_of};
use crate::models::kinds::CheckoutStatus;
use crate::models::{checkouts, users};
use crate::services::Services;
use crate::transfers::accept_checkout::{self, ConfirmError, Confirmation, Confirmed};

/// A member's yes, as the page sent it.
pub struct Yes {
    pub account: AccountId,
    pub password: SecretString,
    pub request_id: Option<RequestId>,
}

/// Why a checkout is not paid. Nothing is written then.
#[derive(Debug, thiserror::Error)]
pub enum NotConfirmed {
    #[error("it is not the member's password")]
    WrongPassword,
    #[error(transparent)]
    Proof(#[from] ProofError),
    #[error(transparent)]
    Refused(#[from] ConfirmError),
}

/// Confirms; a checkout that this member has confirmed before answers with its payment, whatever was typed.
///
/// # Errors
/// [`NotConfirmed`].
pub async fn confirm(
    services: &Services,
    user: &users::Model,
    checkout: CheckoutId,
    yes: Yes,
) -> Result<Confirmed, NotConfirmed> {
    let found = checkouts::Entity::find_by_id(checkout).one(services.db.read()).await;
    let found = found.map_err(ConfirmError::from)?.ok_or(ConfirmError::NotFound)?;
    match (found.status, found.payment_id) {
        (CheckoutStatus::Completed, Some(payment)) if found.member_id == Some(user.id) => {
            return Ok(Confirmed { payment, again: true });
        }
        (CheckoutStatus::Completed, _) => return Err(ConfirmError::CompletedByOther.into()),
        _ if !is_open(&found, services.clock.now()) => return Err(ConfirmError::Expired.into()),
        _ => {}
    }
    if !is_password_of(services, user, yes.password).await? {
        return Err(NotConfirmed::WrongPassword);
    }
    let confirmation = Confirmation {
        checkout,
        member: user.id,
        account: yes.account,
        request_id: yes.request_id,
    };
    Ok(accept_checkout::confirm(services, confirmation).await?)
}
