//! `naru task demo`: the demo's people, partner and payments in an empty database, as a first `naru` alone makes them.

use async_trait::async_trait;
use loco_rs::app::AppContext;
use loco_rs::task::{Task, TaskInfo, Vars};
use loco_rs::{Error, Result};

use crate::demo;
use crate::services::Services;

pub struct Demo;

#[async_trait]
impl Task for Demo {
    fn task(&self) -> TaskInfo {
        TaskInfo {
            name: "demo".to_owned(),
            detail: "Seeds an empty database with people, a partner and payments at the simulated bank".to_owned(),
        }
    }

    #[expect(clippy::print_stdout, reason = "the logins are for the person who asked for them")]
    async fn run(&self, ctx: &AppContext, _vars: &Vars) -> Result<()> {
        let missing = || Error::Message("the application is not wired".to_owned());
        let services = ctx.shared_store.get::<Services>().ok_or_else(missing)?;
        if !services.settings.demo_data {
            return Err(Error::Message("`settings.demo_data` is false here".to_owned()));
        }
        demo::seed_if_empty(&services).await?;
        println!("{}", demo::logins());
        Ok(())
    }
}
