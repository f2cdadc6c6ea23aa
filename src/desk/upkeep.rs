//! What the desk needs done in the background, in the processes that work: hours are counted, and the books are walked
//! while nothing waits. Each turn is short, and each may be done by any process.

use std::time::Duration;

use tokio::time::{Instant, MissedTickBehavior};
use tokio_util::sync::CancellationToken;

use super::walk;
use crate::services::Services;
use crate::transfers::hours;
use crate::verify::Bank;

/// Hours are looked for this often where the last look found nothing to do.
const HOURS_EVERY: Duration = Duration::from_mins(1);
/// With more waiting the books are left alone.
const QUIET: u64 = 8;

/// Goes on until `stop`. Never where the settings say so.
pub async fn keep_until_stopped(services: Services, stop: CancellationToken) {
    let every_ms = services.settings.reviews.upkeep_every_ms;
    if every_ms == 0 {
        return;
    }
    let bank = match Bank::of(&services.settings) {
        Ok(bank) => bank,
        Err(error) => {
            tracing::warn!(%error, "the bank's books cannot be asked for");
            Bank::NoControl
        }
    };
    let mut tick = tokio::time::interval(Duration::from_millis(every_ms));
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut hours_at = Instant::now();
    loop {
        tokio::select! {
            biased;
            () = stop.cancelled() => return,
            _ = tick.tick() => {}
        }
        if Instant::now() >= hours_at {
            hours_at = Instant::now() + count_hours(&services).await;
        }
        walk_on(&services, &bank).await;
    }
}

/// Counts some, and answers how long to wait until the next ones.
async fn count_hours(services: &Services) -> Duration {
    match hours::keep(services).await {
        Ok(0) => HOURS_EVERY,
        Ok(_) => Duration::ZERO,
        Err(error) => {
            tracing::warn!(%error, "hours could not be counted yet");
            HOURS_EVERY
        }
    }
}

async fn walk_on(services: &Services, bank: &Bank) {
    let look = services.looks.fresh(services).await;
    if look.is_none_or(|look| look.waiting.count > QUIET) {
        return;
    }
    if let Err(error) = walk::step(services, bank).await {
        tracing::warn!(%error, "a page of the books could not be walked yet");
    }
}
