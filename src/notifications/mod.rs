//! Telling others: what happened to a transfer, and codes to phones.

pub mod live;
pub mod outbox;
pub mod sms;
