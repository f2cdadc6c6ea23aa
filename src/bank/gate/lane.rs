//! The classes of calls, the most urgent first, and something of each.

use serde::Serialize;

/// What a call is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Lane {
    /// Moves money.
    Money,
    /// Asks what became of a transfer.
    Inquiry,
    /// Issues a fin account, or asks whose an account is.
    Link,
    Balance,
}

impl Lane {
    pub const BY_URGENCY: [Self; 4] = [Self::Money, Self::Inquiry, Self::Link, Self::Balance];

    /// Its word in the database, in the metrics and in the keys of texts.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Money => "money",
            Self::Inquiry => "inquiry",
            Self::Link => "link",
            Self::Balance => "balance",
        }
    }

    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::BY_URGENCY.into_iter().find(|lane| lane.as_str() == word)
    }

    /// Whether it moves nothing.
    #[must_use]
    pub const fn is_read(self) -> bool {
        !matches!(self, Self::Money)
    }
}

/// Something of each class.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ByLane<T> {
    pub money: T,
    pub inquiry: T,
    pub link: T,
    pub balance: T,
}

impl<T> ByLane<T> {
    /// Made of each class.
    pub fn of(mut make: impl FnMut(Lane) -> T) -> Self {
        Self {
            money: make(Lane::Money),
            inquiry: make(Lane::Inquiry),
            link: make(Lane::Link),
            balance: make(Lane::Balance),
        }
    }

    #[must_use]
    pub const fn get(&self, lane: Lane) -> &T {
        match lane {
            Lane::Money => &self.money,
            Lane::Inquiry => &self.inquiry,
            Lane::Link => &self.link,
            Lane::Balance => &self.balance,
        }
    }

    pub const fn get_mut(&mut self, lane: Lane) -> &mut T {
        match lane {
            Lane::Money => &mut self.money,
            Lane::Inquiry => &mut self.inquiry,
            Lane::Link => &mut self.link,
            Lane::Balance => &mut self.balance,
        }
    }
}
