//! Rows and their finders. A finder scoped by its owner says so in its name.

pub mod _entities;
pub mod account_consents;
pub mod bank_accounts;
pub mod kinds;
pub mod mandate_consents;
pub mod mandates;
pub mod members;
pub mod notices;
pub mod sessions;
pub mod users;

pub use _entities::{
    bank_calls, checkouts, daily_usage, event_order, idempotency_keys, installation, notice_changes, partner_audit,
    partner_events, partner_keys, partner_return_urls, partner_users, partners, transfer_events, transfers,
    webhook_attempts, webhook_deliveries, webhook_endpoints,
};
