//! Starts Naru: everything without an argument, the simulated bank with `simulator`, the `doctor`, and Loco's commands
//! with any other.

use std::process::ExitCode;
use std::time::Duration;

use loco_rs::cli;
use migration::Migrator;
use naru::app::App;
use naru::{doctor, run, tasks};
use tokio::runtime::Runtime;

/// How long what is left at the end may take: everything that matters was waited for by then.
const LEFT_BEHIND: Duration = Duration::from_secs(1);

/// A runtime that is dropped waits for every thread of its. The pool of `sqlx` was seen to spin in one without end (its count
/// of idle connections passes zero for a moment, and its maintenance goes by it), so the end of a process is bounded here.
fn main() -> ExitCode {
    let runtime = match Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => {
            report(&error.into());
            return ExitCode::FAILURE;
        }
    };
    let code = runtime.block_on(run_command());
    runtime.shutdown_timeout(LEFT_BEHIND);
    code
}

async fn run_command() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let Some((word, rest)) = arguments.split_first()
        && word == "doctor"
    {
        return ExitCode::from(doctor::run(rest).await);
    }
    let is_task = arguments.iter().any(|argument| argument == "task");
    let outcome = match (arguments.first().map(String::as_str), tasks::own_spelling(&arguments)) {
        (None, _) => Box::pin(run::everything()).await,
        (Some("simulator"), _) => run::simulator().await,
        (_, Some(asked)) => tasks::run(asked).await,
        _ => Box::pin(cli::main::<App, Migrator>()).await,
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
