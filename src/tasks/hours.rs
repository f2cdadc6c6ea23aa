//! `naru task hours`: counts the overview's hours anew, from the transfers themselves.

use std::time::Duration;

use async_trait::async_trait;
use loco_rs::app::AppContext;
use loco_rs::task::{Task, TaskInfo, Vars};
use loco_rs::{Error, Result};

use crate::services::Services;
use crate::transfers::hours;

pub struct Hours;

#[async_trait]
impl Task for Hours {
    fn task(&self) -> TaskInfo {
        TaskInfo {
            name: "hours".to_owned(),
            detail: "Counts the overview's hours anew; takes a minute, for payments go on meanwhile".to_owned(),
        }
    }

    #[expect(clippy::print_stdout, reason = "the report is for the person who asked for it")]
    async fn run(&self, ctx: &AppContext, _vars: &Vars) -> Result<()> {
        let missing = || Error::Message("the application is not wired".to_owned());
        let services = ctx.shared_store.get::<Services>().ok_or_else(missing)?;
        hours::forget(&services).await.map_err(Error::wrap)?;
        while hours::announce(&services, hours::AT_ONCE).await.map_err(Error::wrap)? > 0 {}
        // What was begun before the announcement is committed by then.
        tokio::time::sleep(Duration::from_secs(hours::SETTLES.num_seconds().unsigned_abs())).await;
        let counted = hours::count_all(&services).await.map_err(Error::wrap)?;
        println!("{counted} hours counted");
        Ok(())
    }
}
