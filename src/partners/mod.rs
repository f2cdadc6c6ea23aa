//! Partner platforms, the keys they ask with, and what members let them take.

pub mod keys;
pub mod mandates;
pub mod rate;
pub mod revocation;
pub mod uses;
pub mod versions;
