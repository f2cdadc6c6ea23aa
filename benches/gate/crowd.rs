//! 10,000 payments of one partner, 1,000 unknown transfers and 200 balance looks at once; then one payment of another partner.

use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use futures::future::join_all;
use futures::stream::{self, StreamExt};
use naru::bank::{Bank, Call, FinAccountNumber, Outcome};
use naru::clock::Clock;
use naru::models::kinds::TransferState;
use serde_json::{Value, json};

use crate::Failed;
use crate::arguments::Arguments;
use crate::ledger::{by_class, most_in_a_second, seen};
use crate::program::Program;
use crate::stage::{Shop, Stage};

const POSTS_AT_ONCE: usize = 32;
/// "No reply, not moved".
const LOST_WON: u32 = 9_099;
const PLAIN_WON: u32 = 100;
const LOOKED_AT: Duration = Duration::from_secs(30);

/// Has a payment accepted; answers with the status and the body.
pub async fn pay(
    client: &reqwest::Client,
    base: &str,
    shop: &Shop,
    (order, won): (&str, u32),
) -> Result<(u16, Value), Failed> {
    let body = json!({ "mandate_id": shop.mandate, "order_id": order, "amount": won, "description": "bench" });
    let request = client.post(format!("{base}/api/v1/payments")).bearer_auth(shop.key);
    let answer = request.header("idempotency-key", order).json(&body).send().await?;
    Ok((answer.status().as_u16(), answer.json().await?))
}

pub async fn show(arguments: &Arguments) -> Result<(), Failed> {
    let settings = [
        ("NARU_BACKLOG_SECS", "0".to_owned()),
        ("NARU_BANK_MONEY_TIMEOUT_MS", "300".to_owned()),
        ("NARU_INQUIRY_SCHEDULE_SECS", "3600".to_owned()),
    ];
    let program = Program::start(arguments, &settings).await?;
    let stage = Stage::set(&program, arguments).await?;
    let (client, base) = (reqwest::Client::new(), program.base());
    post_all(&client, &base, &stage.flood, ("lost", arguments.unknown, LOST_WON)).await?;
    until(&stage, &[TransferState::Queued, TransferState::Executing], 0).await?;
    stage.close().await?;
    post_all(
        &client,
        &base,
        &stage.flood,
        ("flood", arguments.queued.saturating_sub(1), PLAIN_WON),
    )
    .await?;
    let unknown = stage.count(&[TransferState::Unknown]).await?;
    let queued = stage.count(&[TransferState::Queued]).await?;
    println!(
        "{queued} queued of one partner, {unknown} unknown, {} balance looks, {} calls a second",
        arguments.looks, arguments.budget
    );

    let begun = Clock::system().now();
    stage.ask_about_all().await?;
    stage.open().await?;
    tokio::time::sleep(Duration::from_secs(2)).await;
    let (looks, quiet) = tokio::join!(looks(&stage, arguments.looks), quiet(&client, &base, &stage.quiet));
    let quiet = quiet?;
    tokio::time::sleep(LOOKED_AT).await;
    let seen = seen(&program.ledger(), begun.timestamp_millis()).await?;
    let deadlines = stage.beside.bank.limits();
    println!(
        "\n| class | calls in the first {} s | deadline |\n|---|---|---|",
        LOOKED_AT.as_secs() + 2
    );
    let counts = by_class(&seen);
    for lane in naru::bank::gate::lane::Lane::BY_URGENCY {
        let calls = counts.get(lane.as_str()).copied().unwrap_or_default();
        let deadline = deadlines.classes.get(lane).deadline;
        println!("| {} | {calls} | {deadline:?} |", lane.as_str());
    }
    println!("\n| what | measured | promised |\n|---|---|---|");
    println!(
        "| most calls in any second | {} | {} |",
        most_in_a_second(&seen),
        arguments.budget
    );
    println!(
        "| the quiet partner's payment was sent after | {} ms | 1000 ms |",
        quiet.as_millis()
    );
    println!("| balance looks answered, held back | {}, {} | |", looks.0, looks.1);
    println!("| queued still | {} | |", stage.count(&[TransferState::Queued]).await?);
    Ok(())
}

async fn post_all(
    client: &reqwest::Client,
    base: &str,
    shop: &Shop,
    (name, count, won): (&str, u32, u32),
) -> Result<(), Failed> {
    let posts = (0..count).map(|number| async move {
        let order = format!("{name}-{number}");
        pay(client, base, shop, (&order, won)).await
    });
    let mut posts = stream::iter(posts).buffer_unordered(POSTS_AT_ONCE);
    while let Some(posted) = posts.next().await {
        let (status, body) = posted?;
        if status != 202 {
            return Err(format!("a payment was not accepted: {status} {body}").into());
        }
    }
    Ok(())
}

/// Waits until no more than so many are in these states.
pub async fn until(stage: &Stage, states: &[TransferState], left: u64) -> Result<(), Failed> {
    while stage.count(states).await? > left {
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    Ok(())
}

/// How many balance looks were answered, and how many got no turn.
async fn looks(stage: &Stage, count: u32) -> (usize, usize) {
    let (call, fin) = (
        Call::new(Clock::system().now()),
        FinAccountNumber::new("00820109000010000000000001413"),
    );
    let looks = (0..count).map(|_| stage.beside.bank.balance(&call, &fin));
    let answers = join_all(looks).await;
    let held = answers
        .iter()
        .filter(|answer| matches!(answer.outcome, Outcome::NotSent(_)))
        .count();
    (answers.len() - held, held)
}

/// From its acceptance to its claim.
async fn quiet(client: &reqwest::Client, base: &str, shop: &Shop) -> Result<Duration, Failed> {
    let (status, accepted) = pay(client, base, shop, ("quiet-1", PLAIN_WON)).await?;
    if status != 202 {
        return Err(format!("the quiet partner was refused: {accepted}").into());
    }
    let url = format!("{base}/api/v1/payments/{}", accepted["id"].as_str().unwrap_or_default());
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_mins(1) {
        let payment: Value = client.get(&url).bearer_auth(shop.key).send().await?.json().await?;
        let at = |name: &str| {
            payment[name]
                .as_str()
                .and_then(|at| DateTime::parse_from_rfc3339(at).ok())
        };
        if let (Some(accepted), Some(sent)) = (at("created_at"), at("executed_at")) {
            return Ok((sent.with_timezone(&Utc) - accepted.with_timezone(&Utc)).to_std()?);
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Err("the quiet partner's payment was not sent within a minute".into())
}
