//! This process's share of what may go on at the bank: a row that it renews, under the lock of the bank's own row.
//!
//! If the process dies …
//! - before the commit: its row says what it said, and it uses no more than that;
//! - after the commit: its share is taken over when its row is old. No call is made with it meanwhile.
//!
//! Money is counted here, never moved: a share decides when a call is made, and not whether.

mod division;
mod own;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, QuerySelect};
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use self::division::{divide, divided};
use self::own::{Decision, Own};
use super::gate::lane::{ByLane, Lane};
use super::gate::limits::{BankLimits, ClassLimits, Share, longest};
use super::gate::{REACHES, Sight};
use super::types::OUR_BANK;
use crate::ids::ProcessId;
use crate::models::{gate_limits, gate_shares};
use crate::services::Services;

/// A share is renewed so often while it is good.
const RENEWALS: u32 = 4;
/// Rows of processes that are gone are looked at no longer.
const FORGOTTEN_AFTER: TimeDelta = TimeDelta::minutes(10);
/// Money needs a share more than reads do.
const MONEY_WEIGHS: u64 = 4;
/// Who needs nothing weighs as much as this part of the budget being read by.
const IDLE_KEEPS: u64 = 8;
/// The row that stands for all classes.
pub const WHOLE: &str = "bank";

/// This process among the others. Clones share it.
#[derive(Clone, Default)]
pub struct Shares {
    pub process: ProcessId,
    own: Arc<Mutex<Own>>,
    /// Of all processes together, as last read.
    whole: Arc<Mutex<Option<BankLimits>>>,
    /// Held while the share is renewed, or given back.
    turn: Arc<tokio::sync::Mutex<()>>,
    over: CancellationToken,
}

impl Shares {
    /// What all processes together may use.
    #[must_use]
    pub fn whole(&self, services: &Services) -> BankLimits {
        let read = *self.whole.lock().unwrap_or_else(PoisonError::into_inner);
        read.unwrap_or_else(|| BankLimits::configured(&services.settings.bank))
    }
}

/// After so long without a renewal nothing is sent.
fn good_for(services: &Services) -> Duration {
    Duration::from_millis(services.settings.bank.share_ms)
}

/// What was sent last counts at the bank for so long after the share's end.
const COUNTS_FOR: Duration = REACHES.saturating_add(Duration::from_secs(1));

/// After so long others take the share over, 5.25 s by default: the clocks of the hosts may differ by as long as a share is
/// good.
#[must_use]
pub fn taken_after(services: &Services) -> TimeDelta {
    TimeDelta::from_std(good_for(services) * 2 + COUNTS_FOR).unwrap_or(TimeDelta::MAX)
}

/// Joins the others. Where that cannot be done yet nothing is sent: without a share of its own this process would use all of
/// the budget beside them.
pub async fn join(services: &Services) {
    if let Err(error) = renew(services).await {
        services.bank.shut();
        tracing::warn!(%error, "the share of the bank cannot be had yet; the bank is not called");
    }
}

/// Renews the share again and again, until the process ends. Where nothing renews it, as in a test or a task by hand, a gate
/// has all of the configuration.
pub async fn keep(services: Services) {
    let mut tick = tokio::time::interval(good_for(&services) / RENEWALS);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut was_good = true;
    loop {
        tokio::select! {
            biased;
            () = services.shares.over.cancelled() => return,
            _ = tick.tick() => {}
        }
        let renewed = renew(&services).await;
        match (&renewed, was_good) {
            (Err(error), true) => {
                tracing::warn!(%error, "the share of the bank cannot be renewed; the bank is not called");
            }
            (Ok(()), false) => tracing::info!("the share of the bank is renewed again"),
            _ => {}
        }
        was_good = renewed.is_ok();
    }
}

