//! `naru task verify`: does all of it fit together? `limit:200` lists as many findings, `until:2026-11-26T17:00:00+09:00`
//! gives the digest of that moment.

use std::time::Instant;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use loco_rs::app::AppContext;
use loco_rs::task::{Task, TaskInfo, Vars};
use loco_rs::{Error, Result};

use super::Ended;
use crate::services::Services;
use crate::verify::{self, Bank, Comparison, Wish};

const LIST: usize = 1_000;
/// What happened this long ago is committed by now, on whichever machine: the digest of that moment stays.
const COMMITTED_AFTER: TimeDelta = TimeDelta::seconds(60);

pub struct Verify;

#[async_trait]
impl Task for Verify {
    fn task(&self) -> TaskInfo {
        TaskInfo {
            name: "verify".to_owned(),
            detail: "Walks all the books and tells what does not fit: [limit:<findings>] [until:<time>]".to_owned(),
        }
    }

    #[expect(clippy::print_stdout, reason = "the report is for the person who asked for it")]
    async fn run(&self, ctx: &AppContext, vars: &Vars) -> Result<()> {
        let missing = || Error::Message("the application is not wired".to_owned());
        let services = ctx.shared_store.get::<Services>().ok_or_else(missing)?;
        let wish = wish(vars, services.clock.now())?;
        let bank = Bank::of(&services.settings).map_err(Error::wrap)?;
        let begun = Instant::now();
        let report = verify::verify(services.db.read(), &bank, wish)
            .await
            .map_err(|error| Error::Message(verify::with_causes(&error)))?;
        println!("seconds {:.1}\n{report}", begun.elapsed().as_secs_f64());
        match (report.found, report.bank) {
            (0, Comparison::Failed(_)) => Err(Error::wrap(Ended::Unfinished)),
            (0, _) => Ok(()),
            (found, _) => Err(Error::wrap(Ended::Found(found))),
        }
    }
}

fn wish(vars: &Vars, now: DateTime<Utc>) -> Result<Wish> {
    let mut wish = Wish {
        list: LIST,
        until: now - COMMITTED_AFTER,
    };
    let unreadable = |name: &str| Error::Message(format!("the argument {name}: cannot be read"));
    for (name, value) in &vars.cli {
        match name.as_str() {
            "limit" => wish.list = value.parse().map_err(|_| unreadable(name))?,
            "until" => {
                let until = DateTime::parse_from_rfc3339(value).map_err(|_| unreadable(name))?;
                wish.until = until.with_timezone(&Utc);
            }
            _ => return Err(Error::Message(format!("there is no argument {name}:"))),
        }
    }
    Ok(wish)
}
