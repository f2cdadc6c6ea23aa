//! What becomes of a transfer, whatever the bank, the clock or the process does.

mod crash;
pub mod fates;
mod rules;
