//! The gate: who goes first, how many at once, and who waits how long.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use naru::bank::{
    AccountAtBank, Answer, Balance, Bank, Call, CheckFinAccount, Deposit, Exchange, FinAccountNumber, MoneyReceipt,
    NotSentReason, OpenFinAccount, Original, OriginalOf, Outcome, RegisterNumber, StatementPage, StatementQuery,
    TraceNumber, TransferResult, UnknownReason, Withdrawal,
    gate::{Gate, Load},
};
use naru::config::BankSettings;
use naru::money::Won;
use tokio::sync::{mpsc, oneshot};

use super::{account, call, deposit, fin_account, settings, withdrawal};

/// A bank that tells of every call and answers it, without a result, when told to.
struct HeldBank {
    calls: mpsc::UnboundedSender<Held>,
}

/// A call that has reached the bank; it is answered when this is dropped.
struct Held {
    operation: &'static str,
    _answer: oneshot::Sender<()>,
}

impl HeldBank {
    async fn hold<T>(&self, operation: &'static str) -> Answer<T> {
        let (answer, answered) = oneshot::channel();
        let held = Held {
            operation,
            _answer: answer,
        };
        self.calls.send(held).ok().unwrap();
        assert!(answered.await.is_err(), "a held call is answered by letting it go");
        Answer {
            outcome: Outcome::Unknown(UnknownReason::UnclearAnswer),
            exchange: Exchange::default(),
        }
    }
}

#[async_trait]
impl Bank for HeldBank {
    async fn open_fin_account(&self, _: &Call, _: &OpenFinAccount) -> Answer<RegisterNumber> {
        self.hold("open").await
    }
    async fn check_fin_account(&self, _: &Call, _: &CheckFinAccount) -> Answer<FinAccountNumber> {
        self.hold("check").await
    }
    async fn balance(&self, _: &Call, _: &FinAccountNumber) -> Answer<Balance> {
        self.hold("balance").await
    }
    async fn withdraw(&self, _: &Call, _: &Withdrawal) -> Answer<MoneyReceipt> {
        self.hold("withdraw").await
    }
    async fn deposit(&self, _: &Call, _: &Deposit) -> Answer<MoneyReceipt> {
        self.hold("deposit").await
    }
    async fn inquire(&self, _: &Call, _: &Original) -> Answer<TransferResult> {
        self.hold("inquire").await
    }
    async fn holder_name(&self, _: &Call, _: &AccountAtBank) -> Answer<String> {
        self.hold("holder").await
    }
    async fn statement(&self, _: &Call, _: &StatementQuery) -> Answer<StatementPage> {
        self.hold("statement").await
    }
}

struct Stage {
    gate: Gate,
    calls: mpsc::UnboundedReceiver<Held>,
}

impl Stage {
    fn new(settings: &BankSettings) -> Self {
        let (sender, calls) = mpsc::unbounded_channel();
        let bank = Arc::new(HeldBank { calls: sender });
        Self {
            gate: Gate::new(bank, settings),
            calls,
        }
    }

    fn of(concurrency: usize) -> Self {
        let mut settings = settings();
        settings.concurrency = concurrency;
        Self::new(&settings)
    }

    /// Begins a call and returns when it stands in the gate, waiting or running. No other call may end meanwhile.
    async fn begin(&self, operation: &'static str) {
        let count = |load: Load| load.running + load.waiting;
        let expected = count(self.gate.load()) + 1;
        let gate = self.gate.clone();
        tokio::spawn(async move { make(&gate, operation).await });
        self.until(|load| count(load) == expected).await;
    }

