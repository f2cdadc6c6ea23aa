//! The mark by which a page of a transfer knows that it is out of date.

use std::hash::{DefaultHasher, Hash, Hasher};

use crate::desk::verdict::Verdict;
use crate::desk::verdict::case::Case;
use crate::views::cs::told::CsTold;

/// The same as long as a page would say the same, but for the time.
pub fn mark(case: &Case, verdict: &Verdict, told: &[CsTold]) -> String {
    let mut hasher = DefaultHasher::new();
    let around = case.refunds.iter().chain(&case.of_order).chain(&case.alike);
    for transfer in std::iter::once(&case.transfer).chain(around).chain(&case.payment) {
        // Between versions only the plan of the next look changes.
        (transfer.id, transfer.version, transfer.checks, transfer.next_check_at).hash(&mut hasher);
    }
    format!("{:?} {:?}", verdict.story, verdict.back.map(|back| back.giving)).hash(&mut hasher);
    for delivery in told.iter().flat_map(|told| &told.deliveries) {
        (
            &delivery.id,
            delivery.status,
            delivery.attempts,
            delivery.next_attempt_at,
        )
            .hash(&mut hasher);
    }
    told.len().hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}
