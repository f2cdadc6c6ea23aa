//! The pages of members.

pub mod home;
pub mod sign_in;
pub mod sign_up;
