//! Rows and their finders. A finder scoped by its owner says so in its name.

pub mod _entities;
pub mod account_consents;
pub mod bank_accounts;
pub mod changes;
pub mod kinds;
pub mod mandate_consents;
pub mod mandates;
pub mod members;
pub mod notices;
pub mod sessions;
pub mod users;

pub use _entities::{
    bank_calls, bank_windows, book_walk, checkouts, daily_usage, desk_dialogs, desk_notes, event_order, gate_limits,
    gate_shares, idempotency_keys, installation, mismatches, notice_changes, overview_hours, overview_totals,
    partner_audit, partner_events, partner_keys, partner_return_urls, partner_users, partners, refund_approvals,
    review_assignments, staff_audit, staff_factors, staff_given_passwords, staff_recovery_codes, staff_shortcuts_off,
    transfer_events, transfer_tags, transfers, webhook_attempts, webhook_deliveries, webhook_endpoints,
};
