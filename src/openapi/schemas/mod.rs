//! The bodies: what is asked and what is answered.

mod asked;
mod hosted;
mod shared;
mod transfers;

use super::schema::Schema;
pub use shared::EVENT_TYPES;

/// All of them.
pub fn all() -> impl Iterator<Item = &'static Schema> {
    let lists = [asked::ALL, transfers::ALL, shared::ALL, hosted::ALL];
    lists.into_iter().flatten()
}

#[must_use]
pub fn find(name: &str) -> Option<&'static Schema> {
    all().find(|schema| schema.name == name)
}
