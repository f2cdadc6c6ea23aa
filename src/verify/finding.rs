//! What can be wrong with the books, each kind by its name.

use std::fmt;

use crate::ids::Prefix;
use crate::models::kinds::{TransferKind, TransferState};
use crate::models::transfers;

/// Something that a person must look at, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// `pay_…`, `ref_…`, or the bank's trace number where no transfer of ours is known.
    pub of: String,
    pub flaw: Flaw,
}

/// What is wrong with it. Amounts are won, versions those of the events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// An event is missing, or there twice.
    VersionGap {
        expected: i64,
        found: Option<i64>,
    },
    /// This event, or one of the facts before it, is not what was written.
    HashDiffers {
        version: i64,
    },
    /// The row's last hash is another one than the last event's.
    HeadDiffers,
    RowDiffers {
        row: TransferState,
        event: TransferState,
    },
    VersionDiffers {
        row: i64,
        event: i64,
    },
    PreviousStateDiffers {
        version: i64,
    },
    WayNotAllowed {
        version: i64,
        from: TransferState,
        to: TransferState,
    },
    TimeGoesBack {
        version: i64,
    },
    /// The row lacks, or holds, what its state forbids.
    RowIncomplete {
        column: &'static str,
    },
    RefundsDiffer {
        column: &'static str,
        row_won: i64,
        refunds_won: i64,
    },
    RefundsExceedPayment {
        held_won: i64,
    },
    /// A refund of a payment that was not made, or of somebody else's.
    RefundOfOther,
    /// Calls that move money: one for what was claimed, none for what was not.
    MoneyCalls {
        expected: usize,
        found: usize,
    },
    /// The row and its call at the bank name another trace number, or another day.
    TraceDiffers,
    /// A call that only asks has the trace number of one that moves money.
    TraceUsedTwice,
    /// The answer that a partner was promised under its key.
    KeyMissing,
    KeyOfOther,
    BankMovedNothing,
    BankMovedAnyway {
        state: TransferState,
        moved_won: i64,
    },
    BankMovedOther {
        moved_won: i64,
    },
    BankTookBack {
        moved_won: i64,
    },
    /// The bank moved money in our name that we know nothing of.
    BankMovedUnasked {
        moved_won: i64,
    },
}

impl Finding {
    #[must_use]
    pub fn new(transfer: &transfers::Model, flaw: Flaw) -> Self {
        let prefix = match transfer.kind {
            TransferKind::Payment => Prefix::Payment,
            TransferKind::Refund => Prefix::Refund,
        };
        Self {
            of: prefix.show(transfer.id.0),
            flaw,
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}  {}", self.of, self.flaw)
    }
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::VersionGap {
                expected,
                found: Some(found),
            } => write!(f, "event {expected} is missing, {found} follows"),
            Self::VersionGap { expected, found: None } => write!(f, "event {expected} is missing, and nothing follows"),
            Self::HashDiffers { version } => write!(f, "event {version}, or a fact before it, was changed"),
            Self::HeadDiffers => f.write_str("the row was changed by something else than its events"),
            Self::RowDiffers { row, event } => {
                write!(f, "the row is {}, its last event says {}", row.as_str(), event.as_str())
            }
            Self::VersionDiffers { row, event } => write!(f, "the row is at version {row}, its last event at {event}"),
            Self::PreviousStateDiffers { version } => write!(f, "event {version} names another state before it"),
            Self::WayNotAllowed { version, from, to } => {
                write!(f, "event {version} leads from {} to {}", from.as_str(), to.as_str())
            }
            Self::TimeGoesBack { version } => write!(f, "event {version} is older than the one before it"),
            Self::RowIncomplete { column } => write!(f, "{column} does not fit its state"),
            Self::RefundsDiffer {
                column,
                row_won,
                refunds_won,
            } => {
                write!(f, "{column} is {row_won}, its refunds make {refunds_won}")
            }
            Self::RefundsExceedPayment { held_won } => write!(f, "its refunds hold {held_won}, more than was paid"),
            Self::RefundOfOther => f.write_str("it gives back what was not paid, or to somebody else"),
            Self::MoneyCalls { expected, found } => write!(f, "{found} calls moved money, {expected} should have"),
            Self::TraceDiffers => f.write_str("its trace number or day is not that of its call"),
            Self::TraceUsedTwice => f.write_str("an inquiry has the trace number of the call it asks about"),
            Self::KeyMissing => f.write_str("no idempotency key leads to it"),
            Self::KeyOfOther => f.write_str("an idempotency key of another partner or call leads to it"),
            Self::BankMovedNothing => f.write_str("succeeded, and the bank moved nothing"),
            Self::BankMovedAnyway { state, moved_won } => {
                write!(f, "{}, and the bank moved {moved_won}", state.as_str())
            }
            Self::BankMovedOther { moved_won } => write!(f, "the bank moved {moved_won}, not what was asked"),
            Self::BankTookBack { moved_won } => write!(f, "succeeded, and the bank took {moved_won} back"),
            Self::BankMovedUnasked { moved_won } => write!(f, "the bank moved {moved_won}, and we never asked"),
        }
    }
}
