//! The CS desk's own: who may do what, what was looked at and done, each dialog's action once, the verdict on a transfer and
//! what its partner was told.

pub mod audit;
pub mod dialog;
pub mod roles;
pub mod told;
pub mod verdict;
