//! The pages of members.

pub mod account_detail;
pub mod account_new;
pub mod accounts;
pub mod home;
pub mod me;
pub mod me_password;
pub mod me_withdrawal;
pub mod outbox;
pub mod password_new;
pub mod payments;
pub mod phone;
pub mod profile;
pub mod sign_in;
pub mod sign_up;
