//! The partner API over HTTP, as a partner's program sees it.

pub mod checkouts;
mod edge;
mod keys;
mod limits;
mod lists;
pub mod mandates;
mod openapi;
pub mod payments;
mod problems;
mod refund_sequences;
mod refunds;
mod schemathesis;
mod scoping;
