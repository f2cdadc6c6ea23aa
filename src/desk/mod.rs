//! The CS desk's own: who may do what, what was looked at and done, and each dialog's action once.

pub mod audit;
pub mod dialog;
pub mod roles;
