//! What an operator watches a process by.

mod listener;
mod metrics;
