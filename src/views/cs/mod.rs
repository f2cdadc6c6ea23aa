//! The pages of staff.

pub mod correction;
pub mod delivery;
pub mod exchange;
pub mod members;
pub mod notices;
pub mod payment;
mod payment_samples;
pub mod payments;
pub mod story;
pub mod told;
pub mod verdict;
mod verdict_samples;
