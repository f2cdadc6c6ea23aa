//! A balance as a page shows it: the last known value at once, then the bank's.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::words::BalanceProblem;
use crate::money::Won;

/// A balance the bank once gave, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct KnownBalance {
    pub ledger: Won,
    /// What can be withdrawn.
    pub available: Won,
    pub at: DateTime<Utc>,
}

/// What is known, and what came of asking.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BalanceView {
    /// `None` is shown as `????`: nothing is ever made up.
    pub known: Option<KnownBalance>,
    pub state: BalanceState,
    /// Why the bank's value did not come, in `Stale` and `Never`.
    pub problem: Option<BalanceProblem>,
    /// When the bank works again, where that is the problem and known.
    pub until: Option<DateTime<Utc>>,
    /// Where the holder consents anew at the bank, where that is the problem and known.
    pub consent_url: Option<String>,
}

/// How fresh the value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum BalanceState {
    /// Not asked yet: the page's script asks the bank as soon as it runs.
    Loading,
    /// The bank's answer to this very request.
    Fresh,
    /// The bank did not answer; this is the value from before.
    Stale,
    /// The bank did not answer and never has.
    Never,
}

impl BalanceView {
    /// For the page itself, before the bank is asked.
    #[must_use]
    pub const fn loading(known: Option<KnownBalance>) -> Self {
        Self {
            known,
            state: BalanceState::Loading,
            problem: None,
            until: None,
            consent_url: None,
        }
    }

    /// The bank has just answered.
    #[must_use]
    pub const fn fresh(balance: KnownBalance) -> Self {
        Self {
            known: Some(balance),
            state: BalanceState::Fresh,
            problem: None,
            until: None,
            consent_url: None,
        }
    }

    /// The bank was asked in vain; `known` is what the cache has.
    #[must_use]
    pub const fn failed(known: Option<KnownBalance>, problem: BalanceProblem) -> Self {
        let state = match known {
            Some(_) => BalanceState::Stale,
            None => BalanceState::Never,
        };
        Self {
            known,
            state,
            problem: Some(problem),
            until: None,
            consent_url: None,
        }
    }
}
