//! Partner platforms, the keys they ask with, what members let them take, and the links by which they ask a member.

pub mod audit;
pub mod checkout_confirmation;
pub mod checkout_expiry;
pub mod checkouts;
pub mod directory;
pub mod events;
pub mod key_ending;
pub mod key_list;
pub mod key_making;
pub mod key_rotation;
pub mod keys;
pub mod mandate_approval;
pub mod mandate_consent;
pub mod mandate_request;
pub mod mandates;
pub mod overview;
pub mod people;
pub mod rate;
pub mod return_urls;
pub mod revocation;
pub mod standing;
pub mod stopping;
pub mod uses;
pub mod versions;
