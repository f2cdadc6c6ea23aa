//! Keeping secrets: masking, sealed columns, passwords.

pub mod masking;
pub mod passwords;
pub mod sealed;
