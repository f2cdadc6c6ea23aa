//! Streams of open pages: who hears what, when, and until when.

mod desk;
pub mod ear;
mod limits;
mod member;
mod migration;
mod plans;
mod resume;
mod sessions;

use crate::support::app::{TestApp, eventually};

/// An app that hears the other processes, where there can be any: it is told once it does, which no test here is about.
async fn hearing(app: TestApp) -> TestApp {
    eventually("the other processes are heard", || async { app.services.live.hears() }).await;
    app
}
