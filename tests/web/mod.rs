//! The pages of members, as a browser without scripts meets them, and the members' JSON API.

mod accounts;
mod errors;
mod history;
mod holder;
mod linking;
mod member_api;
mod same_account;
mod sessions;
mod sign_up;
mod statement;
mod unlinking;
