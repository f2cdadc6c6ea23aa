//! The partner API over HTTP, as a partner's program sees it.

pub mod checkouts;
mod keys;
mod limits;
mod lists;
pub mod mandates;
pub mod payments;
mod problems;
mod refund_sequences;
mod refunds;
mod scoping;
