//! The CS desk's own: who comes in and with which second factor, who may do what, what was looked at and done, and each
//! dialog's action once.

pub mod audit;
pub mod dialog;
pub mod factor;
pub mod people;
pub mod roles;
