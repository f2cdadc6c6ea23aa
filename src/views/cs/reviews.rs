//! `/cs/reviews`: what waits for a person, by tab. The tab, the order, the filter and the page stand in the address.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::dead_letter::LetterQueue;
use super::mismatch::MismatchRow;
use super::review_news::ReviewNews;
use super::review_rows::{ApprovalRow, BrokerWord, FailingEndpoint, ReviewRow, WalkFacts};
use super::reviews_samples;
use crate::views::{
    page::Page,
    paging::{Paging, address},
};

pub const PATH: &str = "/cs/reviews";

/// One of the lists; its texts are `reviews-tab-…` and `reviews-none-…`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Tab {
    #[default]
    Unknown,
    NeedsReview,
    /// Refunds over the limit, which wait for a second person.
    Approvals,
    Refunds,
    Mismatches,
    DeadLetters,
    Webhooks,
}

impl Tab {
    pub const ALL: [Self; 7] = [
        Self::Unknown,
        Self::NeedsReview,
        Self::Approvals,
        Self::Refunds,
        Self::Mismatches,
        Self::DeadLetters,
        Self::Webhooks,
    ];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::NeedsReview => "needs_review",
            Self::Approvals => "approvals",
            Self::Refunds => "refunds",
            Self::Mismatches => "mismatches",
            Self::DeadLetters => "dead_letters",
            Self::Webhooks => "webhooks",
        }
    }

    /// The tab of a word in the address; the first for any other.
    #[must_use]
    pub fn parse(word: &str) -> Self {
        Self::ALL
            .into_iter()
            .find(|tab| tab.as_str() == word)
            .unwrap_or_default()
    }

    /// Whether it lists transfers, which somebody takes.
    #[must_use]
    pub const fn is_of_transfers(self) -> bool {
        matches!(self, Self::Unknown | Self::NeedsReview | Self::Refunds)
    }

    /// Whether it is read by age or by amount.
    #[must_use]
    pub const fn is_sorted(self) -> bool {
        self.is_of_transfers() || matches!(self, Self::Approvals)
    }
}

/// The order of a list of transfers or of asks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    #[default]
    Oldest,
    Newest,
    Largest,
}

impl Sort {
    const ALL: [Self; 3] = [Self::Oldest, Self::Newest, Self::Largest];

    /// As it stands in the address: nothing for the usual one.
    const fn value(self) -> &'static str {
        match self {
            Self::Oldest => "",
            Self::Newest => "newest",
            Self::Largest => "largest",
        }
    }

    #[must_use]
    pub fn parse(word: &str) -> Self {
        match word {
            "newest" => Self::Newest,
            "largest" => Self::Largest,
            _ => Self::Oldest,
        }
    }
}

/// What the address asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ReviewFilter {
    pub tab: Tab,
    pub sort: Sort,
    pub mine: bool,
}

impl ReviewFilter {
    /// The pairs of the query, for [`Paging::new`].
    #[must_use]
    pub fn pairs(self) -> [(&'static str, &'static str); 3] {
        let tab = if self.tab == Tab::default() {
            ""
        } else {
            self.tab.as_str()
        };
        [
            ("tab", tab),
            ("sort", self.sort.value()),
            ("mine", if self.mine { "yes" } else { "" }),
        ]
    }

    /// Its address, from the first page.
    #[must_use]
    pub fn href(self) -> String {
        address(PATH, &self.pairs(), None)
    }
}

/// `GET /cs/reviews`. Its forms: `POST /cs/reviews/{id}/assignment` and `/cs/reviews/{id}/release` (`back`).
#[derive(Clone, Debug, Serialize)]
pub struct Reviews {
    pub filter: ReviewFilter,
    pub tabs: Vec<TabChoice>,
    /// Of [`Tab`], for the template.
    pub is_of_transfers: bool,
    pub is_sorted: bool,
    pub sorts: Vec<SortChoice>,
    /// The same list with all, or with one's own alone.
    pub mine_href: String,
    /// This page.
    pub here: String,
    /// How it learns of others.
    pub news: ReviewNews,
    pub rows: Vec<ReviewRow>,
    pub approvals: Vec<ApprovalRow>,
    pub mismatches: Vec<MismatchRow>,
    pub walk: WalkFacts,
    /// Those that hold dead letters, or that were asked for.
    pub queues: Vec<LetterQueue>,
    pub broker: BrokerWord,
    pub endpoints: Vec<FailingEndpoint>,
    pub paging: Paging,
    pub may_take: bool,
    pub as_of: DateTime<Utc>,
}

#[derive(Clone, Debug, Serialize)]
pub struct TabChoice {
    pub tab: Tab,
    pub href: String,
    pub count: u64,
    /// Whether it is known how many there are.
    pub is_counted: bool,
}

#[derive(Clone, Debug, Serialize)]
pub struct SortChoice {
    pub sort: Sort,
    pub href: String,
}

impl Reviews {
    /// The page with nothing on it yet.
    #[must_use]
    pub fn empty(filter: ReviewFilter, as_of: DateTime<Utc>) -> Self {
        let sort = |sort| SortChoice {
            sort,
            href: ReviewFilter { sort, ..filter }.href(),
        };
        let other = ReviewFilter {
            mine: !filter.mine,
            ..filter
        };
        Self {
            filter,
            tabs: Vec::new(),
            is_of_transfers: filter.tab.is_of_transfers(),
            is_sorted: filter.tab.is_sorted(),
            sorts: Sort::ALL.map(sort).to_vec(),
            mine_href: other.href(),
            here: filter.href(),
            news: ReviewNews::default(),
            rows: Vec::new(),
            approvals: Vec::new(),
            mismatches: Vec::new(),
            walk: WalkFacts::default(),
            queues: Vec::new(),
            broker: BrokerWord::None,
            endpoints: Vec::new(),
            paging: Paging::default(),
            may_take: false,
            as_of,
        }
    }

    /// The tabs with how much waits behind each; the order and the filter go along.
    #[must_use]
    pub fn with_counts(self, count: impl Fn(Tab) -> Option<u64>) -> Self {
        let choice = |tab: Tab| {
            let count = count(tab);
            TabChoice {
                tab,
                href: ReviewFilter { tab, ..self.filter }.href(),
                count: count.unwrap_or_default(),
                is_counted: count.is_some(),
            }
        };
        let tabs = Tab::ALL.map(choice).to_vec();
        Self { tabs, ..self }
    }
}

impl Page for Reviews {
    const TEMPLATE: &'static str = "cs/reviews.html";

    fn samples() -> Vec<(&'static str, Self)> {
        reviews_samples::samples()
    }
}
