//! Keeping secrets: masking, sealed columns and their keys, passwords.

pub mod masking;
pub mod passwords;
pub mod rotation;
pub mod sealed;
