//! The simulated bank over real HTTP: asked by the client that the relay uses, and looked into by its control calls.

mod amounts;
mod controls;
mod ledger;
mod linking;
mod modes;
mod wire;

use std::path::PathBuf;

use naru::{
    bank::{
        AccountAtBank, AccountNumber, Bank, BankCode, BirthDate, Call, CheckFinAccount, Deposit, FinAccountNumber,
        MoneyReceipt, OpenFinAccount, Original, OriginalOf, Outcome, RegisterNumber, TransferResult, Withdrawal,
        nh::Client,
        simulator::{Simulator, SimulatorOptions, start},
    },
    clock::Clock,
    money::Won,
};
use serde_json::{Value, json};

/// A deadline that only an answer which never comes passes.
const PATIENT_MS: u64 = 30_000;
/// Shorter than the three seconds of a slow answer, long enough for a busy machine to connect.
const HASTY_MS: u64 = 1_500;

/// A running bank with books of its own, and two clients of it.
struct Bench {
    simulator: Simulator,
    http: reqwest::Client,
    patient: Client,
    hasty: Client,
    folder: PathBuf,
}

/// A linked account.
#[derive(Clone)]
struct Customer {
    fin_account: FinAccountNumber,
    at_bank: AccountAtBank,
}

#[derive(Clone, Copy, Debug)]
enum Way {
    Withdrawal,
    Deposit,
}

const WAYS: [Way; 2] = [Way::Withdrawal, Way::Deposit];

impl Bench {
    async fn start() -> Self {
        Self::open(new_folder(), true).await
    }

    async fn open(folder: PathBuf, control: bool) -> Self {
        let options = SimulatorOptions {
            address: ([127, 0, 0, 1], 0).into(),
            ledger: folder.join("bank.sqlite"),
            control,
        };
        let simulator = start(options).await.unwrap();
        assert!(simulator.addr().ip().is_loopback());
        let client = |money_timeout_ms| {
            let mut settings = crate::bank::settings();
            settings.money_timeout_ms = money_timeout_ms;
            settings.link_timeout_ms = money_timeout_ms;
            settings.balance_timeout_ms = money_timeout_ms;
            Client::new(&settings, &simulator.url()).unwrap()
        };
        Self {
            patient: client(PATIENT_MS),
            hasty: client(HASTY_MS),
            http: reqwest::Client::new(),
            simulator,
            folder,
        }
    }

    /// Stops the bank and opens it again with the same books.
    async fn restart(self) -> Self {
        self.simulator.stop().await;
        Self::open(self.folder, true).await
    }

    async fn stop(self) {
        self.simulator.stop().await;
        drop(std::fs::remove_dir_all(self.folder));
    }

    async fn get(&self, path: &str) -> Value {
        let answer = self.http.get(format!("{}{path}", self.simulator.url())).send();
        answer.await.unwrap().json().await.unwrap()
    }

    async fn post(&self, path: &str, body: Value) -> (u16, String) {
        let request = self.http.post(format!("{}{path}", self.simulator.url()));
        let answer = request
            .header("content-type", "application/json")
            .body(body.to_string());
        let answer = answer.send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }

    async fn set_mode(&self, mode: Value) {
        let (status, body) = self.post("/_sim/mode", mode).await;
        assert_eq!(status, 204, "{body}");
    }

    async fn advance(&self, seconds: i64) {
        let (status, body) = self.post("/_sim/clock", json!({ "advance_seconds": seconds })).await;
        assert_eq!(status, 200, "{body}");
    }

    async fn link(&self, number: &str) -> Customer {
        let register_number = succeeded(self.open_link(&self.patient, number).await);
        let fin_account = succeeded(self.check_link(&self.patient, register_number).await);
        Customer {
            fin_account,
            at_bank: at_bank(number),
        }
    }

    async fn open_link(&self, client: &Client, number: &str) -> Outcome<RegisterNumber> {
        let at = at_bank(number);
        let request = OpenFinAccount {
            bank: at.bank,
            account: at.account,
            birth_date: BirthDate::new("19900101"),
        };
        client.open_fin_account(&new_call(), &request).await.outcome
    }

    async fn check_link(&self, client: &Client, register_number: RegisterNumber) -> Outcome<FinAccountNumber> {
        let request = CheckFinAccount {
            register_number,
            birth_date: BirthDate::new("19900101"),
        };
        client.check_fin_account(&new_call(), &request).await.outcome
    }

    async fn balance_won(&self, customer: &Customer) -> i64 {
        let balance = succeeded(self.patient.balance(&new_call(), &customer.fin_account).await.outcome);
        assert_eq!(balance.ledger, balance.available);
        balance.ledger.get()
    }

    async fn transfer(&self, client: &Client, way: Way, call: &Call, customer: &Customer, order: (i64, &str)) -> Moved {
        let (amount, memo) = (Won::new(order.0), order.1.to_owned());
        let outcome = match way {
            Way::Withdrawal => {
                let fin_account = customer.fin_account.clone();
                let request = Withdrawal {
                    fin_account,
                    amount,
                    memo,
                };
                client.withdraw(call, &request).await.outcome
            }
            Way::Deposit => {
                let to = customer.at_bank.clone();
                client.deposit(call, &Deposit { to, amount, memo }).await.outcome
            }
        };
        Moved(outcome)
    }

    async fn withdraw(&self, customer: &Customer, amount_won: i64, memo: &str) -> Outcome<MoneyReceipt> {
        let (call, order) = (new_call(), (amount_won, memo));
        let moved = self
            .transfer(&self.patient, Way::Withdrawal, &call, customer, order)
            .await;
        moved.0
    }

    async fn inquire(
        &self,
        way: Way,
        original: &Call,
        customer: &Customer,
        amount_won: i64,
    ) -> Outcome<TransferResult> {
        let of = match way {
            Way::Withdrawal => OriginalOf::Withdrawal(customer.fin_account.clone()),
            Way::Deposit => OriginalOf::Deposit(customer.at_bank.clone()),
        };
        let original = Original {
            trace_number: original.trace_number.clone(),
            date: original.date(),
            amount: Won::new(amount_won),
            of,
        };
        self.patient.inquire(&new_call(), &original).await.outcome
    }

    /// Waits until the bank received as many calls whose passbook text holds `order`.
    async fn until_received(&self, order: &str, calls: usize) {
        let deadline = tokio::time::Instant::now() + std::time::Duration::from_secs(20);
        loop {
            let received = self.get(&format!("/_sim/calls?memo={order}")).await;
            if received["data"].as_array().unwrap().len() >= calls {
                return;
            }
            assert!(
                tokio::time::Instant::now() < deadline,
                "the calls did not arrive: {received}"
            );
            tokio::task::yield_now().await;
        }
    }
}

/// What the client concluded of a transfer.
struct Moved(Outcome<MoneyReceipt>);

fn new_folder() -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("simulator-{}", uuid::Uuid::new_v4()))
}

fn new_call() -> Call {
    Call::new(Clock::system().now())
}

fn at_bank(number: &str) -> AccountAtBank {
    AccountAtBank {
        bank: BankCode::new("011"),
        account: AccountNumber::new(number),
    }
}

fn succeeded<T: std::fmt::Debug>(outcome: Outcome<T>) -> T {
    match outcome {
        Outcome::Succeeded(value) => value,
        other => panic!("not a success: {other:?}"),
    }
}
