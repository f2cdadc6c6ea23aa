//! The pages of staff.

pub mod correction;
pub mod exchange;
pub mod factor;
pub mod factor_codes;
pub mod factor_new;
pub mod me;
pub mod members;
pub mod notices;
pub mod payment;
pub mod payments;
pub mod staff;
pub mod staff_member;
pub mod story;
pub mod why;
