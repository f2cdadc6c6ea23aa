//! Partner platforms, the keys they ask with, what members let them take, and the links by which they ask a member.

pub mod checkout_confirmation;
pub mod checkout_expiry;
pub mod checkouts;
pub mod keys;
pub mod mandate_approval;
pub mod mandate_consent;
pub mod mandate_request;
pub mod mandates;
pub mod rate;
pub mod return_urls;
pub mod revocation;
pub mod standing;
pub mod uses;
pub mod versions;
