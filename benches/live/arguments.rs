//! What is to be measured, from the command line.

use std::path::PathBuf;

use crate::Failed;

const HELP: &str = "\
cargo bench --bench live -- [options]
  --streams 5000           members with a page open
  --paying 200             of them who are charged
  --deaf 10                streams beside them whose clients read nothing
  --rate 200               payments offered a second
  --seconds 30             for so long
  --folder target/bench    where the database stays
  --program target/…/naru  another build of the program than this one's
  --redis redis://…        tell other processes as well";

pub struct Arguments {
    pub streams: usize,
    pub paying: usize,
    pub deaf: usize,
    pub rate: u32,
    pub seconds: u32,
    pub folder: PathBuf,
    pub program: PathBuf,
    pub redis: String,
}

pub enum Wanted {
    Run(Arguments),
    Help(&'static str),
}

pub fn read(mut given: impl Iterator<Item = String>) -> Result<Wanted, Failed> {
    let mut arguments = Arguments {
        streams: 5_000,
        paying: 200,
        deaf: 10,
        rate: 200,
        seconds: 30,
        folder: PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("target/bench"),
        program: PathBuf::from(env!("CARGO_BIN_EXE_naru")),
        redis: String::new(),
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
            "--streams" => arguments.streams = value.parse::<usize>()?.clamp(1, 20_000),
            "--paying" => arguments.paying = value.parse::<usize>()?.clamp(1, 1_000),
            "--deaf" => arguments.deaf = value.parse::<usize>()?.min(1_000),
            "--rate" => arguments.rate = value.parse::<u32>()?.clamp(1, 2_000),
            "--seconds" => arguments.seconds = value.parse::<u32>()?.clamp(1, 600),
            "--folder" => arguments.folder = PathBuf::from(value),
            "--program" => arguments.program = PathBuf::from(value),
            "--redis" => arguments.redis = value,
            _ => return Err(format!("there is no option {name}\n{HELP}").into()),
        }
    }
    arguments.paying = arguments.paying.min(arguments.streams);
    Ok(Wanted::Run(arguments))
}
