//! Balances: the last known one at once, a fresh one from one bank call for all who wait.
//!
//! ```text
//!   page ──▶ last_known ───────────────────────────────▶ value with its time, or nothing
//!   card ──▶ fresh ──▶ is one being asked here? ── yes ─▶ wait for that one
//!                              └── no ──▶ a task: has another process the account's turn?
//!                                            ├── yes ─▶ wait for its answer, or the turn, or the deadline
//!                                            └── no ──▶ ask the bank, write the cache, give the turn back
//! ```
//!
//! The task belongs to nobody who waits: a browser that goes away neither cuts the call nor loses its answer. Nothing
//! about money is decided from what is remembered here.
//!
//! Who waits for another process's turn and gets it without an answer asks the bank itself, within its own deadline: that
//! bank call failed or its process died, and one may as well fail for one's own reason. When the time is over first, the
//! last known balance is shown: asking then would put a second call on a bank that is slow already.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use futures::FutureExt;
use futures::future::{BoxFuture, Shared};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use super::no_balance::{BalanceFailure, NoBalance};
use super::{AccountRow, numbers};
use crate::bank::{self, Bank, Call, Outcome};
use crate::cache::{Cache, Dated};
use crate::ids::{AccountId, Prefix};
use crate::models::kinds::TransferState;
use crate::models::transfer_events::{Column, Entity};
use crate::money::Won;
use crate::services::Services;

/// How long a balance is remembered that nobody asks for again.
const REMEMBERED: Duration = Duration::from_hours(90 * 24);
/// How often one looks whether another process has its answer.
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// A turn outlives the call that it is for by so much, and then is free again: its process died.
const TURN_LONGER_BY: Duration = Duration::from_secs(1);

/// A balance that the bank gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KnownBalance {
    pub ledger: Won,
    /// What can be withdrawn.
    pub available: Won,
    /// When the bank was asked: it is as of then, or a little later.
    pub at: DateTime<Utc>,
}

/// What came of asking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    pub known: Option<KnownBalance>,
    /// Why `known` is not the bank's answer of now; `None` when it is.
    pub failure: Option<NoBalance>,
}

impl Reading {
    const fn of_now(known: KnownBalance) -> Self {
        Self {
            known: Some(known),
            failure: None,
        }
    }

    /// When there is nothing to show and the bank is under maintenance: until when.
    #[must_use]
    pub fn nothing_until(&self) -> Option<DateTime<Utc>> {
        match (&self.known, &self.failure) {
            (None, Some(failure)) => failure.until,
            _ => None,
        }
    }
}

type Asking = Shared<BoxFuture<'static, Reading>>;

/// The balances that the cache knows, and the questions of this process. Cheap to clone.
#[derive(Clone)]
pub struct Balances {
    cache: Cache,
    asking: Arc<Mutex<HashMap<AccountId, Asking>>>,
}

/// As the cache keeps it.
#[derive(Serialize, Deserialize)]
struct Sums {
    ledger: Won,
    available: Won,
}

impl Balances {
    #[must_use]
    pub fn new(cache: Cache) -> Self {
        Self {
            cache,
            asking: Arc::default(),
        }
    }

    /// The last balance that the bank gave, however old.
    pub async fn last_known(&self, account: AccountId) -> Option<KnownBalance> {
        let known: Dated<Sums> = self.cache.newest(&key(account)).await?;
        let Sums { ledger, available } = known.value;
        Some(KnownBalance {
            ledger,
            available,
            at: known.at,
        })
    }

    /// Remembers what the bank gave, unless something newer is known.
    pub async fn remember(&self, account: AccountId, balance: KnownBalance) {
        let KnownBalance { ledger, available, at } = balance;
        let value = Sums { ledger, available };
        self.cache
            .put_newer(&key(account), &Dated { value, at }, REMEMBERED)
            .await;
    }

    /// Waits for what `ask` brings, or for what is being asked for the same account already.
    async fn ask_once(&self, account: AccountId, ask: impl Future<Output = Reading> + Send + 'static) -> Reading {
        let asking = {
            let mut all = self.asking.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(running) = all.get(&account) {
                running.clone()
            } else {
                let running = self.start(account, ask);
                all.insert(account, running.clone());
                running
            }
        };
        asking.await
    }

