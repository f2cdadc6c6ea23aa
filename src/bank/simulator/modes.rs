//! How the bank is told to behave from outside: for all calls, one operation, one API, or one account.

use std::sync::RwLock;
use std::time::Duration;

use serde::Deserialize;

/// What the bank does with a call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Mode {
    #[default]
    Ok,
    /// Does it, and answers later.
    Slow(Duration),
    /// Does nothing, and never answers. Changing the mode frees no call that hangs already.
    Hang,
    /// Refuses.
    Refuse,
    /// Closes the connection without reading on.
    Down,
}

/// The words of `POST /_sim/mode`.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum ModeWord {
    Ok,
    Slow,
    Hang,
    Refuse,
    Down,
}

/// The operations by the words of `POST /_sim/mode`, with their APIs.
const OPERATIONS: &[(&str, &[&str])] = &[
    ("withdraw", &["DrawingTransfer"]),
    (
        "deposit",
        &["ReceivedTransferAccountNumber", "ReceivedTransferOtherBank"],
    ),
    ("inquire", &["CheckOnDrawingTransfer", "CheckOnReceivedTransfer"]),
    ("balance", &["InquireBalance"]),
    ("link", &["OpenFinAccountDirect", "CheckOpenFinAccountDirect"]),
    ("statement", &["InquireTransactionHistory"]),
    (
        "holder_name",
        &["InquireDepositorAccountNumber", "InquireDepositorOtherBank"],
    ),
];
const ALL: &str = "all";

/// Whether some call is an `operation`.
pub(super) fn is_operation(operation: &str) -> bool {
    operation == ALL
        || OPERATIONS
            .iter()
            .any(|(word, apis)| *word == operation || apis.contains(&operation))
}

#[derive(Clone, Debug)]
struct Rule {
    operation: String,
    account: Option<String>,
    mode: Mode,
}

impl Rule {
    fn is_for(&self, api: &str) -> bool {
        self.operation == ALL
            || self.operation == api
            || OPERATIONS
                .iter()
                .any(|(word, apis)| *word == self.operation && apis.contains(&api))
    }

    /// The narrower a rule, the more it counts: an account, then an API, then an operation.
    fn weight(&self, api: &str) -> u8 {
        let account = if self.account.is_some() { 4 } else { 0 };
        let width = match self.operation.as_str() {
            operation if operation == api => 2,
            ALL => 0,
            _ => 1,
        };
        account + width
    }
}

/// The rules in force. They are not kept over a restart.
#[derive(Default)]
pub(super) struct Modes(RwLock<Vec<Rule>>);

impl Modes {
    pub(super) fn set(&self, operation: String, account: Option<String>, mode: Mode) {
        let mut rules = self.0.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        let is_for_everything = operation == ALL && account.is_none();
        rules.retain(|rule| !is_for_everything && (rule.operation != operation || rule.account != account));
        rules.push(Rule {
            operation,
            account,
            mode,
        });
    }

    pub(super) fn clear(&self) {
        self.0
            .write()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .clear();
    }

    /// Whether some rule for this API names an account.
    pub(super) fn names_accounts(&self, api: &str) -> bool {
        let rules = self.0.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        rules.iter().any(|rule| rule.account.is_some() && rule.is_for(api))
    }

    /// The mode for a call of this API about the account with these names.
    pub(super) fn of(&self, api: &str, names: &[String]) -> Mode {
        let rules = self.0.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        rules
            .iter()
            .filter(|rule| rule.is_for(api))
            .filter(|rule| rule.account.as_ref().is_none_or(|account| names.contains(account)))
            .max_by_key(|rule| rule.weight(api))
            .map(|rule| rule.mode)
            .unwrap_or_default()
    }
}
