//! A mandate, as a partner reads it.

use chrono::{DateTime, FixedOffset};
use serde::Serialize;

use super::{BankBody, shown, shown_if};
use crate::ids::Prefix;
use crate::models::kinds::{MandateStatus, Mode};
use crate::models::{bank_accounts, mandates};

#[derive(Serialize)]
pub struct MandateBody {
    id: String,
    object: &'static str,
    status: MandateStatus,
    version: i64,
    per_payment_limit: i64,
    daily_limit: i64,
    reference: Option<String>,
    return_url: Option<String>,
    /// Where a member approves it; null in what is told of it, and once it is answered.
    approval_url: Option<String>,
    /// With the account, null until a member approves it.
    bank: Option<BankBody>,
    account_masked: Option<String>,
    created_at: DateTime<FixedOffset>,
    /// Until when it can be approved; null for one that was not asked for.
    expires_at: Option<DateTime<FixedOffset>>,
    activated_at: Option<DateTime<FixedOffset>>,
    revoked_at: Option<DateTime<FixedOffset>>,
    livemode: bool,
}

impl MandateBody {
    #[must_use]
    pub fn new(mandate: &mandates::Model, account: Option<&bank_accounts::Model>) -> Self {
        Self {
            id: Prefix::Mandate.show(mandate.id.0),
            object: "mandate",
            status: mandate.status,
            version: mandate.version,
            per_payment_limit: mandate.per_payment_won().get(),
            daily_limit: mandate.daily_won().get(),
            reference: mandate.reference.clone(),
            return_url: mandate.return_url.clone(),
            approval_url: None,
            bank: account.map(|account| BankBody::new(&account.bank_code)),
            account_masked: account.map(|account| account.number_masked.clone()),
            created_at: shown(mandate.created_at),
            expires_at: shown_if(mandate.expires_at),
            activated_at: shown_if(mandate.activated_at),
            revoked_at: shown_if(mandate.revoked_at),
            livemode: mandate.mode == Mode::Live,
        }
    }

    /// With the link for the member, while nobody has answered. `base` is our own address.
    #[must_use]
    pub fn with_link(self, base: &str) -> Self {
        let is_pending = self.status == MandateStatus::Pending;
        let approval_url = is_pending.then(|| format!("{base}/checkout/mandates/{}", self.id));
        Self { approval_url, ..self }
    }
}
