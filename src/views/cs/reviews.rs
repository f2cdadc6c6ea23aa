//! `/cs/reviews`: what waits for a person, by tab. The tab, the order, the filter and the page stand in the address.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::age::Age;
use super::dead_letter::LetterRow;
use super::mismatch::MismatchRow;
use crate::{
    models::kinds::{TransferKind, TransferState},
    views::{
        example,
        page::Page,
        paging::{Paging, address},
        transfer::TransferRow,
        words::UnknownWord,
    },
};

pub const PATH: &str = "/cs/reviews";

/// One of the lists; its texts are `reviews-tab-…` and `reviews-none-…`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Tab {
    #[default]
    Unknown,
    NeedsReview,
    Refunds,
    Mismatches,
    DeadLetters,
    Webhooks,
}

impl Tab {
    pub const ALL: [Self; 6] = [
        Self::Unknown,
        Self::NeedsReview,
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

    /// Whether it lists transfers, which are sorted and taken.
    #[must_use]
    pub const fn is_of_transfers(self) -> bool {
        matches!(self, Self::Unknown | Self::NeedsReview | Self::Refunds)
    }
}

/// The order of a list of transfers.
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
    pub sorts: Vec<SortChoice>,
    /// The same list with all, or with one's own alone.
    pub mine_href: String,
    /// This page.
    pub here: String,
    pub rows: Vec<ReviewRow>,
    pub mismatches: Vec<MismatchRow>,
    pub walk: WalkFacts,
    pub letters: Vec<LetterRow>,
    pub broker: BrokerWord,
    /// More than are shown.
    pub more_letters: bool,
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

/// A transfer that somebody should look into.
#[derive(Clone, Debug, Serialize)]
pub struct ReviewRow {
    pub transfer: TransferRow,
    pub age: Age,
    /// Why nothing is proven.
    pub why: Option<UnknownWord>,
    pub next_check_at: Option<DateTime<Utc>>,
    pub holder: Option<HolderFacts>,
}

/// Who of staff has it.
#[derive(Clone, Debug, Serialize)]
pub struct HolderFacts {
    pub name: String,
    pub is_me: bool,
    pub since: DateTime<Utc>,
}

/// How far the walk of the books is.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct WalkFacts {
    pub begun_at: Option<DateTime<Utc>>,
    pub ended_at: Option<DateTime<Utc>>,
    pub walked: i64,
}

/// Whether dead letters can be told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum BrokerWord {
    /// Everything is in one process.
    None,
    Down,
    Up,
}

#[derive(Clone, Debug, Serialize)]
pub struct FailingEndpoint {
    pub partner_name: String,
    pub url: String,
    pub failures: i64,
    pub since: Option<Age>,
    pub next_attempt_at: Option<DateTime<Utc>>,
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
            sorts: Sort::ALL.map(sort).to_vec(),
            mine_href: other.href(),
            here: filter.href(),
            rows: Vec::new(),
            mismatches: Vec::new(),
            walk: WalkFacts::default(),
            letters: Vec::new(),
            broker: BrokerWord::None,
            more_letters: false,
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
        let of = |tab, sort| {
            let filter = ReviewFilter { tab, sort, mine: false };
            let counts = |tab| match tab {
                Tab::DeadLetters => None,
                Tab::Unknown => Some(1_234),
                _ => Some(0),
            };
            Self::empty(filter, example::at(90)).with_counts(counts)
        };
        let all = |tab, sort| Self {
            rows: rows(),
            paging: Paging::new(PATH, &[("tab", "unknown")], Some("a"), Some("b")),
            may_take: true,
            ..of(tab, sort)
        };
        let letters = Self {
            letters: LetterRow::examples(),
            broker: BrokerWord::Up,
            more_letters: true,
            ..of(Tab::DeadLetters, Sort::Oldest)
        };
        let mut samples: Vec<(&'static str, Self)> = Tab::ALL
            .into_iter()
            .map(|tab| ("nothing waits", of(tab, Sort::Oldest)))
            .collect();
        let mine = ReviewFilter {
            mine: true,
            ..ReviewFilter::default()
        };
        samples.extend([
            ("some wait", all(Tab::Unknown, Sort::Oldest)),
            ("the largest first", all(Tab::Refunds, Sort::Largest)),
            (
                "none of mine",
                Self::empty(mine, example::at(90)).with_counts(|_| Some(3)),
            ),
            ("dead letters", letters.clone()),
            (
                "the broker is away",
                Self {
                    broker: BrokerWord::Down,
                    letters: Vec::new(),
                    ..letters
                },
            ),
            (
                "mismatches",
                Self {
                    mismatches: MismatchRow::examples(),
                    walk: WalkFacts {
                        begun_at: Some(example::at(-600)),
                        ended_at: None,
                        walked: 12_400,
                    },
                    ..of(Tab::Mismatches, Sort::Oldest)
                },
            ),
            ("webhooks fail", failing(of(Tab::Webhooks, Sort::Oldest))),
        ]);
        samples
    }
}

fn failing(page: Reviews) -> Reviews {
    let endpoint = FailingEndpoint {
        partner_name: example::HOSTILE.to_owned(),
        url: "https://shop.example/hooks/naru".to_owned(),
        failures: 12,
        since: Some(Age::of(example::at(-7_200), example::at(0))),
        next_attempt_at: Some(example::at(600)),
    };
    Reviews {
        endpoints: vec![endpoint],
        ..page
    }
}

fn rows() -> Vec<ReviewRow> {
    let holder = |is_me| HolderFacts {
        name: if is_me { "이수진" } else { example::HOSTILE }.to_owned(),
        is_me,
        since: example::at(30),
    };
    let row = |kind, state, holder| ReviewRow {
        transfer: example::row(kind, state),
        age: Age::of(example::at(-86_400), example::at(0)),
        why: Some(UnknownWord::TimedOut),
        next_check_at: Some(example::at(600)),
        holder,
    };
    vec![
        row(TransferKind::Payment, TransferState::Unknown, None),
        row(TransferKind::Payment, TransferState::NeedsReview, Some(holder(true))),
        ReviewRow {
            why: None,
            next_check_at: None,
            ..row(TransferKind::Refund, TransferState::Queued, Some(holder(false)))
        },
    ]
}
