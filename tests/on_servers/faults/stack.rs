//! Naru as it runs at scale, each part in a process of its own: MariaDB, Redis and RabbitMQ, two that serve, two that
//! work, and the bank.

use std::fs::File;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use naru::demo::PARTNER_KEY;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::app::eventually;
use crate::support::http::{self, Api};
use crate::support::program::free_ports;
use crate::support::servers::PrivateServers;

const SERVERS: &[&str] = &["mariadb", "redis", "rabbitmq"];
/// What supervises the processes of a real site starts a dead one again after a moment.
const RESTARTED_AFTER: Duration = Duration::from_secs(1);
pub const BANK_ANSWERS_IN_MS: u64 = 20;
/// The account that the demo partner's mandate is for.
const ACCOUNT: &str = "3020001234567";
const RICH_WON: i64 = 1_000_000_000_000;
/// Deadlines and looks short enough to see the end of each fault.
const SHORT: &[(&str, &str)] = &[
    ("NARU_BANK_MONEY_TIMEOUT_MS", "2000"),
    ("NARU_CLAIM_LEASE_SECS", "5"),
    ("NARU_INQUIRY_SCHEDULE_SECS", "1"),
    ("NARU_NOT_FOUND_ANSWERS", "2"),
    ("NARU_NOT_FOUND_SECS", "2"),
];

/// A process of ours: its name, its arguments, and the ports that it serves on.
pub struct Process {
    pub name: &'static str,
    arguments: &'static [&'static str],
    port: u16,
    /// For its readiness.
    ops: u16,
    child: Option<Child>,
}

pub struct Stack {
    pub servers: PrivateServers,
    pub client: reqwest::Client,
    /// What the two that serve are called with; then the two that work.
    pub processes: Vec<Process>,
    bank: Process,
    bank_port: u16,
    folder: TempDir,
    environment: Vec<(&'static str, String)>,
    pub mandate: String,
}

impl Stack {
    pub async fn start() -> Self {
        let servers = PrivateServers::start(SERVERS).await;
        let [bank_port] = free_ports();
        let mut environment: Vec<_> = ["DATABASE_URL", "REDIS_URL", "AMQP_URL"]
            .map(|name| (name, servers.variable(name)))
            .to_vec();
        environment.push(("NARU_BANK_URL", format!("http://127.0.0.1:{bank_port}")));
        environment.extend(SHORT.iter().map(|(name, value)| (*name, (*value).to_owned())));
        let mut stack = Self {
            servers,
            client: http::client(),
            processes: vec![
                Process::new("web 1", &["start"]),
                Process::new("web 2", &["start"]),
                Process::new("worker 1", &["start", "--worker"]),
                Process::new("worker 2", &["start", "--worker"]),
            ],
            bank: Process::new("bank", &["simulator"]),
            bank_port,
            folder: tempfile::tempdir().expect("a folder"),
            environment,
            mandate: String::new(),
        };
        stack.bank.child = Some(stack.spawn(&stack.bank));
        stack
            .answers(&format!("http://127.0.0.1:{bank_port}/_sim/summary"))
            .await;
        stack.seed().await;
        for index in 0..stack.processes.len() {
            stack.launch(index);
        }
        stack.is_ready().await;
        stack.prepare().await;
        stack
    }

    /// The demo's people, as an operator makes them.
    async fn seed(&mut self) {
        for arguments in [&["db", "migrate"], &["task", "demo"]] {
            let (ended, said) = self.run(Process::new(arguments[1], arguments)).await;
            assert!(ended.success(), "{said}");
        }
    }

    /// What pushes payments: the demo's mandate, an account that can pay them all, and a bank that takes a moment.
    async fn prepare(&mut self) {
        let [base, _] = self.bases();
        let api = self.api(&base);
        let mandates = api.get("/mandates").await.expect(200).json();
        mandates["data"][0]["id"]
            .as_str()
            .expect("a mandate")
            .clone_into(&mut self.mandate);
        self.all_end(&api).await;
        let rich = json!({ "account": ACCOUNT, "balance_won": RICH_WON });
        self.bank_post("/_sim/accounts", &rich).await;
        self.bank_answers_in(BANK_ANSWERS_IN_MS).await;
    }

    pub async fn bank_answers_in(&self, ms: u64) {
        let slow = json!({ "operation": "withdraw", "mode": "slow", "ms": ms });
        self.bank_post("/_sim/mode", &slow).await;
    }

    async fn all_end(&self, api: &Api) {
        for status in ["queued", "executing", "unknown"] {
            let path = format!("/payments?limit=1&status={status}");
            eventually("the demo's payments end", || async {
                api.get(&path).await.expect(200).json()["data"] == json!([])
            })
            .await;
        }
    }

