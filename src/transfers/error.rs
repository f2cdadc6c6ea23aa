//! Why a verb of this folder did not do what was asked, and what that says of the money.

use sea_orm::DbErr;

use super::backlog::Overfull;
use crate::ids::TransferId;
use crate::models::kinds::{EventType, LimitScope, MoneyMoved, TransferState};
use crate::money::Won;

/// A refusal, or the database's own failure. Nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum TransferError {
    #[error("there is no such thing for this caller")]
    NotFound,
    #[error("one transfer is of at most {most_won}")]
    OverCeiling { most_won: Won },
    #[error("the payment would have expired already")]
    ExpiresInPast,
    #[error("a payment waits for a year at most")]
    ExpiresTooLate,
    #[error("too much waits for the bank to promise more")]
    Overfull(Overfull),
    #[error("the partner is stopped")]
    PartnerStopped,
    #[error("the mandate cannot be charged")]
    MandateInactive,
    #[error("the {}'s limit for one payment is {limit_won}", scope.as_str())]
    OverPaymentLimit { scope: LimitScope, limit_won: Won },
    #[error("{remaining_won} remain of the {}'s limit of today", scope.as_str())]
    OverDailyLimit { scope: LimitScope, remaining_won: Won },
    #[error("this order has a payment that is not final")]
    DuplicateOrder { existing: TransferId },
    #[error("this idempotency key was used for another request")]
    KeyReused,
    #[error("the first request with this idempotency key is still running")]
    KeyInUse,
    #[error("the payment is {state:?} and cannot be refunded")]
    NotRefundable { state: TransferState },
    #[error("{remaining_won} of the payment can be refunded")]
    RefundExceedsRemaining { remaining_won: Won },
    #[error("the transfer is {state:?} and cannot be canceled")]
    NotCancelable { state: TransferState },
    #[error("the transfer is {state:?}, and no person decides how it ended")]
    NotCorrectable { state: TransferState },
    #[error("money of this payment went back, or is on its way")]
    HasRefunds { state: TransferState },
    #[error("the transfer is at version {current}")]
    VersionConflict { current: i64, state: TransferState },
    #[error("the transfer changed meanwhile")]
    Raced,
    #[error("{event:?} may not happen to a transfer that is {from:?}")]
    NotAllowed { from: TransferState, event: EventType },
    #[error("a stored answer cannot be read or written")]
    Body(#[from] serde_json::Error),
    #[error("the database failed: {0}")]
    Database(#[from] DbErr),
}

impl TransferError {
    /// Whether money moved: of the transfer that was spoken of, or for the request. One that was refused moved nothing;
    /// one that met a fault may have been accepted, or speak of a transfer that we cannot look at.
    #[must_use]
    pub const fn money_moved(&self) -> MoneyMoved {
        match self {
            Self::NotRefundable { state }
            | Self::NotCancelable { state }
            | Self::NotCorrectable { state }
            | Self::HasRefunds { state }
            | Self::VersionConflict { state, .. } => state.money_moved(),
            Self::KeyInUse | Self::Raced | Self::NotAllowed { .. } | Self::Body(_) | Self::Database(_) => {
                MoneyMoved::Unknown
            }
            Self::NotFound
            | Self::OverCeiling { .. }
            | Self::ExpiresInPast
            | Self::ExpiresTooLate
            | Self::Overfull(_)
            | Self::PartnerStopped
            | Self::MandateInactive
            | Self::OverPaymentLimit { .. }
            | Self::OverDailyLimit { .. }
            | Self::DuplicateOrder { .. }
            | Self::KeyReused
            | Self::RefundExceedsRemaining { .. } => MoneyMoved::No,
        }
    }
}
