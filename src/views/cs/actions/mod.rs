//! What staff do to a payment or refund: each deed a page of its own, and what of it the transfer's page shows.

pub mod approval;
pub mod notes;
pub mod reason;
pub mod refund;
pub mod resend;
pub mod tags;

use chrono::{DateTime, Utc};
use serde::Serialize;

use self::approval::ApprovalCard;
use self::notes::NoteLine;
use crate::{
    models::kinds::{TransferKind, TransferState},
    money::Won,
    views::{example, transfer::TransferRow},
};

/// A deed that has a page: the last part of its address; its text is `action-…`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ActionWord {
    Refund,
    Cancellation,
    Inquiry,
    Resend,
    Notes,
    Tags,
}

/// The transfer as it is now, above each deed's form; what the form sends along of it.
#[derive(Clone, Debug, Serialize)]
pub struct ActionHead {
    pub transfer: TransferRow,
    /// Sent along: what changed meanwhile is not acted on.
    pub version: i64,
    /// Sent along, new for each opened page: it acts once.
    pub dialog: String,
    pub refunded: Won,
    pub refund_reserved: Won,
    pub refundable: Won,
    pub as_of: DateTime<Utc>,
}

/// Why a deed was not done, or cannot be; its text is `trouble-…`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Trouble {
    /// The transfer is at another version than the form was opened at.
    Changed,
    NotRefundable,
    NothingLeft,
    MoreThanIsLeft,
    OverCeiling,
    /// A refund of this payment waits for a second person.
    ApprovalWaiting,
    /// Whoever asked does not approve.
    OwnAsk,
    /// Whoever asked may give no refunds any more.
    AskerGone,
    NotTheAsker,
    /// Somebody decided it already.
    Decided,
    NoneWaiting,
    NotCancelable,
    NotInquirable,
    BankClosed,
    /// Nothing of it was told a partner yet.
    NothingTold,
    NobodyToTell,
    TooManyTags,
    /// The page was used for another deed.
    ForeignDialog,
    /// The page did its deed with something else filled in.
    SentOtherwise,
}

impl Trouble {
    pub const ALL: [Self; 19] = [
        Self::Changed,
        Self::NotRefundable,
        Self::NothingLeft,
        Self::MoreThanIsLeft,
        Self::OverCeiling,
        Self::ApprovalWaiting,
        Self::OwnAsk,
        Self::AskerGone,
        Self::NotTheAsker,
        Self::Decided,
        Self::NoneWaiting,
        Self::NotCancelable,
        Self::NotInquirable,
        Self::BankClosed,
        Self::NothingTold,
        Self::NobodyToTell,
        Self::TooManyTags,
        Self::ForeignDialog,
        Self::SentOtherwise,
    ];
}

/// The part of a transfer's page: `cs/_actions.html`.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Actions {
    /// What this reader may do to it as it is.
    pub links: Vec<ActionWord>,
    /// The refund that waits for a second person.
    pub waiting: Option<ApprovalCard>,
    pub tags: Vec<String>,
    /// The newest.
    pub notes: Vec<NoteLine>,
    pub has_more_notes: bool,
}

impl Actions {
    /// Of a transfer with something of everything, for samples.
    #[must_use]
    pub fn sample() -> Self {
        use ActionWord::{Cancellation, Inquiry, Notes, Refund, Resend, Tags};
        Self {
            links: vec![Refund, Cancellation, Inquiry, Resend, Notes, Tags],
            waiting: Some(approval::sample_waiting()),
            tags: vec!["이중결제".to_owned(), "vip".to_owned()],
            notes: vec![notes::sample_line()],
            has_more_notes: true,
        }
    }
}

pub(super) fn sample_head(kind: TransferKind, status: TransferState) -> ActionHead {
    let transfer = example::row(kind, status);
    let is_paid = kind == TransferKind::Payment && status == TransferState::Succeeded;
    ActionHead {
        version: 5,
        dialog: "019ac1f05d7a7b3e8c41f2a90b6d7e10".to_owned(),
        refunded: Won::new(if is_paid { 2_300 } else { 0 }),
        refund_reserved: Won::new(if is_paid { 1_000 } else { 0 }),
        refundable: Won::new(if is_paid { 9_000 } else { 0 }),
        as_of: example::at(90),
        transfer,
    }
}

pub(super) fn sample_paid() -> ActionHead {
    let head = sample_head(TransferKind::Payment, TransferState::Succeeded);
    ActionHead {
        transfer: TransferRow {
            partner_name: example::HOSTILE.to_owned(),
            description: example::HOSTILE.to_owned(),
            ..head.transfer
        },
        ..head
    }
}
