//! The gate before the bank: so many calls at once, so many a second, and money before everything else.
//!
//! A call waits for its turn here and is then made once. For everything but money the waiting counts towards the
//! call's deadline: no turn by then is `NotSent(GateClosed)`, no answer by then `Unknown(TimedOut)`. Money waits as
//! long as it takes and then has its whole deadline; a transfer takes its [`MoneyTurn`] before it is claimed, so that
//! what waits here is still queued, and can still be canceled.

mod lanes;

use std::{
    future::Future,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::{Duration, Instant},
};

use async_trait::async_trait;
use tokio::sync::oneshot;

use self::lanes::{Lane, Lanes, Limits, Turn, Waiter};
use super::{
    AccountAtBank, Answer, Balance, Bank, Call, CheckFinAccount, Deposit, Exchange, FinAccountNumber, MoneyReceipt,
    NotSentReason, OpenFinAccount, Original, Outcome, RegisterNumber, StatementPage, StatementQuery, TransferResult,
    UnknownReason, Withdrawal,
};
use crate::config::BankSettings;

/// The client under the gate has the same deadline, begun a moment later, and knows more of a call that it ends
/// itself: the gate leaves it this much time to do so.
const CLIENT_SPEAKS_FIRST: Duration = Duration::from_millis(250);

/// A bank behind a gate. Clones share it.
#[derive(Clone)]
pub struct Gate {
    bank: Arc<dyn Bank>,
    turns: Arc<Turns>,
    patience: Patience,
}

/// How long a call waits for its turn.
#[derive(Clone, Copy)]
struct Patience {
    inquiry: Duration,
    link: Duration,
    balance: Duration,
}

/// What goes on at the gate at this moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Load {
    /// Calls that are being made.
    pub running: usize,
    /// Calls that wait for their turn.
    pub waiting: usize,
}

impl Gate {
    #[must_use]
    pub fn new(bank: Arc<dyn Bank>, settings: &BankSettings) -> Self {
        Self {
            bank,
            turns: Arc::new_cyclic(|this| Turns {
                this: this.clone(),
                state: Mutex::new(State {
                    lanes: Lanes::new(Limits::new(settings.concurrency, settings.calls_per_sec)),
                    alarm_set: false,
                }),
            }),
            patience: Patience {
                inquiry: Duration::from_millis(settings.inquiry_timeout_ms),
                link: Duration::from_millis(settings.link_timeout_ms),
                balance: Duration::from_millis(settings.balance_timeout_ms),
            },
        }
    }

    /// Waits, as long as it takes, for the right to move money once.
    pub async fn money_turn(&self) -> MoneyTurn {
        loop {
            if let Some(pass) = self.turns.wait(Lane::Money, None).await {
                return MoneyTurn(pass);
            }
        }
    }

    /// As [`Bank::withdraw`], in a turn that was waited for already.
    pub async fn withdraw_in(&self, turn: MoneyTurn, call: &Call, request: &Withdrawal) -> Answer<MoneyReceipt> {
        let answer = self.bank.withdraw(call, request).await;
        drop(turn);
        answer
    }

    /// As [`Bank::deposit`], in a turn that was waited for already.
    pub async fn deposit_in(&self, turn: MoneyTurn, call: &Call, request: &Deposit) -> Answer<MoneyReceipt> {
        let answer = self.bank.deposit(call, request).await;
        drop(turn);
        answer
    }

    #[must_use]
    pub fn load(&self) -> Load {
        let state = self.turns.state();
        Load {
            running: state.lanes.count_running(),
            waiting: state.lanes.count_waiting(),
        }
    }

    /// Makes any other call when it is its turn, within its deadline. `call` does nothing until then.
    async fn pass<T>(&self, lane: Lane, deadline: Duration, call: impl Future<Output = Answer<T>> + Send) -> Answer<T> {
        let last_moment = tokio::time::Instant::now() + deadline + CLIENT_SPEAKS_FIRST;
        match self.turns.wait(lane, Some(deadline)).await {
            Some(_pass) => tokio::time::timeout_at(last_moment, call)
                .await
                .unwrap_or_else(|_| without_record(Outcome::Unknown(UnknownReason::TimedOut))),
            None => without_record(Outcome::NotSent(NotSentReason::GateClosed)),
        }
    }
}

fn without_record<T>(outcome: Outcome<T>) -> Answer<T> {
    Answer {
        outcome,
        exchange: Exchange::default(),
    }
}

