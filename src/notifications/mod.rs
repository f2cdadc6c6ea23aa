//! Telling others what happened to a transfer.

pub mod live;
pub mod outbox;
