//! The pages of members.

pub mod account_confirm;
pub mod account_detail;
pub mod account_link;
pub mod account_new;
pub mod account_statement;
pub mod accounts;
pub mod home;
pub mod payments;
pub mod sign_in;
pub mod sign_up;
