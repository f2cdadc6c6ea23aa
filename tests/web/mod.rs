//! The pages of members, as a browser without scripts meets them, and the members' JSON API.

mod accounts;
mod errors;
mod forgotten;
mod history;
mod linking;
mod member_api;
mod profile;
mod same_answers;
mod sessions;
mod sign_up;
