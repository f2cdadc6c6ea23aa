//! Starts Naru: everything without an argument, the simulated bank with `simulator`, Loco's commands with any other.

use std::process::ExitCode;

use loco_rs::cli;
use migration::Migrator;
use naru::app::App;
use naru::{run, tasks};

#[tokio::main]
async fn main() -> ExitCode {
    let is_task = std::env::args().any(|argument| argument == "task");
    let outcome = match std::env::args().nth(1).as_deref() {
        None => Box::pin(run::everything()).await,
        Some("simulator") => run::simulator().await,
        Some(_) => Box::pin(cli::main::<App, Migrator>()).await,
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            if let Some(code) = tasks::exit_code(&error) {
                return ExitCode::from(code);
            }
            tracing::error!(%error, "stopped by an error");
            report(&error);
            if is_task {
                ExitCode::from(tasks::CANNOT)
            } else {
                ExitCode::FAILURE
            }
        }
    }
}

/// The error may come before there is a log.
#[expect(
    clippy::print_stderr,
    reason = "the person who started the program reads why it did not start"
)]
fn report(error: &loco_rs::Error) {
    eprintln!("naru: {error}");
}
