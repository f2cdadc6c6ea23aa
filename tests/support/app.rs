//! A whole Naru for one test: its own database, simulated bank, clock and port, in this process.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use loco_rs::bgworker::Queue;
use loco_rs::boot::{StartMode, create_app};
use loco_rs::config::Config;
use loco_rs::environment::Environment;
use migration::Migrator;
use naru::bank::simulator::{self, Simulator, SimulatorOptions};
use naru::clock::Clock;
use naru::config::Settings;
use naru::models::kinds::TransferState;
use naru::models::transfers;
use naru::notifications::webhooks::Lookup;
use naru::readiness::Readiness;
use naru::relay::Doorbell;
use naru::services::{Outside, Services};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::clock::TestClock;
use super::hooks::{OUTSIDE, TestHooks};
use super::http::{self, Answer, Api};
use super::leaks::{self, WatchedLog};
use super::{mysql, servers, sqlite};

const LEDGER: &str = "simulator.sqlite";
/// How long anything that must happen may take on two busy cores.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// More than any environment logs; statements of the database's, which tests write by hand, are logged in none.
const WATCHED: &str = "naru=debug,info,sqlx=warn";

pub struct TestApp {
    pub base: String,
    pub services: Services,
    pub clock: TestClock,
    pub client: reqwest::Client,
    simulator: Option<Simulator>,
    queue: std::sync::Arc<Queue>,
    stop: CancellationToken,
    database_uri: String,
    folder: TempDir,
}

/// What a test wants to be other than usual.
pub struct Wish {
    settings: Value,
    workers: bool,
    clock: TestClock,
    lookup: Lookup,
    database: Option<String>,
}

/// An app with the settings of `config/test.yaml`.
pub async fn start() -> TestApp {
    wish().start().await
}

pub fn wish() -> Wish {
    Wish {
        settings: json!({}),
        workers: true,
        clock: TestClock::default(),
        lookup: Lookup::system(),
        database: None,
    }
}

impl Wish {
    /// Changes one part of the settings, such as `{"bank": {"money_timeout_ms": 100}}`.
    pub fn settings(mut self, change: Value) -> Self {
        merge(&mut self.settings, change);
        self
    }

    /// Without workers everything stays queued.
    pub fn without_workers(mut self) -> Self {
        self.workers = false;
        self
    }

    /// An empty database that is there already.
    pub fn on_database(mut self, uri: String) -> Self {
        self.database = Some(uri);
        self
    }

    /// Names of partners lead where the test says.
    pub fn with_a_lookup(mut self, lookup: Lookup) -> Self {
        self.lookup = lookup;
        self
    }

    /// The time of another app of the same test.
    pub fn by_clock(mut self, clock: &TestClock) -> Self {
        self.clock = clock.clone();
        self
    }

    /// Time goes on only where the test moves it.
    pub fn with_a_stopped_clock(mut self) -> Self {
        self.clock = TestClock::stopped();
        self
    }

    pub async fn start(self) -> TestApp {
        tell_the_log();
        let folder = tempfile::tempdir().expect("a folder for this test");
        let options = SimulatorOptions {
            address: ([127, 0, 0, 1], 0).into(),
            ledger: folder.path().join(LEDGER),
            control: true,
        };
        let simulator = simulator::start(options).await.expect("the simulated bank starts");
        let clock = self.clock;
        let mut config = config(&simulator.url(), self.settings);
        let database_uri = match self.database {
            Some(uri) => uri,
            None => a_database(&folder).await,
        };
        config.database.uri.clone_from(&database_uri);
        let outside = Outside {
            clock: clock.clock(),
            lookup: self.lookup,
        };
        let mode = if self.workers {
            StartMode::ServerAndWorker
        } else {
            StartMode::ServerOnly
        };
        let booted = OUTSIDE
            .scope(
                outside,
                create_app::<TestHooks, Migrator>(mode, &Environment::Test, config),
            )
            .await
            .expect("the app boots");
        let ctx = booted.app_context;
        let services = ctx.shared_store.get::<Services>().expect("the app is wired");
        let queue = ctx.queue_provider.clone().expect("the app has a relay");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let base = format!("http://{}", listener.local_addr().expect("its address"));
        let stop = CancellationToken::new();
        tokio::spawn(naru::serve::serve(
            booted.router.expect("routes"),
            listener,
            stop.clone(),
        ));
        ctx.shared_store.get::<Readiness>().expect("the app is wired").opened();
        if self.workers {
            let queue = queue.clone();
            tokio::spawn(async move { queue.run(Vec::new()).await });
        }
        let client = http::client();
        TestApp {
            base,
            services,
            clock,
            client,
            simulator: Some(simulator),
            queue,
            stop,
            database_uri,
            folder,
        }
    }
}

