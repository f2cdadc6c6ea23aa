//! Streams of open pages: who hears what, when, and until when.

mod desk;
pub mod ear;
mod limits;
mod member;
mod migration;
mod plans;
mod resume;
mod sessions;
