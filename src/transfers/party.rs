//! The member's account as the bank knows it, opened for one call and hidden again.

use sea_orm::EntityTrait;

use super::TransferError;
use crate::accounts::numbers;
use crate::bank::{AccountAtBank, FinAccountNumber};
use crate::models::{bank_accounts, transfers};
use crate::security::sealed::SealError;
use crate::services::Services;

/// Why the account cannot be named to the bank: then no request can be built.
#[derive(Debug, thiserror::Error)]
pub enum PartyError {
    #[error(transparent)]
    Transfer(#[from] TransferError),
    #[error(transparent)]
    Sealed(#[from] SealError),
    #[error("the account has no fin account")]
    NoFinAccount,
}

/// The account of a transfer.
pub struct Party {
    pub fin_account: FinAccountNumber,
    pub account: AccountAtBank,
}

/// Opens the sealed numbers of the account that the transfer names.
///
/// # Errors
/// When the account or its fin account is missing, or was sealed with another key.
pub async fn of(services: &Services, transfer: &transfers::Model) -> Result<Party, PartyError> {
    let account = bank_accounts::Entity::find_by_id(transfer.account_id)
        .one(services.db.read())
        .await
        .map_err(TransferError::from)?
        .ok_or(TransferError::NotFound)?;
    let fin_account = numbers::fin_account(&services.sealer, &account)?.ok_or(PartyError::NoFinAccount)?;
    let account = numbers::at_bank(&services.sealer, &account)?;
    Ok(Party { fin_account, account })
}
