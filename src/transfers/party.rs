//! The member's account as the bank knows it, opened for one call and hidden again.

use sea_orm::EntityTrait;

use super::TransferError;
use crate::bank::{AccountAtBank, AccountNumber, BankCode, FinAccountNumber};
use crate::models::{bank_accounts, transfers};
use crate::security::sealed::{Place, SealError};
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
    let sealed = account.fin_account_sealed.as_deref().ok_or(PartyError::NoFinAccount)?;
    let place = |column| Place {
        column,
        row: account.id.0,
    };
    let fin_account = services.sealer.open(place("bank_accounts.fin_account"), sealed)?;
    let number = services
        .sealer
        .open(place("bank_accounts.number"), &account.number_sealed)?;
    Ok(Party {
        fin_account: FinAccountNumber::new(fin_account),
        account: AccountAtBank {
            bank: BankCode::new(account.bank_code),
            account: AccountNumber::new(number),
        },
    })
}
