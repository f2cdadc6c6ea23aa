//! Members' bank accounts: linking them, their balances, their names, and letting them go.
//!
//! ```text
//!   link ──▶ pending ── open_fin_account ──▶ register number ── check_fin_account ──▶ active ──▶ unlinked
//!               └────────── resume: goes on where it stopped, the next day too ──────┘
//! ```
//!
//! An account row outlives its link: payments and refunds name it, so unlinking marks it and deletes nothing.

pub mod balance;
pub mod link;
mod link_steps;
pub mod manage;
pub mod numbers;
pub mod request;

pub use crate::models::bank_accounts::Model as AccountRow;
