//! Telling others: what happened to a transfer to the open pages and to partners, and codes to phones.

pub mod live;
pub mod outbox;
pub mod sms;
pub mod webhooks;
