//! The pages of staff.

pub mod actions;
pub mod audit;
pub mod correction;
pub mod delivery;
pub mod exchange;
pub mod export;
pub mod mandate;
pub mod member;
pub mod members;
pub mod notices;
pub mod partner;
pub mod partners;
pub mod payment;
pub mod payment_filter;
mod payment_samples;
pub mod payments;
mod payments_samples;
pub mod reason_form;
pub mod story;
pub mod told;
pub mod unmask;
pub mod verdict;
mod verdict_samples;
