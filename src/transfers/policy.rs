//! What may be charged: limits of a mandate, one open payment per order, and the shape of a queued transfer.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};

use super::TransferError;
use crate::bank;
use crate::clock::{kst_date, kst_midnight};
use crate::config::LimitSettings;
use crate::ids::{AccountId, PartnerId, TransferId, UserId};
use crate::models::kinds::{Mode, TransferKind, TransferState};
use crate::models::{mandates, transfers};
use crate::money::Won;

/// Twelve characters tell two payments of one account apart in its passbook.
const SHORT_CODE_DIGITS: u32 = 12;

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

/// Both limits of a mandate, with the row locked by the caller. The day is the Korean one.
///
/// # Errors
/// `OverPaymentLimit` or `OverDailyLimit`.
pub async fn check_limits<C: ConnectionTrait>(
    tx: &C,
    mandate: &mandates::Model,
    amount: Won,
    now: DateTime<Utc>,
) -> Result<(), TransferError> {
    let limit = Won::new(mandate.per_payment_limit_won);
    if amount > limit {
        return Err(TransferError::OverPaymentLimit { limit_won: limit });
    }
    let used = used_today(tx, mandate, now).await?;
    let remaining = Won::new(mandate.daily_limit_won).checked_sub(used).unwrap_or(Won::ZERO);
    if amount > remaining {
        return Err(TransferError::OverDailyLimit {
            remaining_won: remaining.max(Won::ZERO),
        });
    }
    Ok(())
}

/// What was asked of the mandate today and did not fail: an unknown payment counts, for its money may have moved.
async fn used_today<C: ConnectionTrait>(
    tx: &C,
    mandate: &mandates::Model,
    now: DateTime<Utc>,
) -> Result<Won, TransferError> {
    use TransferState::{Canceled, Expired, Failed};
    // The cast keeps MySQL's sum, which is a decimal there, a whole number.
    let sum: Option<i64> = transfers::Entity::find()
        .select_only()
        .expr(Expr::cust("CAST(COALESCE(SUM(amount_won), 0) AS SIGNED)"))
        .filter(transfers::Column::MandateId.eq(mandate.id))
        .filter(transfers::Column::CreatedAt.gte(kst_midnight(kst_date(now))))
        .filter(transfers::Column::State.is_not_in([Canceled, Expired, Failed]))
        .into_tuple()
        .one(tx)
        .await?;
    Ok(Won::new(sum.unwrap_or_default()))
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
    #[must_use]
    pub const fn of_mandate(mandate: &mandates::Model) -> Self {
        Self {
            partner_id: mandate.partner_id,
            member_id: mandate.member_id,
            account_id: mandate.account_id,
        }
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
        mode: Mode::Test,
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
