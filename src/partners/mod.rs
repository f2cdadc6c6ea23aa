//! Partner platforms and the keys they ask with.

pub mod keys;