impl TestApp {
    /// The services of a process that starts now, on the same database.
    pub async fn services_of_a_new_process(&self) -> Services {
        self.services_of_another_process(self.clock.clock()).await
    }

    /// The services of a process beside this one, on the same database, by a clock of its own.
    pub async fn services_of_another_process(&self, clock: Clock) -> Services {
        self.services_by(clock, self.services.settings.clone()).await
    }

    /// The services of a process with other settings.
    pub async fn services_with(&self, settings: Settings) -> Services {
        self.services_by(self.clock.clock(), settings).await
    }

    /// Stops the workers of this app; its pages and its API go on.
    pub fn stop_workers(&self) {
        self.queue.shutdown().expect("the relay can be stopped");
    }

    async fn services_by(&self, clock: Clock, settings: Settings) -> Services {
        let database = (self.services.db.read().clone(), self.database_uri.as_str());
        // Nobody hears this bell: as after a crash, what waits is found in the database.
        let (doorbell, _) = Doorbell::new();
        Services::open(settings, database, clock, doorbell)
            .await
            .expect("the services open")
    }

    pub fn database_uri(&self) -> &str {
        &self.database_uri
    }

    /// The file of the simulated bank's books.
    pub fn ledger(&self) -> PathBuf {
        self.folder.path().join(LEDGER)
    }

    pub fn bank_url(&self) -> String {
        self.simulator.as_ref().expect("the bank runs").url()
    }

    pub fn api(&self, key: &str) -> Api {
        Api {
            client: self.client.clone(),
            base: self.base.clone(),
            key: key.to_owned(),
        }
    }

    /// Asks the simulated bank's control side.
    pub async fn bank_get(&self, path: &str) -> Value {
        Answer::of(self.client.get(format!("{}{path}", self.bank_url())))
            .await
            .expect(200)
            .json()
    }

    pub async fn bank_post(&self, path: &str, body: Value) {
        let answer = Answer::of(self.client.post(format!("{}{path}", self.bank_url())).json(&body)).await;
        assert!(answer.status.is_success(), "{answer:?}");
    }

    /// Sets how the bank does an operation from now on: `ok slow hang refuse down`.
    pub async fn bank_mode(&self, operation: &str, mode: &str) {
        self.bank_post("/_sim/mode", json!({ "operation": operation, "mode": mode }))
            .await;
    }

    /// Takes the bank away: its port refuses from now on.
    pub async fn stop_bank(&mut self) {
        self.simulator.take().expect("the bank runs").stop().await;
    }

    /// What an account has at the bank, by the end of its number.
    pub async fn balance_at_bank(&self, number: &str) -> i64 {
        let accounts = self.bank_get("/_sim/accounts").await;
        let found = accounts["data"]
            .as_array()
            .unwrap()
            .iter()
            .find(|account| account["account"] == number);
        found.unwrap_or_else(|| panic!("{number} is not in {accounts}"))["balance_won"]
            .as_i64()
            .unwrap()
    }

    /// Lets time pass, here and at the bank.
    pub async fn advance(&self, by: chrono::TimeDelta) {
        self.clock.advance(by);
        // The bank's clock moves in whole seconds: it is never behind.
        let seconds = by.num_seconds() + 1;
        self.bank_post("/_sim/clock", json!({ "advance_seconds": seconds }))
            .await;
    }

    /// Waits until nothing is queued or executing.
    pub async fn settled(&self) {
        eventually("all transfers settle", || async {
            self.in_state(&UNSETTLED).await == 0
        })
        .await;
    }

