//! The kinds of findings, each with its sentence and its word.

use crate::models::kinds::{EventType, TransferState};

/// What is wrong. Amounts are won, versions those of the events.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// Missing, or there twice. What it would tell is not looked for further.
    #[error("event {expected} is missing, and {} follows", follower(*.found))]
    VersionGap { expected: i64, found: Option<i64> },
    /// It is not what was written; for the first event, or a fact of the transfer is not.
    #[error("{} was changed", hashed(*.version))]
    HashDiffers { version: i64 },
    #[error("the row's hash is not its last event's")]
    HeadDiffers,
    #[error("the row is {}, its last event says {}", .row.as_str(), .event.as_str())]
    RowDiffers { row: TransferState, event: TransferState },
    #[error("the row is at version {row}, its last event at {event}")]
    VersionDiffers { row: i64, event: i64 },
    #[error("event {version} names another state before it")]
    PreviousStateDiffers { version: i64 },
    /// `from` is `None` before the first event.
    #[error("event {version}, {}, leads from {} to {}", .event.as_str(), .from.map_or("nothing", TransferState::as_str), .to.as_str())]
    WayNotAllowed {
        version: i64,
        event: EventType,
        from: Option<TransferState>,
        to: TransferState,
    },
    #[error("event {version} is older than the one before it")]
    TimeGoesBack { version: i64 },
    #[error("{column} does not fit its state or its events")]
    ColumnDiffers { column: &'static str },

    /// A sum on a payment against the refunds that are there.
    #[error("{column} is {row_won}, its refunds make {refunds_won}")]
    RefundsDiffer {
        column: &'static str,
        row_won: i64,
        refunds_won: i64,
    },
    /// A sum on a payment against the refunds that its history tells of.
    #[error("{column} is {row_won}, its history tells of {told_won}")]
    RefundsNotTold {
        column: &'static str,
        row_won: i64,
        told_won: i64,
    },
    #[error("its refunds hold {held_won}, more than was paid")]
    RefundsExceedPayment { held_won: i64 },
    #[error("it gives back what was not paid, or to somebody else")]
    RefundOfOther,
    #[error("it gives back a payment that is not there")]
    RefundOfNothing,

    /// One for what was claimed, none for what was not.
    #[error("{found} calls to move its money, {expected} should be there")]
    MoneyCalls { expected: usize, found: usize },
    /// It moves money the other way, or at another account.
    #[error("a call was made for it that is not its own: {operation}")]
    CallOfOther { operation: String },
    #[error("its trace number or day is not that of its call")]
    TraceDiffers,
    #[error("a call that only asks has the trace number of the one it asks about")]
    TraceUsedTwice,
    #[error("{}, and the bank answered its call: {answered}", .state.as_str())]
    AnswerDiffers { state: TransferState, answered: String },
    #[error("{}, and no answer of the bank and no person says so", .state.as_str())]
    NoEvidence { state: TransferState },

    #[error("{found} idempotency keys lead to it, {expected} should")]
    KeyCount { found: usize, expected: usize },
    #[error("an idempotency key of another partner or call leads to it")]
    KeyOfOther,
    #[error("its transfer {transfer} is not there")]
    Orphan { transfer: String },

    #[error("succeeded, and the bank moved nothing")]
    BankMovedNothing,
    #[error("{}, and the bank moved {moved_won}", .state.as_str())]
    BankMovedAnyway { state: TransferState, moved_won: i64 },
    #[error("the bank moved {moved_won} {direction}, not what was asked")]
    BankMovedOther { moved_won: i64, direction: String },
    #[error("succeeded, and the bank took {moved_won} back")]
    BankTookBack { moved_won: i64 },
    /// In our name, and no call of ours asked for it.
    #[error("the bank moved {moved_won} {direction}, and we never asked")]
    BankMovedUnasked { moved_won: i64, direction: String },
}

fn follower(found: Option<i64>) -> String {
    found.map_or_else(|| "nothing".to_owned(), |version| format!("event {version}"))
}

fn hashed(version: i64) -> String {
    match version {
        1 => "the first event, or a fact of the transfer,".to_owned(),
        version => format!("event {version}"),
    }
}

impl Flaw {
    /// Its kind in one word, for who searches or counts.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::VersionGap { .. } => "version_gap",
            Self::HashDiffers { .. } => "hash_differs",
            Self::HeadDiffers => "head_differs",
            Self::RowDiffers { .. } => "row_differs",
            Self::VersionDiffers { .. } => "version_differs",
            Self::PreviousStateDiffers { .. } => "previous_state_differs",
            Self::WayNotAllowed { .. } => "way_not_allowed",
            Self::TimeGoesBack { .. } => "time_goes_back",
            Self::ColumnDiffers { .. } => "column_differs",
            Self::RefundsDiffer { .. } => "refunds_differ",
            Self::RefundsNotTold { .. } => "refunds_not_told",
            Self::RefundsExceedPayment { .. } => "refunds_exceed_payment",
            Self::RefundOfOther => "refund_of_other",
            Self::RefundOfNothing => "refund_of_nothing",
            Self::MoneyCalls { .. } => "money_calls",
            Self::CallOfOther { .. } => "call_of_other",
            Self::TraceDiffers => "trace_differs",
            Self::TraceUsedTwice => "trace_used_twice",
            Self::AnswerDiffers { .. } => "answer_differs",
            Self::NoEvidence { .. } => "no_evidence",
            Self::KeyCount { .. } => "key_count",
            Self::KeyOfOther => "key_of_other",
            Self::Orphan { .. } => "orphan",
            Self::BankMovedNothing => "bank_moved_nothing",
            Self::BankMovedAnyway { .. } => "bank_moved_anyway",
            Self::BankMovedOther { .. } => "bank_moved_other",
            Self::BankTookBack { .. } => "bank_took_back",
            Self::BankMovedUnasked { .. } => "bank_moved_unasked",
        }
    }
}
