//! Payments and refunds as the lists show them, to members and staff alike, and the account behind them.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::{
    models::kinds::{MoneyMoved, TransferKind, TransferState},
    money::Won,
};

/// One payment or refund in a list.
#[derive(Clone, Debug, Serialize)]
pub struct TransferRow {
    /// As shown outside: `pay_…` or `ref_…`.
    pub id: String,
    pub kind: TransferKind,
    pub status: TransferState,
    pub money_moved: MoneyMoved,
    pub amount: Won,
    pub partner_name: String,
    /// What the partner says it is for; a refund's reason.
    pub description: String,
    /// The partner's order; a refund has its payment's.
    pub order_id: Option<String>,
    /// When it was accepted.
    pub at: DateTime<Utc>,
}

/// The account that a payment came from or a refund goes to.
#[derive(Clone, Debug, Serialize)]
pub struct AccountLabel {
    /// `acc_…`; `None` when the account was unlinked meanwhile, so that there is no page to go to.
    pub id: Option<String>,
    pub nickname: String,
    /// The bank's three-digit code, such as `011`.
    pub bank_code: String,
    pub number_masked: String,
}
