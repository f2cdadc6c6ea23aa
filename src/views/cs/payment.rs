//! `/cs/payments/{id}`: one payment or refund: did money move, why we think so, and all that happened.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::{
    actions::Actions, correction::CsCorrection, payment_samples, story::Entry, told::CsTold, unmask::UnmaskForm,
    verdict::CsVerdict,
};
use crate::{
    models::kinds::{FailureCode, Mode},
    money::Won,
    views::{
        page::Page,
        transfer::{AccountLabel, TransferRow},
        words::UnknownWord,
    },
};

/// `GET /cs/payments/{id}`. With `?all=yes` its lists are whole.
#[derive(Clone, Debug, Serialize)]
pub struct CsTransfer {
    pub transfer: TransferRow,
    pub verdict: CsVerdict,
    pub facts: CsFacts,
    pub people: CsPeople,
    pub account: AccountLabel,
    /// Events and bank calls, oldest first: [`super::story::interleave`].
    pub story: Vec<Entry>,
    /// Of a payment: its refunds, newest first.
    pub refunds: Vec<TransferRow>,
    /// Of a refund: the payment it belongs to.
    pub payment: Option<TransferRow>,
    /// The other payments of the order, newest first.
    pub related: Vec<TransferRow>,
    /// Payments of other orders that look like this one, newest first.
    pub alike: Vec<TransferRow>,
    /// What the partner was told, newest first.
    pub told: Vec<CsTold>,
    pub has_more_told: bool,
    pub more: CsMore,
    /// All that there is was asked for.
    pub shows_all: bool,
    /// Where the reader may decide how it ended.
    pub correction: Option<CsCorrection>,
    /// For those who may see a record whole.
    pub unmask: Option<UnmaskForm>,
    /// What this reader may do to it, and what staff left on it.
    pub actions: Actions,
    pub as_of: DateTime<Utc>,
    pub fresh: Freshness,
}

/// What the row holds besides what every list shows.
#[derive(Clone, Debug, Serialize)]
pub struct CsFacts {
    pub version: i64,
    pub mode: Mode,
    /// The code in the passbook's text.
    pub short_code: String,
    /// Of the one call that moves money.
    pub trace_number: Option<String>,
    /// Of the request that accepted it.
    pub request_id: Option<String>,
    pub failure: Option<FailureCode>,
    pub unknown_reason: Option<UnknownWord>,
    /// As the bank gave it.
    pub bank_code: Option<String>,
    /// Of a payment: given back, in the hands of running refunds, and what may still be refunded.
    pub refunded: Won,
    pub refund_reserved: Won,
    pub refundable: Won,
    pub executed_at: Option<DateTime<Utc>>,
    pub settled_at: Option<DateTime<Utc>>,
    pub next_check_at: Option<DateTime<Utc>>,
    pub expires_at: Option<DateTime<Utc>>,
}

/// Whose payment it is, and to whom.
#[derive(Clone, Debug, Serialize)]
pub struct CsPeople {
    /// `mem_…`.
    pub member_id: String,
    pub member_name_masked: String,
    /// `None`: they have left, and it is not kept.
    pub member_email_masked: Option<String>,
    /// `par_…`.
    pub partner_id: String,
}

/// Of what there is more than the page shows.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct CsMore {
    pub story: bool,
    pub refunds: bool,
    pub related: bool,
}

/// How the page keeps itself fresh.
#[derive(Clone, Debug, Serialize)]
pub struct Freshness {
    /// Changes whenever anything here does that time alone does not change.
    pub mark: String,
    /// Seconds until it looks again; `None` once nothing changes by itself.
    pub look_again_secs: Option<u32>,
}

/// `GET /cs/payments/{id}/fresh`: the parts of the page that may change while one looks; its forms are not among them.
#[derive(Clone, Debug, Serialize)]
#[serde(transparent)]
pub struct CsFresh(pub CsTransfer);

impl Page for CsTransfer {
    const TEMPLATE: &'static str = "cs/payment.html";

    fn samples() -> Vec<(&'static str, Self)> {
        payment_samples::all()
    }
}

impl Page for CsFresh {
    const TEMPLATE: &'static str = "cs/_fresh.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let all = payment_samples::all().into_iter();
        all.map(|(state, page)| (state, Self(page))).collect()
    }
}

impl CsTransfer {
    /// With its form as it was refused.
    #[must_use]
    pub fn with_unmask(self, unmask: UnmaskForm) -> Self {
        Self {
            unmask: Some(unmask),
            ..self
        }
    }

    /// The page with its form changed, where it has one.
    #[must_use]
    pub fn with_correction(self, change: impl FnOnce(CsCorrection) -> CsCorrection) -> Self {
        let correction = self.correction.map(change);
        Self { correction, ..self }
    }
}
