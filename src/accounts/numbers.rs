//! The numbers of an account, sealed in its row and opened where the bank needs them.

use super::AccountRow;
use crate::bank::{AccountAtBank, AccountNumber, BankCode, FinAccountNumber};
use crate::ids::{AccountId, UserId};
use crate::security::sealed::{Place, SealError, Sealer};

const NUMBER_COLUMN: &str = "bank_accounts.number";
const FIN_ACCOUNT_COLUMN: &str = "bank_accounts.fin_account";
const LIVE_COLUMN: &str = "bank_accounts.live_number_key";

/// # Errors
/// When the cipher refuses.
pub fn seal_number(sealer: &Sealer, row: AccountId, number: &AccountNumber) -> Result<String, SealError> {
    sealer.seal(place(NUMBER_COLUMN, row), number.as_str())
}

/// # Errors
/// When the cipher refuses.
pub fn seal_fin_account(sealer: &Sealer, row: AccountId, fin: &FinAccountNumber) -> Result<String, SealError> {
    sealer.seal(place(FIN_ACCOUNT_COLUMN, row), fin.as_str())
}

/// The account as the bank knows it: where a refund goes.
///
/// # Errors
/// When the row was altered or sealed with another key.
pub fn at_bank(sealer: &Sealer, account: &AccountRow) -> Result<AccountAtBank, SealError> {
    let number = sealer.open(place(NUMBER_COLUMN, account.id), &account.number_sealed)?;
    Ok(AccountAtBank {
        bank: BankCode::new(account.bank_code.as_str()),
        account: AccountNumber::new(number),
    })
}

/// The fin account; `None` while the link is pending.
///
/// # Errors
/// When the row was altered or sealed with another key.
pub fn fin_account(sealer: &Sealer, account: &AccountRow) -> Result<Option<FinAccountNumber>, SealError> {
    let Some(sealed) = &account.fin_account_sealed else {
        return Ok(None);
    };
    let fin = sealer.open(place(FIN_ACCOUNT_COLUMN, account.id), sealed)?;
    Ok(Some(FinAccountNumber::new(fin)))
}

/// A number as somebody says it: ten to fourteen digits, however they are grouped.
#[must_use]
pub fn said_number(text: &str) -> Option<AccountNumber> {
    let is_number = text
        .chars()
        .all(|letter| letter.is_ascii_digit() || matches!(letter, '-' | ' '));
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    (is_number && (10..=14).contains(&digits.len())).then(|| AccountNumber::new(digits))
}

/// What an account is found by without being read: its blind index.
///
/// # Errors
/// See [`Sealer::blind_index`].
pub fn number_index(sealer: &Sealer, number: &AccountNumber) -> Result<String, SealError> {
    sealer.blind_index(NUMBER_COLUMN, number.as_str())
}

/// Unique while a link is pending: one member cannot begin twice with one account. Other members may, for whoever types
/// a number has not shown that it is theirs, and must not keep its owner from linking it.
///
/// # Errors
/// See [`Sealer::blind_index`].
pub fn pending_key(
    sealer: &Sealer,
    member: UserId,
    bank: &BankCode,
    number: &AccountNumber,
) -> Result<String, SealError> {
    let text = format!("pending:{}:{}:{}", member.0.simple(), bank.as_str(), number.as_str());
    sealer.blind_index(LIVE_COLUMN, &text)
}

/// Unique while linked: once the bank has given a fin account, the account is this member's alone.
///
/// # Errors
/// See [`Sealer::blind_index`].
pub fn active_key(sealer: &Sealer, at_bank: &AccountAtBank) -> Result<String, SealError> {
    let text = format!("active:{}:{}", at_bank.bank.as_str(), at_bank.account.as_str());
    sealer.blind_index(LIVE_COLUMN, &text)
}

const fn place(column: &'static str, row: AccountId) -> Place {
    Place { column, row: row.0 }
}
