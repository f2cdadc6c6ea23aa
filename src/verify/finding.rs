//! What can be wrong with the books: where, and of what kind.

use std::fmt;

use super::flaw::Flaw;
use crate::ids::{Prefix, TransferId};
use crate::models::kinds::TransferKind;
use crate::models::transfers;

/// Something that a person must look at, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// `pay_…`, `ref_…`; what it is and its id or trace number where no transfer of ours is known.
    pub of: String,
    pub flaw: Flaw,
}

impl Finding {
    #[must_use]
    pub fn new(transfer: &transfers::Model, flaw: Flaw) -> Self {
        Self {
            of: shown(transfer.kind, transfer.id),
            flaw,
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}  {}  {}", self.of, self.flaw.kind(), self.flaw)
    }
}

/// The id as the outside sees it.
pub(super) fn shown(kind: TransferKind, id: TransferId) -> String {
    let prefix = match kind {
        TransferKind::Payment => Prefix::Payment,
        TransferKind::Refund => Prefix::Refund,
    };
    prefix.show(id.0)
}
