//! Why an account could not be linked, in words that are stored and that the pages put into plain language.

use crate::bank::{Outcome, RefusalKind, UnknownReason};

/// Why a link, or the check before it, stopped. Stored in a pending account as its word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkStop {
    NoSuchAccount,
    /// The account is not the member's, as the name of its holder goes.
    OtherHolder,
    /// The bank knows another birth date for it than the member's.
    BirthDateMismatch,
    ConsentRequired,
    /// The bank has a fin account for it that we did not get: another service's, or one whose number was lost with a
    /// process on an earlier day. Only the bank can close it.
    AlreadyRegistered,
    /// It is linked here already, by somebody else. Nobody is told by whom.
    Taken,
    StillIssuing,
    OutsideServiceHours,
    BankRefused,
    /// The request did not reach the bank.
    BankUnavailable,
    /// The bank was asked and said nothing in time.
    NoAnswer,
    /// The bank answered that something is wrong on its side.
    BankTrouble,
}

impl LinkStop {
    pub const ALL: [Self; 12] = [
        Self::NoSuchAccount,
        Self::OtherHolder,
        Self::BirthDateMismatch,
        Self::ConsentRequired,
        Self::AlreadyRegistered,
        Self::Taken,
        Self::StillIssuing,
        Self::OutsideServiceHours,
        Self::BankRefused,
        Self::BankUnavailable,
        Self::NoAnswer,
        Self::BankTrouble,
    ];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoSuchAccount => "no_such_account",
            Self::OtherHolder => "other_holder",
            Self::BirthDateMismatch => "birth_date_mismatch",
            Self::ConsentRequired => "consent_required",
            Self::AlreadyRegistered => "already_registered",
            Self::Taken => "taken",
            Self::StillIssuing => "still_issuing",
            Self::OutsideServiceHours => "outside_service_hours",
            Self::BankRefused => "bank_refused",
            Self::BankUnavailable => "bank_unavailable",
            Self::NoAnswer => "no_answer",
            Self::BankTrouble => "bank_trouble",
        }
    }

    const fn of(refusal: RefusalKind) -> Self {
        match refusal {
            RefusalKind::AccountUnusable | RefusalKind::FinAccountInvalid => Self::NoSuchAccount,
            RefusalKind::HolderMismatch => Self::BirthDateMismatch,
            RefusalKind::ConsentRequired => Self::ConsentRequired,
            RefusalKind::AlreadyRegistered => Self::AlreadyRegistered,
            RefusalKind::StillIssuing => Self::StillIssuing,
            RefusalKind::OutOfServiceHours => Self::OutsideServiceHours,
            RefusalKind::InsufficientBalance | RefusalKind::OverBankLimit | RefusalKind::Other => Self::BankRefused,
        }
    }
}

/// What a call that brought no result means for the link.
pub(super) const fn stop_of<T>(outcome: &Outcome<T>) -> LinkStop {
    match outcome {
        Outcome::Refused(refusal) => LinkStop::of(refusal.kind),
        Outcome::NotSent(_) => LinkStop::BankUnavailable,
        Outcome::Unknown(UnknownReason::TimedOut | UnknownReason::ConnectionLost | UnknownReason::WorkerDied) => {
            LinkStop::NoAnswer
        }
        Outcome::Succeeded(_)
        | Outcome::Unknown(
            UnknownReason::HttpStatus(_) | UnknownReason::UnclearAnswer | UnknownReason::BankSaysUnknown(_),
        ) => LinkStop::BankTrouble,
    }
}
