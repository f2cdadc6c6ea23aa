//! Why we think that money moved, or did not: the sentence a caller is told.

use serde::Serialize;

use crate::{
    models::kinds::{EventType, FailureCode, TransferKind, TransferState},
    views::words::UnknownWord,
};

/// The evidence behind the answer; its text is `why-…`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// Waiting in the queue.
    NotAskedYet,
    /// The bank has been asked and its answer is awaited.
    AnswerAwaited,
    /// The bank said that it withdrew.
    BankWithdrew,
    /// The bank said that it deposited.
    BankDeposited,
    /// The bank refused with a code that is known to mean so.
    BankRefused,
    /// It is proven that the request never left us.
    NeverSent,
    /// The bank was asked again and again and knows no such transaction.
    BankNeverReceived,
    /// The request may have reached the bank; nothing is proven.
    NothingProven,
    /// The worker ended with the call in hand.
    WorkerDied,
    /// The evidence disagrees, or asking gave up.
    EvidenceDisagrees,
    CanceledBeforeSending,
    ExpiredBeforeSending,
    /// A person decided, with a reason and evidence.
    Corrected,
}

/// Who decided a transfer's present state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decided {
    ByEvidence,
    ByStaff,
}

impl Decided {
    /// By the last event that changed the state; `events` are oldest first, each with the state before it where it
    /// changed.
    #[must_use]
    pub fn by(events: impl DoubleEndedIterator<Item = (EventType, Option<TransferState>)>) -> Self {
        let last = events.rev().find(|(_, previous)| previous.is_some());
        match last {
            Some((EventType::Corrected, _)) => Self::ByStaff,
            _ => Self::ByEvidence,
        }
    }
}

impl Why {
    /// The reason behind a state.
    #[must_use]
    pub const fn of(
        kind: TransferKind,
        status: TransferState,
        failure: Option<FailureCode>,
        unknown_reason: Option<UnknownWord>,
        decided: Decided,
    ) -> Self {
        if matches!(decided, Decided::ByStaff) {
            return Self::Corrected;
        }
        match (status, kind) {
            (TransferState::Queued, _) => Self::NotAskedYet,
            (TransferState::Executing, _) => Self::AnswerAwaited,
            (TransferState::Succeeded, TransferKind::Payment) => Self::BankWithdrew,
            (TransferState::Succeeded, TransferKind::Refund) => Self::BankDeposited,
            (TransferState::Failed, _) => match failure {
                Some(FailureCode::NotSent) => Self::NeverSent,
                Some(FailureCode::BankNeverReceived) => Self::BankNeverReceived,
                _ => Self::BankRefused,
            },
            (TransferState::Unknown, _) => match unknown_reason {
                Some(UnknownWord::WorkerDied) => Self::WorkerDied,
                _ => Self::NothingProven,
            },
            (TransferState::NeedsReview, _) => Self::EvidenceDisagrees,
            (TransferState::Canceled, _) => Self::CanceledBeforeSending,
            (TransferState::Expired, _) => Self::ExpiredBeforeSending,
        }
    }
}
