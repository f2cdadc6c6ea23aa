//! Tables as rows, one file each, as the migrations make them.

pub mod account_consents;
pub mod bank_accounts;
pub mod bank_calls;
pub mod daily_usage;
pub mod idempotency_keys;
pub mod mandates;
pub mod members;
pub mod notice_changes;
pub mod notices;
pub mod partner_events;
pub mod partner_keys;
pub mod partners;
pub mod sessions;
pub mod transfer_events;
pub mod transfers;
pub mod users;
