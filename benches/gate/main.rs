//! What the gate promises, shown at the simulated bank: the real program with 10,000 payments queued, 1,000 unknown and 200
//! balance looks beside it, and then five times more offered than the bank can take. `benches/README.md` tells how to run it.
#![expect(clippy::print_stdout, reason = "the tables are for the person who asked for them")]
#![expect(clippy::indexing_slicing, reason = "what a JSON value does not have is null")]

mod arguments;
mod crowd;
mod ledger;
mod pressure;
mod program;
mod stage;

use std::error::Error;

use arguments::{Arguments, Wanted};

/// Whatever goes wrong ends the run with its sentence.
pub type Failed = Box<dyn Error + Send + Sync>;

#[tokio::main]
async fn main() -> Result<(), Failed> {
    let arguments: Arguments = match arguments::read(std::env::args().skip(1))? {
        Wanted::Run(arguments) => arguments,
        Wanted::Help(text) => {
            println!("{text}");
            return Ok(());
        }
    };
    // The client of the bank and ours share one provider; a second installation is refused, and the first one stays.
    drop(rustls::crypto::ring::default_provider().install_default());
    crowd::show(&arguments).await?;
    pressure::show(&arguments).await
}
