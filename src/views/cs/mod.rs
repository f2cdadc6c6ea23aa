//! The pages of staff.

pub mod audit;
pub mod correction;
pub mod exchange;
pub mod mandate;
pub mod member;
pub mod members;
pub mod notices;
pub mod partner;
pub mod partners;
pub mod payment;
pub mod payments;
pub mod reason_form;
pub mod story;
pub mod unmask;
pub mod why;
