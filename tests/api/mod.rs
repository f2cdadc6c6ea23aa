//! The partner API over HTTP, as a partner's program sees it.

pub mod payments;
mod problems;
mod refunds;
mod scoping;
