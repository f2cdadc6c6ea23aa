//! The pages of staff.

pub mod actions;
pub mod correction;
pub mod exchange;
pub mod export;
pub mod members;
pub mod notices;
pub mod payment;
pub mod payment_filter;
mod payment_samples;
pub mod payments;
pub mod story;
pub mod why;
