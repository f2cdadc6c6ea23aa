//! The pages of members, as a browser without scripts meets them, and the members' JSON API.

mod accounts;
mod devices;
mod errors;
mod forged;
mod forgotten;
mod history;
mod linking;
mod lockout;
mod member_api;
mod passwords;
mod profile;
mod renewal;
mod same_answers;
mod sessions;
mod sign_up;
