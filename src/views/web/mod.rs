//! The pages of members.

pub mod account_confirm;
pub mod account_detail;
pub mod account_link;
pub mod account_new;
pub mod account_statement;
pub mod accounts;
pub mod home;
pub mod mandates;
pub mod me;
pub mod me_password;
pub mod me_withdrawal;
pub mod member_home;
pub mod notices;
pub mod outbox;
pub mod password_new;
pub mod payment_detail;
pub mod payment_filter;
pub(super) mod payment_samples;
pub mod payments;
pub mod phone;
pub mod profile;
pub mod receipt;
pub mod sign_in;
pub mod sign_up;
pub mod status;
pub mod status_words;