/// Renews the share once, and reads the limits and windows that hold.
///
/// # Errors
/// The database's; then the share ends with its time.
pub async fn renew(services: &Services) -> Result<(), DbErr> {
    let _turn = services.shares.turn.lock().await;
    if services.shares.over.is_cancelled() {
        // It was given back, and stays with the others.
        return Ok(());
    }
    let (begun, sight) = (Instant::now(), services.bank.sight());
    let configured = BankLimits::configured(&services.settings.bank);
    let (limits, decision, is_alone) = {
        let services = services.clone();
        services
            .clone()
            .db
            .write(move |tx| Box::pin(async move { renew_within(tx, &services, configured, sight).await }))
            .await?
    };
    // Who cannot read the windows does not call the bank either: one may have been entered meanwhile.
    services.calendar.refresh(services.db.read()).await?;
    services.live.is_alone(is_alone);
    *services.shares.whole.lock().unwrap_or_else(PoisonError::into_inner) = Some(limits);
    services
        .bank
        .set(limits.part(decision.used), Some(begun + good_for(services)));
    Ok(())
}

/// Gives the share back. Nothing is sent afterwards, and what was sent just before counts no more when others may use it.
///
/// # Errors
/// The database's; then it is taken over as a dead one's.
pub async fn leave(services: &Services) -> Result<(), DbErr> {
    if services
        .shares
        .whole
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .is_none()
    {
        // It never had one of its own.
        return Ok(());
    }
    services.shares.over.cancel();
    let _turn = services.shares.turn.lock().await;
    if let Some(over) = services.bank.shut() {
        tokio::time::sleep_until(over.into()).await;
    }
    let process = services.shares.process;
    services
        .db
        .write(move |tx| {
            Box::pin(async move {
                gate_shares::Entity::delete_by_id(process).exec(tx).await?;
                Ok(())
            })
        })
        .await
}

async fn renew_within(
    tx: &DatabaseTransaction,
    services: &Services,
    configured: BankLimits,
    sight: Sight,
) -> Result<(BankLimits, Decision, bool), DbErr> {
    // SQLite has one writer; elsewhere this lock makes one of all who divide.
    let lock = gate_limits::Entity::find_by_id((OUR_BANK.to_owned(), WHOLE.to_owned()));
    lock.lock_exclusive().one(tx).await?;
    let limits = limits_with(&gate_limits::Entity::find().all(tx).await?, services, configured);
    let now = services.clock.now();
    let process = services.shares.process;
    let all = gate_shares::Entity::find()
        .filter(gate_shares::Column::BankCode.eq(OUR_BANK))
        .all(tx)
        .await?;
    let others: Vec<gate_shares::Model> = all
        .into_iter()
        .filter(|row| row.process_id != process && now - row.seen_at < taken_after(services))
        .collect();
    let row = gate_shares::Model {
        process_id: process,
        bank_code: OUR_BANK.to_owned(),
        at_once: 0,
        per_sec: 0,
        weight: i64::from(weight(&sight, &limits)),
        money_waiting: count(sight.calls.money.0),
        reads_waiting: reads(&sight, |(waiting, _)| waiting),
        running: Lane::BY_URGENCY
            .iter()
            .map(|lane| count(sight.calls.get(*lane).1))
            .sum(),
        breaker: sight.breaker.as_str().to_owned(),
        seen_at: now,
    };
    let decision = decide(&services.shares, &others, &row, &limits);
    // From this moment the smaller share holds, whether or not the rest can be written.
    services.bank.use_at_most(limits.part(decision.used));
    write(tx, row, decision).await?;
    gate_shares::Entity::delete_many()
        .filter(gate_shares::Column::BankCode.eq(OUR_BANK))
        .filter(gate_shares::Column::SeenAt.lt(now - FORGOTTEN_AFTER))
        .exec(tx)
        .await?;
    Ok((limits, decision, others.is_empty()))
}

