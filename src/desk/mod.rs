//! The CS desk's own: who comes in and with which second factor, who may do what, what was looked at and done, each
//! dialog's action once, an announcement once for its form, the verdict on a transfer, what its partner was told, what waits for somebody, personal data whole
//! for a minute, and what is taken along.
//!
//! What staff do to a transfer is done by the verbs of `transfers/`; the files here put them into one transaction with the
//! dialog that asked (`action.rs`) and its row in the audit.

pub mod action;
pub mod announcements;
pub mod approval_list;
pub mod approvals;
pub mod assignment;
pub mod audit;
pub mod audit_list;
mod audit_names;
pub mod bank_limits;
pub mod bank_windows;
pub mod cancellations;
pub mod corrections;
pub mod dead_counts;
pub mod dead_letter_list;
pub mod dead_letters;
pub mod dialog;
pub mod export;
pub mod factor;
pub mod figures;
pub mod inquiries;
pub mod let_out;
pub mod mismatch_closing;
pub mod mismatches;
pub mod notes;
pub mod order;
pub mod people;
pub mod redeliveries;
pub mod refunds;
pub mod reviews;
pub mod roles;
pub mod shortcuts;
pub mod tags;
pub mod told;
pub mod unmask;
pub mod upkeep;
pub mod verdict;
pub mod walk;
