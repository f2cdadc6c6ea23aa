//! What a bank call proved: the outcome, and whether the request can have reached the bank.

use serde::{Deserialize, Serialize};

/// How a bank call ended. `Unknown` is a state, not an error: the money may have moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome<T> {
    /// The bank answered that it did what was asked.
    Succeeded(T),
    /// The bank answered that it did not do it, with a code that we know to mean so.
    Refused(Refusal),
    /// It is proven that no byte of the request left this process.
    NotSent(NotSentReason),
    /// Nothing is proven. Only an inquiry can tell.
    Unknown(UnknownReason),
}

impl<T> Outcome<T> {
    #[must_use]
    pub fn proof(&self) -> Proof {
        match self {
            Self::Succeeded(_) | Self::Refused(_) => Proof::Answered,
            Self::NotSent(_) => Proof::NotSent,
            Self::Unknown(UnknownReason::UnclearAnswer | UnknownReason::BankSaysUnknown(_)) => Proof::Answered,
            Self::Unknown(_) => Proof::MaybeSent,
        }
    }

    /// The bank's response code, where it gave one.
    #[must_use]
    pub fn bank_code(&self) -> Option<&str> {
        match self {
            Self::Succeeded(_) => Some("00000"),
            Self::Refused(refusal) => Some(&refusal.bank_code),
            Self::Unknown(UnknownReason::BankSaysUnknown(code)) => Some(code),
            Self::NotSent(_) | Self::Unknown(_) => None,
        }
    }

    /// The same ending with another value for success.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Outcome<U> {
        match self {
            Self::Succeeded(value) => Outcome::Succeeded(f(value)),
            Self::Refused(refusal) => Outcome::Refused(refusal),
            Self::NotSent(reason) => Outcome::NotSent(reason),
            Self::Unknown(reason) => Outcome::Unknown(reason),
        }
    }
}

/// What is known of the way of the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Proof {
    NotSent,
    MaybeSent,
    Answered,
}

impl Proof {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotSent => "not_sent",
            Self::MaybeSent => "maybe_sent",
            Self::Answered => "answered",
        }
    }
}

impl Proof {
    /// The proof of a stored word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::NotSent, Self::MaybeSent, Self::Answered]
            .into_iter()
            .find(|proof| proof.as_str() == word)
    }
}

/// A refusal by the bank: nothing was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The bank's own code (`Rpcd` or `Pcrs`), five characters.
    pub bank_code: String,
    pub kind: RefusalKind,
    /// Where the holder renews the consent to share financial data: an `https` address that the bank gave with
    /// `ConsentRequired`.
    pub consent_url: Option<String>,
}

/// What a refusal means to us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefusalKind {
    InsufficientBalance,
    AccountUnusable,
    FinAccountInvalid,
    OverBankLimit,
    /// The account holder must renew the consent to share financial data (`AI001`, `AI002`).
    ConsentRequired,
    /// The account already has a fin account with us.
    AlreadyRegistered,
    /// The account and the birth date do not belong together.
    HolderMismatch,
    /// The fin account is still being issued: ask again.
    StillIssuing,
    /// Outside the bank's service hours.
    OutOfServiceHours,
    /// Any other refusal.
    Other,
}

/// Why a request never left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotSentReason {
    /// The name did not resolve or the connection was refused.
    ConnectFailed,
    /// Our own gate held it back (breaker open, maintenance).
    GateClosed,
    /// The request could not be built from our own data.
    NotBuildable,
    /// The claim took as long as its lease: the call would have left after it.
    LeaseOver,
}

/// Why nothing is proven.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UnknownReason {
    /// Our own deadline passed without an answer.
    TimedOut,
    /// The connection broke after the request may have left.
    ConnectionLost,
    /// An HTTP status other than 200: a gateway spoke, not the bank.
    HttpStatus(u16),
    /// HTTP 200 with a body that is not the bank's JSON.
    UnclearAnswer,
    /// The bank answered with a code that says nothing of the result (`AT999`, a code we do not know, …).
    BankSaysUnknown(String),
    /// The worker died with the call in hand.
    WorkerDied,
}

impl UnknownReason {
    /// A stable word for storage, logs and the timeline.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::TimedOut => "timed_out",
            Self::ConnectionLost => "connection_lost",
            Self::HttpStatus(_) => "http_status",
            Self::UnclearAnswer => "unclear_answer",
            Self::BankSaysUnknown(_) => "bank_says_unknown",
            Self::WorkerDied => "worker_died",
        }
    }
}
