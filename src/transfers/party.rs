//! The member's account as the bank knows it, opened for one call and hidden again.

use sea_orm::EntityTrait;

use super::TransferError;
use crate::accounts::numbers;
use crate::bank::{AccountAtBank, FinAccountNumber};
use crate::log;
use crate::models::{bank_accounts, transfers};
use crate::services::Services;

/// The account of a transfer.
pub struct Party {
    pub fin_account: FinAccountNumber,
    pub account: AccountAtBank,
}

/// Opens the sealed numbers of the account that the transfer names. `None` when it cannot be named to the bank: the
/// account or its fin account is missing, or was sealed with another key.
///
/// # Errors
/// The database's own, which prove nothing about the account.
pub async fn of(services: &Services, transfer: &transfers::Model) -> Result<Option<Party>, TransferError> {
    let account = bank_accounts::Entity::find_by_id(transfer.account_id)
        .one(services.db.read())
        .await?;
    let Some(account) = account else {
        log::of(transfer).in_scope(|| tracing::error!("the account of a transfer is missing"));
        return Ok(None);
    };
    let opened = numbers::fin_account(&services.sealer, &account)
        .and_then(|fin_account| Ok((fin_account, numbers::at_bank(&services.sealer, &account)?)));
    match opened {
        Ok((Some(fin_account), account)) => Ok(Some(Party { fin_account, account })),
        Ok((None, _)) => Ok(None),
        Err(error) => {
            log::of(transfer).in_scope(|| tracing::error!(%error, "the numbers of an account cannot be opened"));
            Ok(None)
        }
    }
}
