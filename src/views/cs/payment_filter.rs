//! What narrows the list of the desk, as it stands in the address, and the links that change it.

use serde::Serialize;

/// The query as it came; empty where nothing was asked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CsFilter {
    /// Anything that a caller can name; filters that were typed with it stand here only where one of them cannot be read.
    pub q: String,
    /// `failed`, `failed,unknown` or `-succeeded`.
    pub state: String,
    /// Why it failed: `insufficient_balance`, `not_sent,bank_refused` or `-bank_refused`.
    pub failure: String,
    /// `payment` or `refund`.
    pub kind: String,
    /// The value of a [`PartnerChoice`], after a `-` where it is left out.
    pub partner: String,
    /// A bank's code, after a `-` where it is left out.
    pub bank: String,
    /// A word by which staff marked it, after a `-` where it is left out.
    pub tag: String,
    /// `12300`, `10000..20000`, `10000..`.
    pub amount: String,
    /// `today yesterday 7d 30d month last_month`.
    pub period: String,
    /// First day in Korea, `2026-11-25`.
    pub from: String,
    /// Last day in Korea, inclusive.
    pub to: String,
    /// `oldest largest smallest`; empty: newest.
    pub sort: String,
}

impl CsFilter {
    /// The pairs of the query, for [`crate::views::paging::Paging::new`].
    #[must_use]
    pub fn pairs(&self) -> [(&'static str, &str); 12] {
        [
            ("q", &self.q),
            ("state", &self.state),
            ("failure", &self.failure),
            ("kind", &self.kind),
            ("partner", &self.partner),
            ("bank", &self.bank),
            ("tag", &self.tag),
            ("amount", &self.amount),
            ("period", &self.period),
            ("from", &self.from),
            ("to", &self.to),
            ("sort", &self.sort),
        ]
    }

    /// Whether anything beside the text narrows the list.
    #[must_use]
    pub fn is_narrowed(&self) -> bool {
        let kept = Self {
            q: self.q.clone(),
            sort: self.sort.clone(),
            ..Self::default()
        };
        *self != kept
    }
}

/// One choice of the partner filter.
#[derive(Clone, Debug, Serialize)]
pub struct PartnerChoice {
    /// What goes into the address.
    pub value: String,
    pub name: String,
}

/// A link that changes one part of the filter.
#[derive(Clone, Debug, Serialize)]
pub struct FilterLink {
    /// The end of its text's key.
    pub word: &'static str,
    pub href: String,
    pub is_chosen: bool,
}

/// A state above the list, with how many there are.
#[derive(Clone, Debug, Serialize)]
pub struct StateTab {
    /// `all`, or a state.
    pub word: &'static str,
    pub href: String,
    pub is_chosen: bool,
    /// Grouped by thousands, with a `+` where there may be more; empty where nothing was counted.
    pub count: String,
}

/// A part of the filter that can be taken away.
#[derive(Clone, Debug, Serialize)]
pub struct CsChip {
    /// The name of the part.
    pub field: &'static str,
    /// What is shown: words of a closed set, or one text.
    pub values: Vec<String>,
    pub is_negated: bool,
    pub is_wrong: bool,
    /// The address without it.
    pub without: String,
}

/// A filter in the box that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TypedFault {
    /// As it was typed.
    pub token: String,
    pub why: TypedProblem,
}

/// Why; its text is `find-fault-…`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TypedProblem {
    /// There is no such filter.
    Key,
    Empty,
    State,
    Failure,
    Kind,
    Partner,
    Bank,
    Tag,
    Amount,
    AmountReversed,
    Date,
    DateReversed,
    /// Only what is one of several can be left out.
    Negated,
    /// One filter was typed twice.
    Twice,
}

impl TypedProblem {
    pub const ALL: [Self; 14] = [
        Self::Key,
        Self::Empty,
        Self::State,
        Self::Failure,
        Self::Kind,
        Self::Partner,
        Self::Bank,
        Self::Tag,
        Self::Amount,
        Self::AmountReversed,
        Self::Date,
        Self::DateReversed,
        Self::Negated,
        Self::Twice,
    ];
}
