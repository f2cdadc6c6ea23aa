//! Two thousand payments wait, the bank takes its time, and the program is killed five times while it works them off.

use std::fmt::Write;
use std::time::Instant;

use chrono::{DateTime, Utc};
use futures::StreamExt;
use naru::clock::Clock;
use naru::models::kinds::TransferState;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::json;

use super::books::{self, Books, Entry};
use super::shop::Shop;
use crate::support::app::eventually;

const PAYMENTS: usize = 2_000;
const KILLS: usize = 5;
const BANK_ANSWERS_IN_MS: u64 = 20;
/// Calls that the bank's gate lets through at once.
const IN_HAND: &str = "16";
/// Requests of the shop at the same time.
const AT_ONCE: usize = 16;

struct Kill {
    at: DateTime<Utc>,
    received_by_bank: usize,
}

#[tokio::test]
async fn killed_five_times_while_two_thousand_payments_drain_each_is_settled_and_none_is_made_twice() {
    let seed = std::env::var("NARU_DRAIN_SEED").map_or_else(|_| rand::random(), |seed| seed.parse().unwrap());
    println!("drain: NARU_DRAIN_SEED={seed}");
    let mut random = StdRng::seed_from_u64(seed);
    let mut shop = Shop::open(&[
        ("NARU_BANK_CONCURRENCY", IN_HAND),
        ("NARU_BANK_MONEY_TIMEOUT_MS", "2000"),
        ("NARU_CLAIM_LEASE_SECS", "5"),
        ("NARU_INQUIRY_SCHEDULE_SECS", "1"),
        ("NARU_NOT_FOUND_ANSWERS", "2"),
        ("NARU_NOT_FOUND_SECS", "1"),
    ])
    .await;
    let slow = json!({ "operation": "withdraw", "mode": "slow", "ms": BANK_ANSWERS_IN_MS });
    shop.program.bank_post("/_sim/mode", &slow).await;
    fill_the_queue(&mut shop).await;

    let (began, before) = (Instant::now(), shop.received_by_bank().await.len());
    let mut moments: Vec<usize> = (0..KILLS).map(|_| random.random_range(20..PAYMENTS - 100)).collect();
    moments.sort_unstable();
    let mut kills = Vec::new();
    for moment in moments {
        shop.program.start().await;
        received(&shop, before + moment).await;
        // Anywhere between two looks at the bank.
        tokio::time::sleep(std::time::Duration::from_micros(random.random_range(0..40_000))).await;
        shop.program.kill();
        kills.push(Kill {
            at: Clock::system().now(),
            received_by_bank: shop.received_by_bank().await.len() - before,
        });
    }
    shop.program.start().await;
    for request in shop.promised.iter().step_by(PAYMENTS / 20) {
        shop.ending(request.id.as_ref().unwrap()).await;
    }
    shop.all_end().await;
    let took = began.elapsed();

    let books = books::read(&shop).await;
    println!("{}", report(&kills, &books));
    let of_all = |state| books.values().filter(|entry| entry.transfer.state == state).count();
    let (succeeded, failed) = (of_all(TransferState::Succeeded), of_all(TransferState::Failed));
    println!(
        "{PAYMENTS} settled in {:.1} s: {succeeded} succeeded, {failed} failed",
        took.as_secs_f64()
    );
    books::check(&shop, &books).await;
    assert_eq!(succeeded + failed, PAYMENTS);
    // Only what was in hand at a kill may have failed: the bank refuses none of these.
    let failed_in_hand = books
        .values()
        .filter(|it| it.was_abandoned() && it.transfer.state == TransferState::Failed);
    assert_eq!(failed, failed_in_hand.count());
}

/// Waits until the bank has received so many calls, however slow the machine is.
async fn received(shop: &Shop, calls: usize) {
    let mut seen = shop.received_by_bank().await.len();
    while seen < calls {
        let next = calls.min(seen + 100);
        eventually("the bank receives a hundred more", || async {
            shop.received_by_bank().await.len() >= next
        })
        .await;
        seen = next;
    }
}

/// Has everything accepted while no worker runs.
async fn fill_the_queue(shop: &mut Shop) {
    shop.program.kill();
    shop.program.start_without_workers().await;
    let amounts = (0..PAYMENTS).map(|number| 1_000 + i64::try_from(number).unwrap());
    let requests: Vec<_> = amounts.map(|amount| shop.payment(amount)).collect();
    let sent = futures::stream::iter(requests).map(|mut request| async {
        shop.send(&mut request).await;
        request
    });
    let sent: Vec<_> = sent.buffer_unordered(AT_ONCE).collect().await;
    shop.promised.extend(sent);
    shop.program.kill();
}

/// Kill by kill: how far the bank was, how many payments were in hand, and how those ended.
fn report(kills: &[Kill], books: &Books) -> String {
    let mut table = String::from("kill  bank had received  in hand  of those succeeded  failed\n");
    let mut since = DateTime::<Utc>::MIN_UTC;
    for (number, kill) in (1..).zip(kills) {
        let is_of_this = |entry: &&Entry| {
            let executed = entry.transfer.executed_at.is_some_and(|at| since < at && at <= kill.at);
            executed && entry.was_abandoned()
        };
        let in_hand: Vec<&Entry> = books.values().filter(is_of_this).collect();
        let ended = |state| in_hand.iter().filter(|entry| entry.transfer.state == state).count();
        let (succeeded, failed) = (ended(TransferState::Succeeded), ended(TransferState::Failed));
        let (received, in_hand) = (kill.received_by_bank, in_hand.len());
        writeln!(
            table,
            "{number:>4}  {received:>17}  {in_hand:>7}  {succeeded:>18}  {failed:>6}"
        )
        .unwrap();
        since = kill.at;
    }
    table
}
