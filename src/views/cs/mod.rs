//! The pages of staff.

mod exchange;
pub mod payment;
pub mod payments;
pub mod story;
pub mod why;
