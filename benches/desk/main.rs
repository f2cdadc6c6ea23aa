//! How fast the desk answers over many payments: the real program on a database of its own making, asked over HTTP.
//! `benches/README.md` tells how to run it and what it measures.
#![expect(clippy::print_stdout, reason = "the tables are for the person who asked for them")]

mod arguments;
mod book;
#[path = "../../tests/cs/documented.rs"]
mod documented;
mod keep;
mod plans;
mod program;
mod questions;
mod table;
mod visitor;

use std::error::Error;

use arguments::{Arguments, Wanted};
use program::Program;
use table::{Measured, Table};

/// Whatever goes wrong ends the run with its sentence.
pub type Failed = Box<dyn Error + Send + Sync>;

#[tokio::main]
async fn main() -> Result<(), Failed> {
    let arguments = match arguments::read(std::env::args().skip(1))? {
        Wanted::Run(arguments) => arguments,
        Wanted::Help(text) => {
            println!("{text}");
            return Ok(());
        }
    };
    // The client of the bank and ours share one provider; a second installation is refused, and the first one stays.
    drop(rustls::crypto::ring::default_provider().install_default());
    let mut over = Vec::new();
    for server in arguments.servers() {
        if arguments.plans {
            for size in &arguments.sizes {
                plans::print(&arguments, server.as_deref(), *size).await?;
            }
            continue;
        }
        let mut table = Table::new(server.as_deref());
        for size in &arguments.sizes {
            table.add(*size, measure(&arguments, server.as_deref(), *size).await?);
        }
        println!("\n{table}");
        if let Some(document) = &arguments.keep {
            keep::keep(document, table.database(), &table.to_string())?;
        }
        over.extend(table.over());
    }
    if over.is_empty() {
        return Ok(());
    }
    Err(format!("over their budget: {}", over.join(", ")).into())
}

/// All questions at one size.
async fn measure(arguments: &Arguments, server: Option<&str>, size: u64) -> Result<Measured, Failed> {
    let mut program = Program::new(arguments, server, size).await?;
    let mut measured = Measured {
        fill: program.fill(size, arguments.seed)?,
        ..Measured::default()
    };
    let facts = book::facts(&program.database, arguments.runs).await?;
    program.start().await?;
    let visitor = visitor::signed_in(&program.base()).await?;
    for question in questions::all(&visitor, &facts).await? {
        let took = question.ask(&visitor, arguments.runs, arguments.patience).await?;
        measured.answers.push(took);
    }
    measured.memory_kib = program.memory_kib();
    measured.disk_bytes = program.disk_bytes();
    program.stop()?;
    Ok(measured)
}
