//! What is to be shown, from the command line.

use std::path::PathBuf;
use std::time::Duration;

use crate::Failed;

const HELP: &str = "\
cargo bench --bench gate -- [options]
  --budget 50              calls that the bank takes in any second
  --queued 10000           payments of the partner who floods
  --unknown 1000           transfers that are asked about
  --looks 200              balances that are looked at
  --offered 5              times the budget that is offered for back-pressure
  --seconds 60             how long
  --backlog 10             seconds that a new payment may have to wait
  --program target/…/naru  another build of the program than this one's";

pub struct Arguments {
    pub budget: u32,
    pub queued: u32,
    pub unknown: u32,
    pub looks: u32,
    pub offered: u32,
    pub offered_for: Duration,
    pub backlog_secs: u32,
    pub program: PathBuf,
}

pub enum Wanted {
    Run(Arguments),
    Help(&'static str),
}

pub fn read(mut given: impl Iterator<Item = String>) -> Result<Wanted, Failed> {
    let mut arguments = Arguments {
        budget: 50,
        queued: 10_000,
        unknown: 1_000,
        looks: 200,
        offered: 5,
        offered_for: Duration::from_mins(1),
        backlog_secs: 10,
        program: PathBuf::from(env!("CARGO_BIN_EXE_naru")),
    };
    while let Some(name) = given.next() {
        // `cargo bench` says so to every bench; who lists tests finds none here.
        if name == "--bench" {
            continue;
        }
        if ["--help", "-h", "--list", "--test"].contains(&name.as_str()) {
            return Ok(Wanted::Help(if name.contains('h') { HELP } else { "" }));
        }
        let value = given.next().ok_or_else(|| format!("{name} needs a value\n{HELP}"))?;
        match name.as_str() {
            "--budget" => arguments.budget = value.parse::<u32>()?.clamp(1, 1_000),
            "--queued" => arguments.queued = value.parse()?,
            "--unknown" => arguments.unknown = value.parse()?,
            "--looks" => arguments.looks = value.parse()?,
            "--offered" => arguments.offered = value.parse::<u32>()?.clamp(1, 20),
            "--seconds" => arguments.offered_for = Duration::from_secs(value.parse::<u64>()?.clamp(1, 600)),
            "--backlog" => arguments.backlog_secs = value.parse::<u32>()?.max(1),
            "--program" => arguments.program = PathBuf::from(value),
            _ => return Err(format!("there is no option {name}\n{HELP}").into()),
        }
    }
    Ok(Wanted::Run(arguments))
}
