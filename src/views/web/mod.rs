//! The pages of members.

pub mod account_detail;
pub mod account_new;
pub mod accounts;
pub mod home;
pub mod mandates;
pub mod me;
pub mod me_password;
pub mod member_home;
pub mod notices;
pub mod outbox;
pub mod password_new;
pub mod payment_detail;
pub mod payments;
pub mod phone;
pub mod profile;
pub mod receipt;
pub mod sign_in;
pub mod sign_up;
pub mod status;
