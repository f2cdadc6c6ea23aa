//! The pages of staff.

pub mod actions;
pub mod correction;
pub mod delivery;
pub mod exchange;
pub mod export;
pub mod members;
pub mod notices;
pub mod payment;
pub mod payment_filter;
mod payment_samples;
pub mod payments;
mod payments_samples;
pub mod story;
pub mod told;
pub mod verdict;
mod verdict_samples;
