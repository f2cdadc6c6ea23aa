//! Keeping secrets: masking, sealed columns and their keys, passwords, the codes of second factors.

pub mod masking;
pub mod passwords;
pub mod rotation;
pub mod sealed;
pub mod spoken;
pub mod totp;
