//! `/payments/{id}`: one payment or refund, its story, and the part of the page that renews itself while it moves.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::payment_samples;
use crate::{
    models::kinds::{EventType, FailureCode, TransferState},
    money::Won,
    views::{
        page::Page,
        transfer::{AccountLabel, TransferRow},
    },
};

/// How often a page looks at what will change within seconds, and at what takes its time.
pub(super) const SOON_SECS: u32 = 3;
const LATER_SECS: u32 = 15;

/// `GET /payments/{id}`, of a payment (`pay_…`) or a refund (`ref_…`).
#[derive(Clone, Debug, Serialize)]
pub struct PaymentDetail {
    pub progress: Progress,
}

/// `GET /payments/{id}/progress`: the fragment that takes the place of the page's moving part.
#[derive(Clone, Debug, Serialize)]
pub struct PaymentProgress {
    pub progress: Progress,
}

/// All that may change while one looks.
#[derive(Clone, Debug, Serialize)]
pub struct Progress {
    pub transfer: TransferRow,
    pub account: AccountLabel,
    /// `man_…`: what a payment was charged under.
    pub mandate_id: Option<String>,
    pub failure: Option<FailureCode>,
    pub settled_at: Option<DateTime<Utc>>,
    /// Of a payment: what has been given back.
    pub refunded: Won,
    /// Of a payment that succeeded: what could still be given back.
    pub refundable: Option<Won>,
    /// Of a payment: its refunds, newest first.
    pub refunds: Vec<RefundStory>,
    /// Of a refund: `pay_…`, its payment.
    pub payment_id: Option<String>,
    /// Oldest first.
    pub timeline: Vec<Step>,
    pub now: Option<Now>,
    /// Seconds until the page looks again; `None` when nothing will change by itself.
    pub look_again_secs: Option<u32>,
    /// Changes whenever anything here does.
    pub mark: String,
}

/// One thing that happened, as the member is told it.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Step {
    pub at: DateTime<Utc>,
    pub event: EventType,
    /// The state afterwards.
    pub status: TransferState,
}

/// Where a transfer stands that has not ended.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Now {
    /// While it is unknown: how often the bank was asked, and when it is asked next.
    pub checks: i64,
    pub next_check_at: Option<DateTime<Utc>>,
    /// While it is queued: the end of the bank's maintenance, and until when it may wait.
    pub maintenance_until: Option<DateTime<Utc>>,
    pub expires_at: Option<DateTime<Utc>>,
}

/// A refund of the payment, with its few moments.
#[derive(Clone, Debug, Serialize)]
pub struct RefundStory {
    pub transfer: TransferRow,
    pub sent_at: Option<DateTime<Utc>>,
    pub settled_at: Option<DateTime<Utc>>,
}

/// When a page of transfers in these states looks again.
#[must_use]
pub fn look_again_secs(states: impl IntoIterator<Item = TransferState>) -> Option<u32> {
    let waits = states.into_iter().filter_map(|state| match state {
        TransferState::Queued | TransferState::Executing => Some(SOON_SECS),
        TransferState::Unknown | TransferState::NeedsReview => Some(LATER_SECS),
        TransferState::Succeeded | TransferState::Failed | TransferState::Canceled | TransferState::Expired => None,
    });
    waits.min()
}

impl Page for PaymentDetail {
    const TEMPLATE: &'static str = "web/payment_detail.html";

    fn samples() -> Vec<(&'static str, Self)> {
        payment_samples::all()
            .into_iter()
            .map(|(state, progress)| (state, Self { progress }))
            .collect()
    }
}

impl Page for PaymentProgress {
    const TEMPLATE: &'static str = "web/_payment.html";

    fn samples() -> Vec<(&'static str, Self)> {
        payment_samples::all()
            .into_iter()
            .map(|(state, progress)| (state, Self { progress }))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_looks_again_as_soon_as_the_quickest_part_may_change_and_not_once_all_ended() {
        use TransferState::{Canceled, Executing, Failed, NeedsReview, Succeeded, Unknown};
        assert_eq!(look_again_secs([Succeeded, Executing, Unknown]), Some(SOON_SECS));
        assert_eq!(look_again_secs([NeedsReview, Failed]), Some(LATER_SECS));
        assert_eq!(look_again_secs([Succeeded, Failed, Canceled]), None);
    }
}
