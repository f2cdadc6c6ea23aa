//! The CS desk's own: who may do what, what was looked at and done, each dialog's action once, and the verdict on a transfer.

pub mod audit;
pub mod dialog;
pub mod roles;
pub mod verdict;