    fn start(&self, account: AccountId, ask: impl Future<Output = Reading> + Send + 'static) -> Asking {
        let done = Done {
            account,
            asking: Arc::clone(&self.asking),
        };
        let task = tokio::spawn(async move {
            // Dropped at the end whatever happens, so that nobody waits for a task that is gone.
            let _done = done;
            ask.await
        });
        async move {
            task.await.unwrap_or(Reading {
                known: None,
                failure: Some(BalanceFailure::BankUnavailable.into()),
            })
        }
        .boxed()
        .shared()
    }
}

fn key(account: AccountId) -> String {
    format!("balance:{}", account.0.simple())
}

/// Takes the question off the list when its task ends.
struct Done {
    account: AccountId,
    asking: Arc<Mutex<HashMap<AccountId, Asking>>>,
}

impl Drop for Done {
    fn drop(&mut self) {
        let mut all = self.asking.lock().unwrap_or_else(PoisonError::into_inner);
        all.remove(&self.account);
    }
}

/// The bank's balance of the account, or the last known one and why the bank's did not come. One bank call at most,
/// shared by all who ask meanwhile, and none while the last one is younger than the settings' `balance.fresh_secs`.
pub async fn fresh(services: &Services, account: &AccountRow) -> Reading {
    let balances = &services.balances;
    let known = balances.last_known(account.id).await;
    let young = TimeDelta::seconds(services.settings.balance.fresh_secs);
    if let Some(known) = known
        && services.clock.now() - known.at < young
        && !moved_since(services, account, known.at).await
    {
        return Reading::of_now(known);
    }
    let reading = ask_with_others(services, account, known).await;
    match reading.known {
        // The question of others, or the answer of another process, may be from before money moved.
        Some(known) if reading.failure.is_none() && moved_since(services, account, known.at).await => {
            ask_with_others(services, account, Some(known)).await
        }
        _ => reading,
    }
}

/// The last known balance, and the bank's where money moved since.
pub async fn after_moves(services: &Services, account: &AccountRow) -> Option<KnownBalance> {
    let known = services.balances.last_known(account.id).await?;
    if !moved_since(services, account, known.at).await {
        return Some(known);
    }
    fresh(services, account).await.known
}

/// Whether money of the account's member moved since then. Where the database does not tell it may have.
/// Index `(member_id, id)`.
async fn moved_since(services: &Services, account: &AccountRow, at: DateTime<Utc>) -> bool {
    let newest = Entity::find()
        .filter(Column::MemberId.eq(account.member_id))
        .filter(Column::State.eq(TransferState::Succeeded))
        .order_by_desc(Column::Id)
        .limit(1)
        .one(services.db.read())
        .await;
    newest.map_or(true, |newest| newest.is_some_and(|event| event.at >= at))
}

async fn ask_with_others(services: &Services, account: &AccountRow, known: Option<KnownBalance>) -> Reading {
    let balances = services.balances.clone();
    let (services, account) = (services.clone(), account.clone());
    balances
        .ask_once(account.id, async move { ask_in_turn(&services, &account, known).await })
        .await
}

/// One process at a time; who finds a balance that was not `known` before has its answer.
async fn ask_in_turn(services: &Services, account: &AccountRow, known: Option<KnownBalance>) -> Reading {
    let (balances, cache) = (&services.balances, &services.cache);
    let turn = format!("balance-turn:{}", account.id.0.simple());
    let patience = Duration::from_millis(services.settings.bank.balance_timeout_ms);
    let deadline = Instant::now() + patience;
    loop {
        let lock = cache.lock(&turn, patience + TURN_LONGER_BY).await;
        let latest = balances.last_known(account.id).await;
        let answered = latest.filter(|latest| known.is_none_or(|known| known.at < latest.at));
        let reading = match (answered, &lock) {
            (Some(answer), _) => Some(Reading::of_now(answer)),
            (None, Some(_)) => Some(ask(services, account, deadline).await),
            (None, None) if Instant::now() >= deadline => Some(Reading {
                known: latest,
                failure: Some(BalanceFailure::BankSlow.into()),
            }),
            (None, None) => None,
        };
        if let Some(lock) = lock {
            cache.unlock(lock).await;
        }
        match reading {
            Some(reading) => return reading,
            None => tokio::time::sleep(LOOK_EVERY).await,
        }
    }
}

async fn ask(services: &Services, account: &AccountRow, deadline: Instant) -> Reading {
    match ask_bank(services, account, deadline).await {
        Ok(balance) => {
            services.balances.remember(account.id, balance).await;
            Reading::of_now(balance)
        }
        Err(failure) => {
            let reason = failure.why.as_str();
            tracing::info!(
                account = Prefix::Account.show(account.id.0),
                reason,
                "a balance could not be read"
            );
            Reading {
                known: services.balances.last_known(account.id).await,
                failure: Some(failure),
            }
        }
    }
}

