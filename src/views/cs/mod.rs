//! The pages of staff.

pub mod age;
pub mod chart;
pub mod correction;
pub mod dead_letter;
pub mod exchange;
pub mod members;
pub mod mismatch;
pub mod notices;
pub mod overview;
pub mod payment;
pub mod payments;
pub mod review_taken;
pub mod reviews;
pub mod story;
pub mod why;
