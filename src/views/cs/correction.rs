//! The form by which a lead decides how a transfer ended.

use serde::Serialize;

use crate::views::form::FieldErrors;

/// Characters of the reason, and of the evidence.
pub const LONGEST_TEXT: usize = 500;

/// What can be decided; its text is `decision-{kind}-{word}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DecisionWord {
    /// The money moved.
    Succeeded,
    /// It did not: the bank refused.
    BankRefused,
    /// It did not: the bank has no such transaction.
    BankNeverReceived,
}

impl DecisionWord {
    pub const ALL: [Self; 3] = [Self::Succeeded, Self::BankRefused, Self::BankNeverReceived];

    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "succeeded" => Some(Self::Succeeded),
            "bank_refused" => Some(Self::BankRefused),
            "bank_never_received" => Some(Self::BankNeverReceived),
            _ => None,
        }
    }
}

/// The form as it is shown, and as it comes back when it was refused.
#[derive(Clone, Debug, Serialize)]
pub struct CsCorrection {
    /// The version of the transfer on this page, sent along: what changed meanwhile is not written over.
    pub version: i64,
    /// Sent along, new for each opened page: it decides once.
    pub dialog: String,
    pub decisions: Vec<DecisionWord>,
    pub decision: String,
    pub reason: String,
    pub evidence: String,
    pub errors: FieldErrors,
    pub is_open: bool,
    pub longest_text: usize,
}

impl CsCorrection {
    #[must_use]
    pub fn new(version: i64, decisions: Vec<DecisionWord>) -> Self {
        Self {
            version,
            dialog: String::new(),
            decisions,
            decision: String::new(),
            reason: String::new(),
            evidence: String::new(),
            errors: FieldErrors::new(),
            is_open: false,
            longest_text: LONGEST_TEXT,
        }
    }
}
