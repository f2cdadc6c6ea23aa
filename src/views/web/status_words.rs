//! The words of `/status`, one for each state of a part.

use serde::Serialize;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Overall {
    Good,
    Limited,
    Down,
}

/// How the bank is, by our calls of the last ten minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum BankWord {
    Good,
    Quiet,
    Slow,
    Failing,
    Maintenance,
    /// Our own books do not tell.
    Unclear,
}

/// Whether payments go out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RelayWord {
    Good,
    Late,
    /// They wait for the end of the bank's maintenance.
    Holding,
    Unclear,
}

/// What we keep our books in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordsWord {
    Good,
    Down,
}

impl Overall {
    /// The parts together.
    #[must_use]
    pub const fn of(bank: BankWord, relay: RelayWord, records: RecordsWord) -> Self {
        match (bank, relay, records) {
            (_, _, RecordsWord::Down) => Self::Down,
            (BankWord::Good | BankWord::Quiet, RelayWord::Good, RecordsWord::Good) => Self::Good,
            _ => Self::Limited,
        }
    }
}
