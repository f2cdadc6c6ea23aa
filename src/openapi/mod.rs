//! The partner API as a document: which calls there are, what they demand, take and answer, in two languages.
//!
//! The tables of [`groups`] are more than words: [`crate::controllers::api::gate`] demands a call's scope from them, and
//! a test holds them against the router, both ways.

#![expect(
    clippy::indexing_slicing,
    reason = "tables are counted when they are compiled, and a member is set of an object that was just made"
)]

pub mod answers;
mod document;
pub mod events;
pub mod groups;
pub mod json;
pub mod operation;
pub mod parameters;
pub mod schema;
pub mod schemas;
pub mod words;

pub use document::document;
pub use groups::Group;

/// What every path begins with.
pub const BASE: &str = "/api/v1";
