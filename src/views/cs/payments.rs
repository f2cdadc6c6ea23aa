//! `/cs/payments`: find a payment or refund while the caller is on the line.

use chrono::{DateTime, Utc};
use serde::Serialize;

pub use super::payment_filter::{CsChip, CsFilter, FilterLink, PartnerChoice, StateTab, TypedFault};
use crate::{
    models::kinds::{FailureCode, TransferState},
    money::Won,
    transfers::search::MeaningKind,
    views::{
        form::FieldErrors,
        page::Page,
        paging::{Paging, address},
        transfer::TransferRow,
    },
};

/// The states in the order of the filter.
pub const STATES: [TransferState; 8] = [
    TransferState::Queued,
    TransferState::Executing,
    TransferState::Succeeded,
    TransferState::Failed,
    TransferState::Unknown,
    TransferState::NeedsReview,
    TransferState::Canceled,
    TransferState::Expired,
];

/// The banks whose accounts are linked here.
pub const BANKS: [&str; 2] = ["011", "012"];

/// `GET /cs/payments`: everything that is asked for stands in the address.
#[derive(Clone, Debug, Serialize)]
pub struct CsTransferList {
    pub filter: CsFilter,
    /// Refused filter values by their field; they are kept as typed and not applied.
    pub errors: FieldErrors,
    /// Filters in the box that cannot be read.
    pub faults: Vec<TypedFault>,
    pub partners: Vec<PartnerChoice>,
    /// Words that staff mark with, to choose from.
    pub tags: Vec<String>,
    pub links: FilterLinks,
    /// What the text was taken for.
    pub understood: Vec<MeaningKind>,
    /// More people than were looked at have the name, or the end of the number, that was typed.
    pub is_crowded: bool,
    pub rows: Vec<CsTransferRow>,
    /// `None` where nothing was counted.
    pub sums: Option<CsSums>,
    /// Another period that has something, where this one has nothing.
    pub wider: Option<FilterLink>,
    /// Where a timer asks whether it is another list by now.
    pub newer: String,
    /// The address of this page, for who wants it anew.
    pub again: String,
    pub paging: Paging,
    /// Where the whole filter is taken along as a file; `None` for who may not.
    pub export: Option<String>,
    /// Whether this reader's keys do something here.
    pub shortcuts_on: bool,
    pub as_of: DateTime<Utc>,
    pub(super) banks: [&'static str; 2],
    pub(super) failures: &'static [FailureCode],
    pub(super) filtered: bool,
    /// The text without what narrows it, where both are there.
    pub(super) without_filters: Option<String>,
}

/// Every link that changes the filter.
#[derive(Clone, Debug, Default, Serialize)]
pub struct FilterLinks {
    pub tabs: Vec<StateTab>,
    pub periods: Vec<FilterLink>,
    pub sorts: Vec<FilterLink>,
    pub chips: Vec<CsChip>,
    /// The same filter from its first row on.
    pub here: String,
}

/// What the filter finds, over all pages.
#[derive(Clone, Debug, Serialize)]
pub struct CsSums {
    /// Grouped by thousands, with a `+` where there may be more.
    pub count: String,
    pub payments: Won,
    pub refunds: Won,
    /// Whether these are of a part.
    pub is_capped: bool,
}

/// A row with whose money it is.
#[derive(Clone, Debug, Serialize)]
pub struct CsTransferRow {
    pub transfer: TransferRow,
    pub member_name_masked: String,
    pub member_email_masked: String,
    /// What of a payment was given back, or is about to be.
    pub refunds: Option<RefundsOfRow>,
}

/// The refunds of a payment in its own row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct RefundsOfRow {
    pub count: i64,
    pub refunded: Won,
    /// Under way.
    pub reserved: Won,
}

fn without_filters(filter: &CsFilter) -> Option<String> {
    let has_both = filter.is_narrowed() && !filter.q.is_empty();
    has_both.then(|| address("/cs/payments", &[("q", &filter.q)], None))
}

impl CsTransferList {
    #[must_use]
    pub fn new(filter: CsFilter, links: FilterLinks, as_of: DateTime<Utc>) -> Self {
        let again = links.here.clone();
        Self {
            filtered: filter != CsFilter::default(),
            without_filters: without_filters(&filter),
            filter,
            errors: FieldErrors::new(),
            faults: Vec::new(),
            partners: Vec::new(),
            tags: Vec::new(),
            links,
            understood: Vec::new(),
            is_crowded: false,
            rows: Vec::new(),
            sums: None,
            wider: None,
            newer: String::new(),
            again,
            paging: Paging::default(),
            export: None,
            shortcuts_on: true,
            as_of,
            banks: BANKS,
            failures: FailureCode::ALL,
        }
    }
}

impl Page for CsTransferList {
    const TEMPLATE: &'static str = "cs/payments.html";

    fn samples() -> Vec<(&'static str, Self)> {
        super::payments_samples::samples()
    }
}
