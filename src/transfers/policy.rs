//! What may be charged at all, one open payment per order, and the shape of a queued transfer.

use chrono::{DateTime, TimeDelta, Utc};

use super::TransferError;
use crate::bank;
use crate::config::LimitSettings;
use crate::ids::{AccountId, PartnerId, TransferId, UserId};
use crate::models::kinds::{Mode, TransferKind, TransferState};
use crate::models::{mandates, transfers};
use crate::money::Won;

/// Twelve characters tell two payments of one account apart in its passbook.
const SHORT_CODE_DIGITS: u32 = 12;
/// A year, a leap year's as well.
const EXPIRES_WITHIN: TimeDelta = TimeDelta::days(366);

/// The most that one transfer may move here, whatever a mandate allows.
///
/// # Errors
/// `OverCeiling`.
pub fn check_ceiling(amount: Won, limits: &LimitSettings) -> Result<(), TransferError> {
    let most_won = Won::new(limits.max_payment_won);
    if amount > most_won {
        Err(TransferError::OverCeiling { most_won })
    } else {
        Ok(())
    }
}

/// When a payment may expire. Databases end their calendars at different years, none of them near.
///
/// # Errors
/// `ExpiresInPast`, `ExpiresTooLate`.
pub fn check_expiry(expires_at: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Result<(), TransferError> {
    match expires_at {
        Some(at) if at <= now => Err(TransferError::ExpiresInPast),
        Some(at) if at > now + EXPIRES_WITHIN => Err(TransferError::ExpiresTooLate),
        _ => Ok(()),
    }
}

/// The unique mark of an order that has a payment under way.
#[must_use]
pub fn open_order_key(partner: PartnerId, order: &str) -> String {
    format!("{}:{order}", partner.0.simple())
}

/// Whose money a transfer is about.
#[derive(Clone, Copy, Debug)]
pub struct Parties {
    pub partner_id: PartnerId,
    pub member_id: UserId,
    pub account_id: AccountId,
}

impl Parties {
    /// `None` for a mandate that no member has approved.
    #[must_use]
    pub fn of_mandate(mandate: &mandates::Model) -> Option<Self> {
        Some(Self {
            partner_id: mandate.partner_id,
            member_id: mandate.member_id?,
            account_id: mandate.account_id?,
        })
    }

    #[must_use]
    pub const fn of_payment(payment: &transfers::Model) -> Self {
        Self {
            partner_id: payment.partner_id,
            member_id: payment.member_id,
            account_id: payment.account_id,
        }
    }
}

/// A transfer that nobody has touched yet.
#[must_use]
pub fn queued(kind: TransferKind, amount: Won, now: DateTime<Utc>, parties: Parties) -> transfers::Model {
    transfers::Model {
        id: TransferId::new(),
        kind,
        state: TransferState::Queued,
        version: 1,
        partner_id: parties.partner_id,
        member_id: parties.member_id,
        account_id: parties.account_id,
        mandate_id: None,
        payment_id: None,
        order_id: None,
        open_order_key: None,
        amount_won: amount.get(),
        refund_reserved_won: 0,
        refunded_won: 0,
        description: String::new(),
        metadata: None,
        short_code: bank::random_code(SHORT_CODE_DIGITS),
        history_hash: String::new(),
        mode: Mode::Test,
        request_id: None,
        trace_number: None,
        trace_at: None,
        failure_code: None,
        bank_code: None,
        unknown_reason: None,
        created_at: now,
        updated_at: now,
        rung_at: None,
        executed_at: None,
        lease_until: None,
        settled_at: None,
        expires_at: None,
        next_check_at: None,
        checks: 0,
        not_found_answers: 0,
        not_found_since: None,
    }
}
