//! The CS desk's own: who may do what, what was looked at and done, each dialog's action once, and what is taken along.

pub mod audit;
pub mod dialog;
pub mod export;
pub mod roles;
