//! The pages of staff.

pub mod payment;
pub mod payments;
pub mod story;
pub mod why;
