//! What may be said of a transfer: the closed set of evidence, who said it, and what it proves.

use sea_orm::EnumIter;
use serde::Serialize;

use crate::models::kinds::MoneyMoved;

/// One thing that was said, or that our own records show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Said {
    /// The bank's own answer to the one call: it did what was asked.
    BankDone,
    BankRefused,
    /// It answered, and the answer proves nothing.
    BankUnclear,
    /// No answer came, and the request may have arrived.
    BankSilent,
    /// It answered that it did something else than was asked.
    BankDiffers,
    /// It was asked, and its answer is awaited.
    BankAwaited,
    /// An answer that came after the transfer had ended, written down and not applied.
    LateDone,
    LateRefused,
    LateUnclear,
    /// The bank was asked again what became of it.
    InquiryDone,
    InquiryRefused,
    InquiryProcessing,
    /// It knows no such transaction.
    InquiryNothing,
    InquirySilent,
    /// The account's statement was read.
    StatementDone,
    StatementNothing,
    StatementDiffers,
    StatementSilent,
    /// A person decided, with a reason and grounds.
    StaffMoved,
    StaffNotMoved,
    /// Our records: no byte of the request left.
    NotSent,
    /// Our records: nobody was at work on it any more when its time was over.
    WorkerDied,
    /// Our records do not hold what an inquiry needs.
    CannotAsk,
    /// Our records: no call was made.
    NeverAsked,
    Canceled,
    Expired,
}

/// Who said it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The bank, to the one call that moves money.
    Answer,
    /// The bank, asked what became of it.
    Inquiry,
    /// A row of the account's statement, or its absence.
    Statement,
    Staff,
    /// What we wrote down ourselves.
    Records,
}

impl Said {
    #[must_use]
    pub const fn source(self) -> Source {
        match self {
            Self::BankDone
            | Self::BankRefused
            | Self::BankUnclear
            | Self::BankSilent
            | Self::BankDiffers
            | Self::BankAwaited
            | Self::LateDone
            | Self::LateRefused
            | Self::LateUnclear => Source::Answer,
            Self::InquiryDone
            | Self::InquiryRefused
            | Self::InquiryProcessing
            | Self::InquiryNothing
            | Self::InquirySilent => Source::Inquiry,
            Self::StatementDone | Self::StatementNothing | Self::StatementDiffers | Self::StatementSilent => {
                Source::Statement
            }
            Self::StaffMoved | Self::StaffNotMoved => Source::Staff,
            Self::NotSent | Self::WorkerDied | Self::CannotAsk | Self::NeverAsked | Self::Canceled | Self::Expired => {
                Source::Records
            }
        }
    }

    /// What it proves by itself. One look that finds nothing proves nothing: only several over some time do.
    #[must_use]
    pub const fn proves(self) -> MoneyMoved {
        match self {
            Self::BankDone | Self::LateDone | Self::InquiryDone | Self::StatementDone | Self::StaffMoved => {
                MoneyMoved::Yes
            }
            Self::BankRefused
            | Self::LateRefused
            | Self::InquiryRefused
            | Self::StaffNotMoved
            | Self::NotSent
            | Self::NeverAsked
            | Self::Canceled
            | Self::Expired => MoneyMoved::No,
            Self::BankUnclear
            | Self::BankSilent
            | Self::BankDiffers
            | Self::BankAwaited
            | Self::LateUnclear
            | Self::InquiryProcessing
            | Self::InquiryNothing
            | Self::InquirySilent
            | Self::StatementNothing
            | Self::StatementDiffers
            | Self::StatementSilent
            | Self::WorkerDied
            | Self::CannotAsk => MoneyMoved::Unknown,
        }
    }
}