    async fn until(&self, reached: impl Fn(Load) -> bool) {
        let reached = async {
            while !reached(self.gate.load()) {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(10), reached)
            .await
            .unwrap_or_else(|_| panic!("still {:?}", self.gate.load()));
    }

    /// The next call that reaches the bank.
    async fn next(&mut self) -> Held {
        let next = tokio::time::timeout(Duration::from_secs(10), self.calls.recv()).await;
        next.expect("no call reaches the bank").unwrap()
    }
}

async fn make(gate: &Gate, operation: &str) {
    let call = call();
    match operation {
        "balance" => drop(gate.balance(&call, &fin_account()).await),
        "holder" => drop(gate.holder_name(&call, &account("011")).await),
        "inquire" => drop(gate.inquire(&call, &original()).await),
        "deposit" => drop(gate.deposit(&call, &deposit("011")).await),
        "withdraw" => drop(gate.withdraw(&call, &withdrawal()).await),
        other => panic!("{other} is not begun by these tests"),
    }
}

fn original() -> Original {
    Original {
        trace_number: TraceNumber::new("202611240000000001AB"),
        date: call().date(),
        amount: Won::new(1_000),
        of: OriginalOf::Withdrawal(fin_account()),
    }
}

#[tokio::test]
async fn money_goes_before_inquiries_before_links_before_balances() {
    let mut stage = Stage::of(1);
    stage.begin("holder").await;
    let mut in_hand = stage.next().await;
    for operation in ["balance", "holder", "inquire", "deposit", "withdraw"] {
        stage.begin(operation).await;
    }
    assert_eq!(stage.gate.load(), Load { running: 1, waiting: 5 });
    for expected in ["deposit", "withdraw", "inquire", "holder", "balance"] {
        assert!(stage.calls.try_recv().is_err(), "two calls at once");
        drop(in_hand);
        in_hand = stage.next().await;
        assert_eq!(in_hand.operation, expected);
    }
    assert_eq!(stage.gate.load(), Load { running: 1, waiting: 0 });
}

#[tokio::test]
async fn balances_cannot_use_up_the_slots_that_money_needs() {
    let mut stage = Stage::of(4);
    let mut in_hand = Vec::new();
    for _ in 0..3 {
        stage.begin("balance").await;
        in_hand.push(stage.next().await);
    }
    stage.begin("balance").await;
    stage.begin("inquire").await;
    assert_eq!(stage.gate.load(), Load { running: 3, waiting: 2 });
    stage.begin("withdraw").await;
    in_hand.push(stage.next().await);
    assert_eq!(in_hand[3].operation, "withdraw");
    assert_eq!(stage.gate.load(), Load { running: 4, waiting: 2 });
}

#[tokio::test]
async fn a_read_that_gets_no_turn_in_time_is_not_sent() {
    let mut settings = settings();
    settings.concurrency = 1;
    settings.balance_timeout_ms = 20;
    let mut stage = Stage::new(&settings);
    stage.begin("withdraw").await;
    let in_hand = stage.next().await;
    let answer = stage.gate.balance(&call(), &fin_account()).await;
    assert_eq!(answer.outcome, Outcome::NotSent(NotSentReason::GateClosed));
    assert_eq!(stage.gate.load(), Load { running: 1, waiting: 0 });
    drop(in_hand);
    stage.until(|load| load.running == 0).await;
    stage.begin("balance").await;
    assert_eq!(stage.next().await.operation, "balance");
}

#[tokio::test]
async fn a_read_that_is_not_answered_in_time_gives_its_turn_back() {
    let mut settings = settings();
    settings.concurrency = 1;
    settings.balance_timeout_ms = 20;
    let mut stage = Stage::new(&settings);
    let (call, fin_account) = (call(), fin_account());
    let gate = stage.gate.clone();
    let (answer, in_hand) = tokio::join!(gate.balance(&call, &fin_account), stage.next());
    assert_eq!(answer.outcome, Outcome::Unknown(UnknownReason::TimedOut));
    assert_eq!(stage.gate.load(), Load { running: 0, waiting: 0 });
    drop(in_hand);
}

#[tokio::test]
async fn money_waits_as_long_as_it_takes_and_a_read_only_for_its_deadline() {
    let mut settings = settings();
    settings.concurrency = 1;
    settings.money_timeout_ms = 1;
    settings.balance_timeout_ms = 20;
    let mut stage = Stage::new(&settings);
    stage.begin("withdraw").await;
    let in_hand = stage.next().await;
    stage.begin("deposit").await;
    // A read gives up after its 20 ms; the deposit, begun before it, is still there.
    let read = stage.gate.balance(&call(), &fin_account()).await;
    assert_eq!(read.outcome, Outcome::NotSent(NotSentReason::GateClosed));
    assert_eq!(stage.gate.load(), Load { running: 1, waiting: 1 });

    drop(in_hand);
    assert_eq!(stage.next().await.operation, "deposit");
}

#[tokio::test]
async fn a_caller_that_goes_away_gives_its_turn_back() {
    let mut stage = Stage::of(1);
    let gate = stage.gate.clone();
    let running = tokio::spawn(async move { make(&gate, "withdraw").await });
    let in_hand = stage.next().await;
    stage.begin("deposit").await;
    running.abort();
    assert!(running.await.unwrap_err().is_cancelled());
    assert_eq!(stage.next().await.operation, "deposit");
    drop(in_hand);
}

#[tokio::test]
async fn a_rate_lets_every_call_through_in_its_time() {
    let mut settings = settings();
    settings.calls_per_sec = 200;
    let mut stage = Stage::new(&settings);
    let started = std::time::Instant::now();
    for _ in 0..5 {
        stage.begin("withdraw").await;
    }
    for _ in 0..5 {
        assert_eq!(stage.next().await.operation, "withdraw");
    }
    // Five starts are four intervals of five milliseconds apart.
    assert!(
        started.elapsed() >= Duration::from_millis(20),
        "{:?}",
        started.elapsed()
    );
}
