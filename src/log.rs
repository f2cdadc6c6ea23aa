//! Log lines find their transfer: the span of a piece of work carries its id and the id of the request that accepted it,
//! in web, relay and workers alike. `docs/logging.md` tells which fields there are, and what is never written.

use tracing::Span;
use tracing::field::{Empty, display};

use crate::ids::{Prefix, TransferId};
use crate::models::kinds::TransferKind;
use crate::models::transfers;

/// The id of a transfer as partners and staff know it: `pay_…`, `ref_…`.
#[must_use]
pub fn shown(kind: TransferKind, id: TransferId) -> String {
    let prefix = match kind {
        TransferKind::Payment => Prefix::Payment,
        TransferKind::Refund => Prefix::Refund,
    };
    prefix.show(id.0)
}

/// The span of work on a transfer that is not loaded yet; [`about`] fills it. `via` is what led to it. At the highest
/// level, so that the ids are there however little is logged.
#[must_use]
pub fn work(via: &'static str) -> Span {
    tracing::error_span!("work", via, transfer = Empty, request_id = Empty)
}

/// The span of work on a transfer that is known.
#[must_use]
pub fn of(transfer: &transfers::Model) -> Span {
    let request_id = transfer.request_id.as_ref().map(display);
    let shown = shown(transfer.kind, transfer.id);
    tracing::error_span!("transfer", transfer = shown, request_id)
}

/// From here on the lines of the present span are about this transfer.
pub fn about(transfer: &transfers::Model) {
    about_id(transfer.kind, transfer.id);
    if let Some(request_id) = &transfer.request_id {
        Span::current().record("request_id", display(request_id));
    }
}

/// As [`about`], within the request that accepts it.
pub fn about_id(kind: TransferKind, id: TransferId) {
    Span::current().record("transfer", shown(kind, id));
}