async fn ask_bank(services: &Services, account: &AccountRow, deadline: Instant) -> Result<KnownBalance, NoBalance> {
    let fin = match numbers::fin_account(&services.sealer, account) {
        Ok(Some(fin)) => fin,
        Ok(None) => return Err(BalanceFailure::NotLinked.into()),
        Err(error) => {
            tracing::error!(account = Prefix::Account.show(account.id.0), %error, "a fin account cannot be opened");
            return Err(BalanceFailure::BankUnavailable.into());
        }
    };
    let now = services.clock.now();
    if let Some(until) = services.calendar.money_waits_until() {
        return Err(NoBalance::closed_until(until));
    }
    let call = Call::new(now);
    // The client has the same patience for its request; this deadline counts every wait before it as well.
    let answer = tokio::time::timeout_at(deadline, services.bank.balance(&call, &fin))
        .await
        .map_err(|_| NoBalance::from(BalanceFailure::BankSlow))?;
    match answer.outcome {
        Outcome::Succeeded(bank::Balance { ledger, available }) => Ok(KnownBalance {
            ledger,
            available,
            at: now,
        }),
        no_balance => Err(NoBalance::of(no_balance)),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use chrono::TimeZone;
    use tokio::sync::Notify;

    use super::*;

    fn reading(won: i64) -> Reading {
        Reading {
            known: Some(KnownBalance {
                ledger: Won::new(won),
                available: Won::new(won),
                at: Utc.timestamp_opt(1_800_000_000, 0).unwrap(),
            }),
            failure: None,
        }
    }

    /// Something to ask that counts itself and answers when told to.
    fn question(asked: &Arc<AtomicUsize>, answer: &Arc<Notify>) -> impl Future<Output = Reading> + Send + 'static {
        let (asked, answer) = (Arc::clone(asked), Arc::clone(answer));
        async move {
            asked.fetch_add(1, Ordering::SeqCst);
            answer.notified().await;
            reading(1)
        }
    }

    #[tokio::test]
    async fn all_who_wait_share_one_question_and_the_next_one_is_new() {
        let (balances, account) = (Balances::new(Cache::default()), AccountId::new());
        let (asked, answer) = (Arc::new(AtomicUsize::new(0)), Arc::new(Notify::new()));
        let waiting = (0..20).map(|_| balances.ask_once(account, question(&asked, &answer)));
        answer.notify_one();
        let readings = futures::future::join_all(waiting).await;
        assert!(readings.iter().all(|one| *one == reading(1)));
        assert_eq!(asked.load(Ordering::SeqCst), 1);

        answer.notify_one();
        balances.ask_once(account, question(&asked, &answer)).await;
        assert_eq!(asked.load(Ordering::SeqCst), 2);
    }

    #[tokio::test]
    async fn a_question_outlives_the_one_who_asked_first() {
        let (balances, account) = (Balances::new(Cache::default()), AccountId::new());
        let (asked, answer) = (Arc::new(AtomicUsize::new(0)), Arc::new(Notify::new()));
        let gone = balances.ask_once(account, question(&asked, &answer));
        assert!(futures::poll!(Box::pin(gone)).is_pending());
        let patient = balances.ask_once(account, question(&asked, &answer));
        answer.notify_one();
        assert_eq!(patient.await, reading(1));
        assert_eq!(asked.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn a_question_that_panics_is_told_as_a_failure_and_can_be_asked_again() {
        let (balances, account) = (Balances::new(Cache::default()), AccountId::new());
        let failed = balances
            .ask_once(account, async { panic!("the bank's answer is a surprise") })
            .await;
        assert_eq!(failed.failure, Some(BalanceFailure::BankUnavailable.into()));
        assert_eq!(balances.ask_once(account, async { reading(2) }).await, reading(2));
    }

    #[tokio::test]
    async fn an_older_answer_does_not_replace_a_newer_one() {
        let (balances, account) = (Balances::new(Cache::default()), AccountId::new());
        let newer = reading(2).known.unwrap();
        let older = KnownBalance {
            ledger: Won::new(1),
            at: newer.at - TimeDelta::seconds(1),
            ..newer
        };
        balances.remember(account, newer).await;
        balances.remember(account, older).await;
        assert_eq!(balances.last_known(account).await, Some(newer));
    }
}
