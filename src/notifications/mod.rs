//! Telling others what happened to a transfer.

pub mod outbox;