    pub fn launch(&mut self, index: usize) {
        let child = self.spawn(&self.processes[index]);
        self.processes[index].child = Some(child);
    }

    /// SIGKILL; it is started again as a supervisor would.
    pub async fn kill_process(&mut self, index: usize) {
        self.processes[index].end();
        tokio::time::sleep(RESTARTED_AFTER).await;
        self.launch(index);
    }

    fn spawn(&self, process: &Process) -> Child {
        let config = Path::new(env!("CARGO_MANIFEST_DIR")).join("config");
        let log = File::options()
            .create(true)
            .append(true)
            .open(self.folder.path().join(format!("{}.log", process.name)));
        let mut command = Command::new(env!("CARGO_BIN_EXE_naru"));
        command
            .args(process.arguments)
            .current_dir(self.folder.path())
            .env("LOCO_CONFIG_FOLDER", config)
            .env("PORT", process.port.to_string())
            .env("NARU_OPS_LISTEN", format!("127.0.0.1:{}", process.ops))
            .env("SIMULATOR_PORT", self.bank_port.to_string())
            .env("NARU_LOG", "warn")
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(log.expect("its log"));
        command.spawn().expect("the program starts")
    }

    async fn answers(&self, address: &str) {
        eventually(address, || async {
            let answer = self.client.get(address).send().await;
            answer.is_ok_and(|answer| answer.status().is_success())
        })
        .await;
    }

    pub async fn is_ready(&self) {
        for process in &self.processes {
            self.answers(&format!("http://127.0.0.1:{}/_readiness", process.ops))
                .await;
        }
    }

    /// Where the two that serve are.
    pub fn bases(&self) -> [String; 2] {
        [0, 1].map(|index: usize| format!("http://127.0.0.1:{}", self.processes[index].port))
    }

    pub fn api(&self, base: &str) -> Api {
        Api {
            client: self.client.clone(),
            base: base.to_owned(),
            key: PARTNER_KEY.to_owned(),
        }
    }

    pub async fn bank_post(&self, path: &str, body: &Value) {
        let address = format!("http://127.0.0.1:{}{path}", self.bank_port);
        let answer = http::Answer::of(self.client.post(address).json(body)).await;
        assert!(answer.status.is_success(), "{answer:?}");
    }

    pub async fn bank_summary(&self) -> Value {
        let address = format!("http://127.0.0.1:{}/_sim/summary", self.bank_port);
        http::Answer::of(self.client.get(address)).await.expect(200).json()
    }

    pub async fn database(&self) -> DatabaseConnection {
        let address = self.servers.variable("DATABASE_URL");
        sea_orm::Database::connect(address).await.expect("the database opens")
    }

    /// `naru task verify`: every transfer, its history and the bank's ledger. Fails with what it found.
    pub async fn verify(&self) {
        let (ended, said) = self.run(Process::new("verify", &["task", "verify"])).await;
        assert!(ended.success(), "{said}");
    }

    /// Runs a process to its end; answers with what it said.
    async fn run(&self, process: Process) -> (ExitStatus, String) {
        let mut child = self.spawn(&process);
        let ended = tokio::task::spawn_blocking(move || child.wait().expect("it ended"));
        let said = self.folder.path().join(format!("{}.log", process.name));
        (
            ended.await.expect("a task"),
            std::fs::read_to_string(said).expect("its words"),
        )
    }
}

impl Process {
    fn new(name: &'static str, arguments: &'static [&'static str]) -> Self {
        let [port, ops] = free_ports();
        Self {
            name,
            arguments,
            port,
            ops,
            child: None,
        }
    }

    fn end(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().expect("SIGKILL");
            child.wait().expect("it ended");
        }
    }

    /// SIGTERM, and waits until it ended by itself.
    pub async fn stop(&mut self) {
        let mut child = self.child.take().expect("it runs");
        let sent = Command::new("kill")
            .args(["-s", "TERM", &child.id().to_string()])
            .status();
        assert!(sent.expect("kill is there").success());
        let ended = tokio::task::spawn_blocking(move || child.wait().expect("it ended"));
        let status = ended.await.expect("a task");
        assert!(status.success(), "{}: {status}", self.name);
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        self.processes.iter_mut().chain([&mut self.bank]).for_each(Process::end);
    }
}

/// One number from the database.
pub async fn count(database: &DatabaseConnection, query: &str) -> i64 {
    let row = database
        .query_one_raw(Statement::from_string(DbBackend::MySql, query))
        .await;
    let row = row.expect("the database answers").expect("a row");
    row.try_get_by_index(0).expect("a number")
}
