//! `cargo run` without an argument: the simulated bank, the database, demo data, web and workers, in one process.

use std::path::PathBuf;

use loco_rs::Result;
use loco_rs::boot::{self, ServeParams, StartMode, shutdown_signal};
use loco_rs::environment::{Environment, resolve_from_env};
use loco_rs::{app::Hooks, logger};
use migration::Migrator;

use crate::app::App;
use crate::bank::simulator::{self, Simulator, SimulatorOptions};
use crate::config::{self, Settings};
use crate::demo;
use crate::serve::{self, Bound};
use crate::services::Services;

/// Runs everything until Ctrl-C.
///
/// # Errors
/// When the settings are refused, a port is taken, or the database does not open.
pub async fn everything() -> Result<()> {
    let environment: Environment = resolve_from_env().into();
    let config = App::load_config(&environment).await?;
    logger::init::<App>(&config.logger)?;
    let settings = Settings::from_config(&config, environment == Environment::Production).map_err(config::refused)?;

    let simulator = if settings.runs_simulator() {
        Some(start_simulator(&settings).await?)
    } else {
        None
    };
    let app = boot::create_app::<App, Migrator>(StartMode::ServerAndWorker, &environment, config).await?;
    let services = app.app_context.shared_store.get::<Services>();
    if let Some(services) = services.filter(|_| settings.demo_data) {
        demo::seed_if_empty(&services).await?;
    }
    let server = &app.app_context.config.server;
    let params = ServeParams {
        port: server.port,
        binding: server.binding.clone(),
    };
    app.app_context.shared_store.insert(Bound(serve::bind(&params).await?));
    print_addresses(&params, &settings);
    boot::start::<App>(app, params, true).await?;
    if let Some(simulator) = simulator {
        simulator.stop().await;
    }
    Ok(())
}

/// Runs the simulated bank alone: `naru simulator`.
///
/// # Errors
/// When the settings are refused, the port is taken, or its ledger does not open.
pub async fn simulator() -> Result<()> {
    let environment: Environment = resolve_from_env().into();
    let config = App::load_config(&environment).await?;
    logger::init::<App>(&config.logger)?;
    let settings = Settings::from_config(&config, environment == Environment::Production).map_err(config::refused)?;
    let simulator = start_simulator(&settings).await?;
    say(&format!("The simulated NH bank answers at {}", simulator.url()));
    shutdown_signal().await;
    simulator.stop().await;
    Ok(())
}

/// The simulated bank of this installation, where it is to have its own and nobody runs it; `None` where it answers.
///
/// # Errors
/// When its ledger does not open.
pub async fn own_bank_if_down(settings: &Settings) -> Result<Option<Simulator>> {
    if !settings.runs_simulator() {
        return Ok(None);
    }
    let address = (settings.simulator.binding, settings.simulator.port);
    if tokio::net::TcpStream::connect(address).await.is_ok() {
        return Ok(None);
    }
    start_simulator(settings).await.map(Some)
}

async fn start_simulator(settings: &Settings) -> Result<Simulator> {
    let ledger = PathBuf::from(&settings.simulator.ledger);
    if let Some(folder) = ledger.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let options = SimulatorOptions {
        address: (settings.simulator.binding, settings.simulator.port).into(),
        ledger,
        control: settings.simulator.control,
    };
    simulator::start(options).await.map_err(loco_rs::Error::wrap)
}

fn print_addresses(params: &ServeParams, settings: &Settings) {
    let web = format!("http://localhost:{}", params.port);
    say("\nNaru is running. Ctrl-C stops it.\n");
    say(&format!(
        "  pages      {web}          members sign in at {web}/sign-in, staff as well"
    ));
    say(&format!(
        "  API        {web}/api/v1   Authorization: Bearer <partner key>"
    ));
    if settings.runs_simulator() {
        say(&format!(
            "  bank       {}          simulated; GET /_sim/summary",
            settings.bank_url()
        ));
    }
    if settings.demo_data {
        say(&demo::logins());
    }
}

/// What a person at the terminal reads; logs go their own way.
#[expect(
    clippy::print_stdout,
    reason = "addresses and logins are for the person who started the program"
)]
fn say(text: &str) {
    println!("{text}");
}