/// The right to make one call that moves money; given back when dropped.
pub struct MoneyTurn(#[expect(dead_code, reason = "held, not read")] Pass);

/// The right to make one call; given back when dropped.
struct Pass {
    lane: Lane,
    turns: Arc<Turns>,
}

impl Drop for Pass {
    fn drop(&mut self) {
        self.turns.state().lanes.finish(self.lane);
        self.turns.let_through();
    }
}

impl Waiter for oneshot::Sender<Pass> {
    fn is_gone(&self) -> bool {
        self.is_closed()
    }
}

struct State {
    lanes: Lanes<oneshot::Sender<Pass>>,
    /// A task will look again when the rate allows the next call.
    alarm_set: bool,
}

struct Turns {
    this: Weak<Self>,
    state: Mutex<State>,
}

impl Turns {
    fn state(&self) -> MutexGuard<'_, State> {
        // Counters and queues are whole at every point where a holder could have panicked.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn wait(&self, lane: Lane, patience: Option<Duration>) -> Option<Pass> {
        let (sender, turn) = oneshot::channel();
        self.state().lanes.wait(lane, sender);
        self.let_through();
        match patience {
            // A pass that comes at the last moment is dropped with its channel, and so given back.
            Some(limit) => tokio::time::timeout(limit, turn).await.ok()?.ok(),
            None => turn.await.ok(),
        }
    }

    /// Lets everybody through whose turn it is.
    fn let_through(&self) {
        let Some(turns) = self.this.upgrade() else { return };
        loop {
            // The lock is not held while a pass is handed over: one that nobody takes comes back through `drop`.
            let turn = turns.state().lanes.turn(Instant::now());
            match turn {
                Turn::Go(lane, waiter) => {
                    let pass = Pass {
                        lane,
                        turns: turns.clone(),
                    };
                    drop(waiter.send(pass));
                }
                Turn::NotBefore(moment) => return turns.set_alarm(moment),
                Turn::Nobody => return,
            }
        }
    }

    fn set_alarm(&self, moment: Instant) {
        // A pass may be given back while the runtime ends; then nobody waits for another.
        let Ok(runtime) = tokio::runtime::Handle::try_current() else {
            return;
        };
        if std::mem::replace(&mut self.state().alarm_set, true) {
            return;
        }
        let this = self.this.clone();
        runtime.spawn(async move {
            tokio::time::sleep_until(moment.into()).await;
            if let Some(turns) = this.upgrade() {
                turns.state().alarm_set = false;
                turns.let_through();
            }
        });
    }
}

#[async_trait]
impl Bank for Gate {
    async fn open_fin_account(&self, call: &Call, request: &OpenFinAccount) -> Answer<RegisterNumber> {
        self.pass(
            Lane::Link,
            self.patience.link,
            self.bank.open_fin_account(call, request),
        )
        .await
    }

    async fn check_fin_account(&self, call: &Call, request: &CheckFinAccount) -> Answer<FinAccountNumber> {
        self.pass(
            Lane::Link,
            self.patience.link,
            self.bank.check_fin_account(call, request),
        )
        .await
    }

    async fn balance(&self, call: &Call, fin_account: &FinAccountNumber) -> Answer<Balance> {
        self.pass(
            Lane::Balance,
            self.patience.balance,
            self.bank.balance(call, fin_account),
        )
        .await
    }

    async fn withdraw(&self, call: &Call, request: &Withdrawal) -> Answer<MoneyReceipt> {
        self.withdraw_in(self.money_turn().await, call, request).await
    }

    async fn deposit(&self, call: &Call, request: &Deposit) -> Answer<MoneyReceipt> {
        self.deposit_in(self.money_turn().await, call, request).await
    }

    async fn inquire(&self, call: &Call, original: &Original) -> Answer<TransferResult> {
        self.pass(Lane::Inquiry, self.patience.inquiry, self.bank.inquire(call, original))
            .await
    }

    async fn holder_name(&self, call: &Call, account: &AccountAtBank) -> Answer<String> {
        self.pass(Lane::Link, self.patience.link, self.bank.holder_name(call, account))
            .await
    }

    async fn statement(&self, call: &Call, query: &StatementQuery) -> Answer<StatementPage> {
        self.pass(Lane::Inquiry, self.patience.inquiry, self.bank.statement(call, query))
            .await
    }
}
