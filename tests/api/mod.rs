//! The partner API over HTTP, as a partner's program sees it.

mod keys;
mod limits;
mod lists;
pub mod payments;
mod problems;
mod refunds;
mod scoping;
