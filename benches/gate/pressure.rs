//! Five times what the bank can take, for a minute: memory stays flat, what was accepted settles, the rest is told 503.

use std::time::{Duration, Instant};

use futures::future::join_all;
use naru::models::kinds::TransferState;
use tokio::time::MissedTickBehavior;

use crate::Failed;
use crate::arguments::Arguments;
use crate::crowd::{pay, until};
use crate::program::Program;
use crate::stage::Stage;

const WON: u32 = 100;

#[derive(Default)]
struct Told {
    accepted: u64,
    refused: u64,
    others: u64,
    /// Refusals without all that they must say.
    unclear: u64,
}

pub async fn show(arguments: &Arguments) -> Result<(), Failed> {
    let settings = [("NARU_BACKLOG_SECS", arguments.backlog_secs.to_string())];
    let program = Program::start(arguments, &settings).await?;
    let stage = Stage::set(&program, arguments).await?;
    let before = stage.count(&[TransferState::Succeeded]).await?;
    let unsettled = [TransferState::Queued, TransferState::Executing, TransferState::Unknown];
    // The demo has some that the bank will not tell of.
    let left = stage.count(&unsettled).await?;
    let memory_before = program.memory_kib();
    let (told, memory_most) = offer(&program, &stage, arguments).await?;
    let begun = Instant::now();
    until(&stage, &unsettled, left).await?;
    let succeeded = stage.count(&[TransferState::Succeeded]).await? - before;
    let mib = |kib: Option<u64>| kib.map_or("?".to_owned(), |kib| format!("{} MiB", kib / 1024));
    println!(
        "\nOffered {} times the budget of {} a second for {} s, {} s of waiting allowed\n\n| what | measured |\n|---|---|",
        arguments.offered,
        arguments.budget,
        arguments.offered_for.as_secs(),
        arguments.backlog_secs
    );
    println!("| accepted (202) | {} |", told.accepted);
    println!("| of these succeeded | {succeeded} |");
    println!("| refused (503 with Retry-After) | {} |", told.refused);
    println!("| refusals that do not say all | {} |", told.unclear);
    println!("| anything else | {} |", told.others);
    println!("| the rest settled after | {} s |", begun.elapsed().as_secs());
    println!(
        "| memory before, at most, after | {}, {}, {} |",
        mib(memory_before),
        mib(memory_most),
        mib(program.memory_kib())
    );
    Ok(())
}

async fn offer(program: &Program, stage: &Stage, arguments: &Arguments) -> Result<(Told, Option<u64>), Failed> {
    let (client, base) = (reqwest::Client::new(), program.base());
    let mut tick = tokio::time::interval(Duration::from_millis(100));
    tick.set_missed_tick_behavior(MissedTickBehavior::Skip);
    let at_a_time = (arguments.budget * arguments.offered).div_ceil(10);
    let (begun, mut told, mut number, mut memory) = (Instant::now(), Told::default(), 0_u64, None);
    while begun.elapsed() < arguments.offered_for {
        tick.tick().await;
        let orders: Vec<String> = (0..at_a_time)
            .map(|place| format!("pressed-{number}-{place}"))
            .collect();
        number += 1;
        let posts = orders
            .iter()
            .map(|order| pay(&client, &base, &stage.flood, (order, WON)));
        for posted in join_all(posts).await {
            match posted? {
                (202, _) => told.accepted += 1,
                (503, body) => {
                    told.refused += 1;
                    let is_clear = body["money_moved"] == "no" && body["expected_delay_secs"].is_u64();
                    told.unclear += u64::from(!is_clear);
                }
                _ => told.others += 1,
            }
        }
        memory = memory.max(program.memory_kib());
    }
    Ok((told, memory))
}
