//! The CS desk's own: who may do what, what was looked at and done, each dialog's action once, and personal data
//! whole for a minute.

pub mod audit;
pub mod audit_list;
pub mod dialog;
pub mod roles;
pub mod unmask;
