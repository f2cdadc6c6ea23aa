//! `naru task verify`: does all of it fit together? Ends with an error when something does not, or could not be read.

use std::time::Instant;

use async_trait::async_trait;
use loco_rs::app::AppContext;
use loco_rs::task::{Task, TaskInfo, Vars};
use loco_rs::{Error, Result};

use crate::config::Settings;
use crate::services::Services;
use crate::verify::{self, Ledger, Report};

pub struct Verify;

#[async_trait]
impl Task for Verify {
    fn task(&self) -> TaskInfo {
        TaskInfo {
            name: "verify".to_owned(),
            detail: "Walks all histories, sums, bank calls and keys, and tells what does not fit".to_owned(),
        }
    }

    async fn run(&self, ctx: &AppContext, _vars: &Vars) -> Result<()> {
        let missing = || Error::Message("the application is not wired".to_owned());
        let services = ctx.shared_store.get::<Services>().ok_or_else(missing)?;
        let ledger = ledger(&services.settings)?;
        let begun = Instant::now();
        let report = verify::verify(services.db.read(), ledger.as_ref())
            .await
            .map_err(|error| Error::Message(format!("nothing was verified: {error}")))?;
        tell(&report, begun.elapsed().as_secs_f64());
        match report.findings.len() {
            0 => Ok(()),
            count => Err(Error::Message(format!("{count} findings: the books do not fit"))),
        }
    }
}

/// The simulated bank tells of its books; a real one does not.
fn ledger(settings: &Settings) -> Result<Option<Ledger>> {
    let is_simulated = settings.bank.sandbox && settings.simulator.control;
    let ledger = is_simulated.then(|| Ledger::new(&settings.bank_url()));
    ledger.transpose().map_err(Error::wrap)
}

#[expect(clippy::print_stdout, reason = "the report is for the person who asked for it")]
fn tell(report: &Report, seconds: f64) {
    println!("transfers     {:>10}", report.transfers);
    println!("  of them open{:>10}", report.open);
    println!("events        {:>10}", report.events);
    println!("bank calls    {:>10}", report.bank_calls);
    match report.ledger {
        Some(moves) => println!("bank's moves  {moves:>10}"),
        None => println!("bank's moves  not compared: a real bank's books cannot be read"),
    }
    println!("digest        {}", report.digest);
    println!("seconds       {seconds:>10.1}");
    for finding in &report.findings {
        println!("{finding}");
    }
    println!("{} findings", report.findings.len());
}