fn decide(shares: &Shares, others: &[gate_shares::Model], row: &gate_shares::Model, limits: &BankLimits) -> Decision {
    let number = |value: i64| u32::try_from(value.max(0)).unwrap_or(u32::MAX);
    let all = others.iter().chain([row]);
    let needs: Vec<(ProcessId, u32)> = all.map(|row| (row.process_id, number(row.weight))).collect();
    let part = |budget| {
        divide(divided(budget), &needs)
            .into_iter()
            .find(|(process, _)| *process == row.process_id)
            .map_or(0, |(_, part)| part)
    };
    let target = Share {
        at_once: part(limits.at_once),
        per_sec: part(limits.per_sec),
    };
    let taken = |of: fn(&gate_shares::Model) -> i64| number(others.iter().map(of).sum());
    let free = Share {
        at_once: limits.at_once.saturating_sub(taken(|row| row.at_once)),
        per_sec: limits.per_sec.saturating_sub(taken(|row| row.per_sec)),
    };
    let mut own = shares.own.lock().unwrap_or_else(PoisonError::into_inner);
    own.decide(target, free, number(row.running), Instant::now())
}

async fn write(tx: &DatabaseTransaction, row: gate_shares::Model, decision: Decision) -> Result<(), DbErr> {
    use gate_shares::Column;
    let row = gate_shares::ActiveModel {
        process_id: Set(row.process_id),
        bank_code: Set(row.bank_code),
        at_once: Set(i64::from(decision.told.at_once)),
        per_sec: Set(i64::from(decision.told.per_sec)),
        weight: Set(row.weight),
        money_waiting: Set(row.money_waiting),
        reads_waiting: Set(row.reads_waiting),
        running: Set(row.running),
        breaker: Set(row.breaker),
        seen_at: Set(row.seen_at),
    };
    let mut again = OnConflict::column(Column::ProcessId);
    again.update_columns([
        Column::AtOnce,
        Column::PerSec,
        Column::Weight,
        Column::MoneyWaiting,
        Column::ReadsWaiting,
        Column::Running,
        Column::Breaker,
        Column::SeenAt,
    ]);
    gate_shares::Entity::insert(row)
        .on_conflict(again)
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// How much of the budget this process needs: what waits and runs, money counted more. Never nothing: the budget moves to whom
/// it is needed by within three seconds only, and who is asked meanwhile must not have given up all of it for two payments.
fn weight(sight: &Sight, limits: &BankLimits) -> u32 {
    // More than the budget of a second, or of the calls at once, cannot be used.
    let most = u64::from(limits.per_sec.max(limits.at_once));
    let of = |(waiting, running): (usize, usize)| u64::try_from(waiting + running).unwrap_or(u64::MAX).min(most);
    let reads = of((
        usize::try_from(reads(sight, |(waiting, running)| waiting + running)).unwrap_or(usize::MAX),
        0,
    ));
    let idle = (most / IDLE_KEEPS).max(1);
    u32::try_from(idle + of(sight.calls.money) * MONEY_WEIGHS + reads).unwrap_or(u32::MAX)
}

fn reads(sight: &Sight, of: impl Fn((usize, usize)) -> usize) -> i64 {
    let reads = Lane::BY_URGENCY.into_iter().filter(|lane| lane.is_read());
    reads.map(|lane| count(of(*sight.calls.get(lane)))).sum()
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// The limits that hold: as configured where nobody changed them.
#[must_use]
pub fn limits_with(rows: &[gate_limits::Model], services: &Services, configured: BankLimits) -> BankLimits {
    let of = |lane: &str| rows.iter().find(|row| row.bank_code == OUR_BANK && row.lane == lane);
    let number = |value: Option<i64>, configured: u32| {
        value.map_or(configured, |value| u32::try_from(value).unwrap_or(configured))
    };
    let whole = of(WHOLE);
    BankLimits {
        at_once: number(whole.and_then(|row| row.at_once), configured.at_once).max(1),
        per_sec: number(whole.and_then(|row| row.per_sec), configured.per_sec),
        classes: ByLane::of(|lane| {
            let (row, known) = (of(lane.as_str()), configured.classes.get(lane));
            let shortened = row
                .and_then(|row| row.deadline_ms)
                .and_then(|ms| u64::try_from(ms).ok());
            ClassLimits {
                at_once: number(row.and_then(|row| row.at_once), known.at_once),
                per_sec: number(row.and_then(|row| row.per_sec), known.per_sec),
                deadline: shortened
                    .map_or(known.deadline, Duration::from_millis)
                    .min(longest(&services.settings.bank, lane)),
            }
        }),
    }
}
