//! The relay: from a durable row to a worker's hands. The doorbell carries an id, never facts.
//!
//! ```text
//!  accept ── ring ──▶ doorbell ──▶ embedded ──▶ workers/execute_transfer ──▶ transfers/execute
//!                        ▲            │
//!                        └─ sweeper ◀─┘   what is queued, due or abandoned, from the database
//! ```
//!
//! A lost, doubled or late ring costs a moment: whoever claims the row by compare-and-set has the work.

mod doorbell;
mod embedded;
mod provider;
mod sweeper;

pub use doorbell::{Doorbell, Ear};
pub use embedded::Relay;
pub use provider::RelayQueue;
