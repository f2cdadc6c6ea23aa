//! The schema, one step after another.
pub use sea_orm_migration::prelude::*;
