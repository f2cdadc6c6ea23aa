//! Tables as rows, one file each, as the migrations make them.

pub mod account_consents;
pub mod bank_accounts;
pub mod bank_calls;
pub mod checkouts;
pub mod daily_usage;
pub mod event_order;
pub mod idempotency_keys;
pub mod installation;
pub mod mandate_consents;
pub mod mandates;
pub mod members;
pub mod notice_changes;
pub mod notices;
pub mod partner_audit;
pub mod partner_events;
pub mod partner_keys;
pub mod partner_return_urls;
pub mod partner_users;
pub mod partners;
pub mod sessions;
pub mod transfer_events;
pub mod transfers;
pub mod users;
pub mod webhook_attempts;
pub mod webhook_deliveries;
pub mod webhook_endpoints;
