//! Members' bank accounts: linking them, their balances, their names, and letting them go.
//!
//! ```text
//!   holder's name ──▶ consent ──▶ pending ── open_fin_account ──▶ register number ── check_fin_account ──▶ active
//!                                    └────────── resume: goes on where it stopped, the next day too ──────┘
//! ```
//!
//! An account row outlives its link: payments and refunds name it, so unlinking marks it and deletes nothing.

pub mod balance;
pub mod consent;
pub mod draft;
pub mod holder;
pub mod link;
mod link_steps;
pub mod manage;
mod names;
pub mod no_balance;
pub mod numbers;
pub mod request;
pub mod standing;
pub mod statement;
pub mod stop;
pub mod unlink;

pub use crate::models::bank_accounts::Model as AccountRow;
