//! How soon open pages hear of what happened, and what their streams cost: the real program, thousands of streams, and payments
//! that settle meanwhile. `benches/README.md` tells how to run it and what it measures.
#![expect(clippy::print_stdout, reason = "the figures are for the person who asked for them")]

mod arguments;
mod charges;
mod people;
mod program;
mod streams;

use std::collections::HashMap;
use std::error::Error;
use std::time::Duration;

use chrono::{DateTime, Utc};
use naru::ids::{PartnerId, Prefix};
use naru::models::kinds::TransferState;
use naru::models::transfers::{Column, Entity};
use naru::services::Services;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect};

use arguments::{Arguments, Wanted};
use people::People;
use program::Program;
use streams::{Arrived, Heard};

/// Whatever goes wrong ends the run with its sentence.
pub type Failed = Box<dyn Error + Send + Sync>;

/// What is not settled after so long is told of as such.
const SETTLES_WITHIN: Duration = Duration::from_mins(1);
const SHOWN_WITHIN_MICROS: i64 = 250_000;

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
    let mut program = Program::start(&arguments).await?;
    let services = program.services().await?;
    let people = People::make(&services, &arguments).await?;
    let heard = measure(&arguments, &program, &people).await?;
    report(&services, people.shop, &heard).await?;
    program.stop()?;
    Ok(())
}

/// Opens the streams, charges, and waits until nothing is left to settle.
async fn measure(arguments: &Arguments, program: &Program, people: &People) -> Result<Heard, Failed> {
    let before = program.memory_kib()?;
    let heard = Heard::default();
    streams::open(program.address(), &people.sessions, &heard).await?;
    let open = program.memory_kib()?;
    let streams = u64::try_from(people.sessions.len())?;
    println!("{streams} streams are open: {before} KiB became {open} KiB");
    println!("  {:.1} KiB a stream", per_stream(open.saturating_sub(before), streams));
    let deaf = streams::open_deaf(program.address(), &people.deaf).await?;
    println!("{} more take nothing", deaf.len());
    let services = program.services().await?;
    charges::hold(&services).await?;
    let offered = charges::offer(arguments, program, people).await?;
    println!("{offered} payments wait, and may go");
    charges::let_go(&services).await?;
    wait_for_all(&services).await?;
    tokio::time::sleep(Duration::from_secs(1)).await;
    println!("after it {} KiB", program.memory_kib()?);
    for line in program
        .metrics()
        .await?
        .lines()
        .filter(|line| line.starts_with("naru_live_"))
    {
        println!("  {line}");
    }
    Ok(heard)
}

#[expect(clippy::cast_precision_loss, reason = "memory of a machine fits into 53 bits")]
fn per_stream(kib: u64, streams: u64) -> f64 {
    kib as f64 / streams.max(1) as f64
}

async fn wait_for_all(services: &Services) -> Result<(), Failed> {
    let begun = std::time::Instant::now();
    let open = [TransferState::Queued, TransferState::Executing];
    while begun.elapsed() < SETTLES_WITHIN {
        let left = Entity::find()
            .filter(Column::State.is_in(open))
            .count(services.db.read())
            .await?;
        if left == 0 {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    println!("not all settled within {SETTLES_WITHIN:?}");
    Ok(())
}

/// From the moment in the row, which is before its commit, to the moment at which the stream's client had read of it, and to
/// the one at which it had the part of the page that shows it.
async fn report(services: &Services, shop: PartnerId, heard: &Heard) -> Result<(), Failed> {
    let settled: Vec<(uuid::Uuid, Option<DateTime<Utc>>)> = Entity::find()
        .select_only()
        .column(Column::Id)
        .column(Column::SettledAt)
        .filter(Column::PartnerId.eq(shop))
        .filter(Column::SettledAt.is_not_null())
        .into_tuple()
        .all(services.db.read())
        .await?;
    let arrivals: HashMap<String, Arrived> = heard.taken();
    println!("{} settled, {} of them heard of", settled.len(), arrivals.len());
    let span = settled.iter().filter_map(|(_, at)| *at);
    if let (Some(first), Some(last)) = (span.clone().min(), span.max()) {
        let millis = (last - first).num_milliseconds().max(1);
        println!("  {} a second", i64::try_from(settled.len())? * 1000 / millis);
    }
    let late = |of: fn(&Arrived) -> Option<DateTime<Utc>>| {
        let times = settled.iter().map(|(id, at)| {
            let arrived = of(arrivals.get(&Prefix::Payment.show(*id))?)?;
            Some((arrived - (*at)?).num_microseconds()?.max(0))
        });
        // What never came is the latest of all.
        let mut times: Vec<i64> = times.map(|time| time.unwrap_or(i64::MAX)).collect();
        times.sort_unstable();
        times
    };
    print_times("heard of", &late(|arrived| Some(arrived.heard)));
    let shown = late(|arrived| arrived.shown);
    print_times("shown", &shown);
    match hundredth(&shown, 99) {
        Some(micros) if micros <= SHOWN_WITHIN_MICROS => Ok(()),
        _ => Err("over its budget: from settled to shown, at the 99th percentile, 250 ms".into()),
    }
}

fn hundredth(times: &[i64], hundredths: usize) -> Option<i64> {
    let place = (times.len() * hundredths).div_ceil(100).saturating_sub(1);
    times.get(place).copied()
}

fn print_times(what: &str, times: &[i64]) {
    for (name, hundredths) in [("p50", 50), ("p90", 90), ("p99", 99), ("max", 100)] {
        match hundredth(times, hundredths) {
            Some(i64::MAX) => println!("  {what} {name}: never"),
            Some(micros) => println!("  {what} {name}: {}.{} ms", micros / 1000, micros % 1000 / 100),
            None => {}
        }
    }
}
