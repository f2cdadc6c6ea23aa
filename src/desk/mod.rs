//! The CS desk's own: who may do what, what was looked at and done, and each dialog's action once.

pub mod assignment;
pub mod audit;
pub mod dead_letters;
pub mod dialog;
pub mod figures;
pub mod mismatches;
pub mod reviews;
pub mod roles;
pub mod upkeep;
pub mod walk;
