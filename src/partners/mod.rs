//! Partner platforms, the keys they ask with, and what members let them take.

pub mod audit;
pub mod events;
pub mod key_ending;
pub mod key_list;
pub mod key_making;
pub mod key_rotation;
pub mod keys;
pub mod mandates;
pub mod overview;
pub mod people;
pub mod return_urls;
pub mod revocation;
