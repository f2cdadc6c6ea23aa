//! A payment and a refund, as a partner reads them.

use std::collections::BTreeMap;

use chrono::{DateTime, FixedOffset};
use serde::Serialize;

use super::{BankBody, shown, shown_if};
use crate::ids::Prefix;
use crate::models::kinds::{FailureCode, Mode, MoneyMoved, TransferState};
use crate::models::{bank_accounts, transfers};
use crate::money::Won;
use crate::transfers::refund;
use crate::views::i18n::{Language, TextArgs, text};

#[derive(Serialize)]
pub struct PaymentBody {
    id: String,
    object: &'static str,
    status: TransferState,
    money_moved: MoneyMoved,
    version: i64,
    order_id: Option<String>,
    amount: i64,
    refunded_amount: i64,
    refundable_amount: Won,
    currency: &'static str,
    description: String,
    mandate_id: Option<String>,
    bank: BankBody,
    account_masked: String,
    failure: Option<FailureBody>,
    /// The success became known after the payment's own `expires_at`: the order may be given up already.
    late: bool,
    metadata: BTreeMap<String, String>,
    created_at: DateTime<FixedOffset>,
    updated_at: DateTime<FixedOffset>,
    executed_at: Option<DateTime<FixedOffset>>,
    settled_at: Option<DateTime<FixedOffset>>,
    next_check_at: Option<DateTime<FixedOffset>>,
    expires_at: Option<DateTime<FixedOffset>>,
    livemode: bool,
}

#[derive(Serialize)]
pub struct RefundBody {
    id: String,
    object: &'static str,
    payment_id: Option<String>,
    status: TransferState,
    money_moved: MoneyMoved,
    version: i64,
    amount: i64,
    reason: String,
    failure: Option<FailureBody>,
    created_at: DateTime<FixedOffset>,
    updated_at: DateTime<FixedOffset>,
    executed_at: Option<DateTime<FixedOffset>>,
    settled_at: Option<DateTime<FixedOffset>>,
    next_check_at: Option<DateTime<FixedOffset>>,
}

#[derive(Serialize)]
struct FailureBody {
    code: FailureCode,
    message: String,
}

impl FailureBody {
    fn of(transfer: &transfers::Model, language: Language) -> Option<Self> {
        let code = transfer.failure_code?;
        let message = text(language, &format!("failure-{}", code.as_str()), &TextArgs::new());
        Some(Self { code, message })
    }
}

impl PaymentBody {
    /// # Errors
    /// When the stored metadata is not what we stored.
    pub fn new(
        payment: &transfers::Model,
        account: &bank_accounts::Model,
        language: Language,
    ) -> Result<Self, serde_json::Error> {
        let settled_late = payment
            .settled_at
            .zip(payment.expires_at)
            .is_some_and(|(settled, expires)| settled > expires);
        Ok(Self {
            id: Prefix::Payment.show(payment.id.0),
            object: "payment",
            status: payment.state,
            money_moved: payment.state.money_moved(),
            version: payment.version,
            order_id: payment.order_id.clone(),
            amount: payment.amount_won,
            refunded_amount: payment.refunded_won,
            refundable_amount: refund::remaining(payment),
            currency: "KRW",
            description: payment.description.clone(),
            mandate_id: payment.mandate_id.map(|id| Prefix::Mandate.show(id.0)),
            bank: BankBody::new(&account.bank_code),
            account_masked: account.number_masked.clone(),
            failure: FailureBody::of(payment, language),
            late: payment.state == TransferState::Succeeded && settled_late,
            metadata: payment
                .metadata
                .as_deref()
                .map_or(Ok(BTreeMap::new()), serde_json::from_str)?,
            created_at: shown(payment.created_at),
            updated_at: shown(payment.updated_at),
            executed_at: shown_if(payment.executed_at),
            settled_at: shown_if(payment.settled_at),
            next_check_at: shown_if(payment.next_check_at),
            expires_at: shown_if(payment.expires_at),
            livemode: payment.mode == Mode::Live,
        })
    }
}

impl RefundBody {
    #[must_use]
    pub fn new(refund: &transfers::Model, language: Language) -> Self {
        Self {
            id: Prefix::Refund.show(refund.id.0),
            object: "refund",
            payment_id: refund.payment_id.map(|id| Prefix::Payment.show(id.0)),
            status: refund.state,
            money_moved: refund.state.money_moved(),
            version: refund.version,
            amount: refund.amount_won,
            reason: refund.description.clone(),
            failure: FailureBody::of(refund, language),
            created_at: shown(refund.created_at),
            updated_at: shown(refund.updated_at),
            executed_at: shown_if(refund.executed_at),
            settled_at: shown_if(refund.settled_at),
            next_check_at: shown_if(refund.next_check_at),
        }
    }
}
