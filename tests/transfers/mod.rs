//! What becomes of a transfer, whatever the bank, the clock or the process does.

mod cases;
pub mod fates;
mod inquiries;
pub mod kill;
mod races;
mod rules;
mod storm;
mod usage;
