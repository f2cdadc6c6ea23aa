//! Why the bank's value of a balance did not come, and what helps.

use chrono::{DateTime, Utc};

use crate::bank::{Outcome, Refusal, RefusalKind, UnknownReason};

/// A balance that did not come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoBalance {
    pub why: BalanceFailure,
    /// Of `OutsideServiceHours`: when the bank works again, where our calendar knows it.
    pub until: Option<DateTime<Utc>>,
    /// Of `ConsentRequired`: where the holder consents anew, where the bank said so.
    pub consent_url: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BalanceFailure {
    /// Our deadline passed first.
    BankSlow,
    BankUnavailable,
    OutsideServiceHours,
    ConsentRequired,
    BankRefused,
    /// The account has no fin account yet to ask with.
    NotLinked,
}

impl BalanceFailure {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BankSlow => "bank_slow",
            Self::BankUnavailable => "bank_unavailable",
            Self::OutsideServiceHours => "outside_service_hours",
            Self::ConsentRequired => "consent_required",
            Self::BankRefused => "bank_refused",
            Self::NotLinked => "not_linked",
        }
    }
}

impl From<BalanceFailure> for NoBalance {
    fn from(why: BalanceFailure) -> Self {
        Self {
            why,
            until: None,
            consent_url: None,
        }
    }
}

impl NoBalance {
    pub(super) fn closed_until(until: DateTime<Utc>) -> Self {
        Self {
            until: Some(until),
            ..BalanceFailure::OutsideServiceHours.into()
        }
    }

    /// What an answer without a balance means.
    pub(super) fn of<T>(outcome: Outcome<T>) -> Self {
        match outcome {
            Outcome::Refused(refusal) => Self::refused(refusal),
            Outcome::Unknown(UnknownReason::TimedOut) => BalanceFailure::BankSlow.into(),
            Outcome::Succeeded(_) | Outcome::Unknown(_) | Outcome::NotSent(_) => BalanceFailure::BankUnavailable.into(),
        }
    }

    fn refused(refusal: Refusal) -> Self {
        let why = match refusal.kind {
            RefusalKind::ConsentRequired => BalanceFailure::ConsentRequired,
            RefusalKind::OutOfServiceHours => BalanceFailure::OutsideServiceHours,
            _ => BalanceFailure::BankRefused,
        };
        Self {
            consent_url: refusal.consent_url,
            ..why.into()
        }
    }
}