    pub async fn in_state(&self, states: &[TransferState]) -> u64 {
        let query = transfers::Entity::find().filter(transfers::Column::State.is_in(states.iter().copied()));
        query
            .count(self.services.db.read())
            .await
            .expect("the database answers")
    }

    /// Queued transfers that the broker was not told of.
    pub async fn untold(&self) -> u64 {
        transfers::Entity::find()
            .filter(transfers::Column::State.eq(TransferState::Queued))
            .filter(transfers::Column::RungAt.is_null())
            .count(self.services.db.read())
            .await
            .expect("the database answers")
    }

    /// The transfer of a test that makes one.
    pub async fn only_transfer(&self) -> transfers::Model {
        let mut rows = transfers::Entity::find()
            .all(self.services.db.read())
            .await
            .expect("the database answers");
        assert_eq!(rows.len(), 1);
        rows.remove(0)
    }

    /// Runs SQL behind the back of the program; answers with how many rows it changed.
    pub async fn sql(&self, sql: &str) -> u64 {
        self.try_sql(sql).await.expect("it is done")
    }

    pub async fn try_sql(&self, sql: &str) -> Result<u64, DbErr> {
        let sql = sql.to_owned();
        let run = self
            .services
            .db
            .write(move |tx| Box::pin(async move { Ok(tx.execute_unprepared(&sql).await?.rows_affected()) }));
        run.await
    }

    /// All transfers, oldest first.
    pub async fn every_transfer(&self) -> Vec<transfers::Model> {
        let query = transfers::Entity::find().order_by_asc(transfers::Column::Id);
        query.all(self.services.db.read()).await.expect("the database answers")
    }

    pub async fn transfers(&self) -> u64 {
        transfers::Entity::find()
            .count(self.services.db.read())
            .await
            .expect("the database answers")
    }
}

const UNSETTLED: [TransferState; 2] = [TransferState::Queued, TransferState::Executing];

impl Drop for TestApp {
    fn drop(&mut self) {
        self.stop.cancel();
        self.queue.shutdown().expect("the relay can be stopped");
        leaks::expect_none();
    }
}

/// Polls until `holds`, and fails after [`PATIENCE`].
pub async fn eventually<F: Future<Output = bool>>(what: &str, holds: impl FnMut() -> F) {
    eventually_within(PATIENCE, what, holds).await;
}

/// As [`eventually`], for what takes its time.
pub async fn eventually_within<F: Future<Output = bool>>(patience: Duration, what: &str, mut holds: impl FnMut() -> F) {
    let begun = Instant::now();
    while !holds().await {
        assert!(begun.elapsed() < patience, "{what}: not within {patience:?}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// What the app logs is looked through; who looks for a fault reads it instead: `NARU_TEST_LOG=naru=debug`.
fn tell_the_log() {
    let log = tracing_subscriber::fmt();
    // Another app of the same test may have begun already.
    drop(match std::env::var("NARU_TEST_LOG") {
        Ok(filter) => log.with_env_filter(filter).with_test_writer().try_init(),
        Err(_) => log.with_env_filter(WATCHED).with_writer(|| WatchedLog).try_init(),
    });
}

/// With the schema in it, on the server that the environment names or in the folder.
async fn a_database(folder: &TempDir) -> String {
    match mysql::database().await {
        Some(uri) => uri,
        None => sqlite::database(&folder.path().join("naru.sqlite")).await,
    }
}

fn config(bank_url: &str, wishes: Value) -> Config {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("config");
    let mut config = Environment::Test
        .load_from_folder(&root)
        .expect("config/test.yaml can be read");
    let mut settings = config.settings.take().expect("settings");
    merge(&mut settings, json!({ "bank": { "url": bank_url } }));
    merge(&mut settings, servers::named());
    merge(&mut settings, wishes);
    config.settings = Some(settings);
    config
}

fn merge(into: &mut Value, change: Value) {
    match (into, change) {
        (Value::Object(into), Value::Object(change)) => {
            for (name, value) in change {
                merge(into.entry(name).or_insert(Value::Null), value);
            }
        }
        (into, change) => *into = change,
    }
}
