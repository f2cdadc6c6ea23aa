//! What is to be measured, from the command line.

use std::path::PathBuf;
use std::time::Duration;

use crate::Failed;

const HELP: &str = "\
cargo bench --bench desk -- [options]
  --sizes 100000,1000000   payments of the histories, one table for all of them (default 100000)
  --folder target/bench    where the databases stay between runs
  --runs 40                how often each question is asked at most
  --seconds 20             how long each question is asked at most
  --seed 1                 of the histories
  --program target/…/naru  another build of the program than this one's
  --keep docs/desk-speed.md puts the tables in the place of those in a document
  --plans                  prints how the database goes about each documented question, and measures nothing
  --mysql mysql://user:password@host:port
                           on MySQL or MariaDB too (NARU_TEST_MYSQL); --no-sqlite: on it alone";

pub struct Arguments {
    pub sizes: Vec<u64>,
    pub folder: PathBuf,
    pub runs: usize,
    pub patience: Duration,
    pub seed: u64,
    pub program: PathBuf,
    pub keep: Option<PathBuf>,
    pub plans: bool,
    pub mysql: Option<String>,
    pub sqlite: bool,
}

pub enum Wanted {
    Run(Arguments),
    Help(&'static str),
}

impl Arguments {
    /// `None` is SQLite.
    pub fn servers(&self) -> Vec<Option<String>> {
        let sqlite = self.sqlite.then_some(None);
        sqlite.into_iter().chain(self.mysql.clone().map(Some)).collect()
    }
}

pub fn read(mut given: impl Iterator<Item = String>) -> Result<Wanted, Failed> {
    let mut arguments = Arguments {
        sizes: vec![100_000],
        folder: PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("target/bench"),
        runs: 40,
        patience: Duration::from_secs(20),
        seed: 1,
        program: PathBuf::from(env!("CARGO_BIN_EXE_naru")),
        keep: None,
        plans: false,
        mysql: std::env::var("NARU_TEST_MYSQL").ok(),
        sqlite: true,
    };
    while let Some(name) = given.next() {
        if name == "--no-sqlite" {
            arguments.sqlite = false;
            continue;
        }
        if name == "--plans" {
            arguments.plans = true;
            continue;
        }
        // `cargo bench` says so to every bench; who lists tests finds none here.
        if name == "--bench" {
            continue;
        }
        if ["--help", "-h", "--list", "--test"].contains(&name.as_str()) {
            return Ok(Wanted::Help(if name.contains('h') { HELP } else { "" }));
        }
        let value = given.next().ok_or_else(|| format!("{name} needs a value\n{HELP}"))?;
        match name.as_str() {
            "--sizes" => {
                let sizes: Result<Vec<u64>, _> = value.split(',').map(|size| size.replace('_', "").parse()).collect();
                arguments.sizes = sizes?;
            }
            "--folder" => arguments.folder = PathBuf::from(value),
            "--runs" => arguments.runs = value.parse::<usize>()?.clamp(1, 10_000),
            "--seconds" => arguments.patience = Duration::from_secs(value.parse::<u64>()?.clamp(1, 600)),
            "--seed" => arguments.seed = value.parse()?,
            "--program" => arguments.program = PathBuf::from(value),
            "--keep" => arguments.keep = Some(PathBuf::from(value)),
            "--mysql" => arguments.mysql = Some(value),
            _ => return Err(format!("there is no option {name}\n{HELP}").into()),
        }
    }
    Ok(Wanted::Run(arguments))
}
