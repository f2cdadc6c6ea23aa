//! Who a stream is for: what it is told of, and what it is not.

use crate::ids::{SessionId, TransferId, UserId};
use crate::models::changes::TransferChange;

/// What a stream is told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// A member, of their own.
    Member(UserId),
    /// Staff, of everything.
    Desk,
    /// Staff, that something changed.
    DeskInBrief,
    /// Staff, of one payment and its refunds.
    Payment(TransferId),
}

/// Whose stream it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Owner {
    pub user: UserId,
    pub session: SessionId,
}

impl Audience {
    /// Whether this is for them.
    #[must_use]
    pub fn hears(self, change: &TransferChange) -> bool {
        match self {
            Self::Member(member) => change.member == member && change.is_told_to_members(),
            Self::Desk | Self::DeskInBrief => true,
            Self::Payment(payment) => change.group() == payment,
        }
    }

    /// Whether only staff may be told.
    #[must_use]
    pub const fn is_of_staff(self) -> bool {
        !matches!(self, Self::Member(_))
    }
}
