//! Transfers: the intention to move money once. A row is its own job; the broker only rings.
//!
//! ```text
//!     accept.rs  accept_checkout.rs        execute.rs (claim)       settle.rs
//!  partner ──▶ queued ───────────────────▶ executing ──────────────▶ succeeded
//!                │                            │  ├──────────────────▶ failed        refused, or proven not sent
//!                │ cancel.rs, expiry.rs       │  └──────────────────▶ unknown ─────▶ succeeded | failed
//!                ▼                            └─ worker died ───────▶ unknown          │      inquire.rs
//!           canceled | expired                                                         └────▶ needs_review
//! ```
//!
//! The rules, each with a test named after it:
//! 1. A state changes only in `state.rs`, by compare-and-set on `version`, with its event in the same transaction.
//! 2. No database transaction is open while the bank is called; the claim is committed before.
//! 3. One money-moving call per transfer, ever. A claimed transfer whose worker died is asked about, never sent again.
//! 4. The clock alone never fails a transfer that may have reached the bank.
//! 5. `refunded + reserved <= paid`, guarded by one conditional update on the payment's row.
//! 6. Whatever the bank names of what it did must equal what was asked, or a person looks at it.
//! 7. A final state stays; late news is written down, not applied.
//! 8. Every answer says whether money moved.

pub mod abandoned;
pub mod accept;
pub mod accept_checkout;
pub mod backlog;
pub mod cancel;
pub mod chain;
pub mod correct;
pub mod error;
pub mod execute;
pub mod expiry;
pub mod fair;
pub mod find;
pub mod hours;
pub mod idempotency;
pub mod in_use;
pub mod inquire;
pub(crate) mod next_look;
pub mod once;
mod party;
pub mod policy;
pub mod refund;
pub mod refund_sums;
pub mod related;
pub mod search;
pub mod settle;
pub mod state;
mod statement_look;
pub mod timeline;
pub mod usage;

pub use error::TransferError;
