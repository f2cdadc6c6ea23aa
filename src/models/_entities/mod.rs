//! Tables as rows, one file each, as the migrations make them.

pub mod users;
pub mod members;
pub mod sessions;
pub mod partners;
pub mod partner_keys;
pub mod bank_accounts;
pub mod mandates;
pub mod transfers;
pub mod transfer_events;
pub mod bank_calls;
pub mod idempotency_keys;
