//! The real program, `naru` without an argument, in a folder and on ports of its own; its bank beside it or inside it.

use std::collections::BTreeSet;
use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use sea_orm::ConnectionTrait;
use serde_json::Value;
use tempfile::TempDir;

use super::app::{PATIENCE, eventually};
use super::http::{self, Answer, Api};
use super::leaks;
use super::{mysql, servers};

const SIGKILL: i32 = 9;
/// More than any stop may take.
const STOPS_WITHIN: Duration = Duration::from_secs(90);
/// Parts the runs in the log.
const NEXT_RUN: &str = "--- the next run\n";
/// Below the ports that the system gives to connections, so that nobody takes one while its program is down.
const PORTS: std::ops::Range<u16> = 22_000..32_000;
/// Parts of them, one for each test that runs at the same time.
const PLACES: u16 = 20;

/// Without the servers that tests share: what the program is alone.
pub const EMBEDDED: [(&str, &str); 2] = [("AMQP_URL", ""), ("REDIS_URL", "")];

pub struct Program {
    pub web: u16,
    pub bank: u16,
    pub ops: u16,
    pub client: reqwest::Client,
    folder: TempDir,
    settings: Vec<(&'static str, String)>,
    /// Where it is not the file that is made in its folder.
    database: Option<String>,
    child: Option<Child>,
    /// The simulated bank, where it has a process of its own.
    bank_process: Option<Child>,
}

impl Program {
    /// `settings` are environment variables, as `config/development.yaml` names them.
    pub fn new(settings: &[(&'static str, &str)]) -> Self {
        let [web, bank, ops] = free_ports();
        let given = settings.iter().map(|(name, value)| (*name, (*value).to_owned()));
        Self {
            web,
            bank,
            ops,
            client: http::client(),
            folder: tempfile::tempdir().unwrap(),
            // What a killed run could use of the bank is free for the next one after twice the share's time, and a second.
            settings: servers::named_environment()
                .into_iter()
                .chain([("NARU_BANK_SHARE_MS", "600".to_owned())])
                .chain(given)
                .collect(),
            database: None,
            child: None,
            bank_process: None,
        }
    }

    /// As [`Program::new`], with its bank started in a process of its own: it lives on when the program is killed.
    pub async fn beside_its_bank(settings: &[(&'static str, &str)]) -> Self {
        let mut program = Self::new(settings);
        // Not armed: the bank has no fault points of its own, but a database with the same writer.
        program.bank_process = Some(program.command(&["simulator"]).spawn().expect("the bank starts"));
        let bank = format!("http://127.0.0.1:{}", program.bank);
        program.answers(&format!("{bank}/_sim/summary")).await;
        program.settings.push(("NARU_BANK_URL", bank));
        program
    }

    /// Starts it, and waits until it answers.
    pub async fn start(&mut self) {
        if self.database.is_none() {
            self.database = mysql::database().await;
        }
        self.launch();
        self.answers(&format!("{}/_ping", self.base())).await;
    }

    /// Starts it without workers, and waits until it answers: what is accepted stays queued.
    pub async fn start_without_workers(&mut self) {
        self.child = Some(self.spawn(&["start"]));
        self.answers(&format!("{}/_ping", self.base())).await;
    }

    /// Starts it and does not wait.
    pub fn launch(&mut self) {
        self.child = Some(self.spawn(&[]));
    }

    /// Changes settings for what is started from now on.
    pub fn set(&mut self, settings: &[(&'static str, &str)]) {
        let given = settings.iter().map(|(name, value)| (*name, (*value).to_owned()));
        self.settings.extend(given);
    }

    fn spawn(&self, arguments: &[&str]) -> Child {
        let mut command = self.command(arguments);
        let mut log = OpenOptions::new()
            .create(true)
            .append(true)
            .open(self.log_file())
            .expect("a log");
        log.write_all(NEXT_RUN.as_bytes()).expect("a line in it");
        command.env("NARU_FAULT_FILE", self.fault_file()).stdout(log);
        command.spawn().expect("the program starts")
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let config = Path::new(env!("CARGO_MANIFEST_DIR")).join("config");
        let mut command = Command::new(env!("CARGO_BIN_EXE_naru"));
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .env("LOCO_CONFIG_FOLDER", config)
            .env("PORT", self.web.to_string())
            .env("SIMULATOR_PORT", self.bank.to_string())
            .env("NARU_OPS_LISTEN", format!("127.0.0.1:{}", self.ops))
            .env("NARU_LOG", "warn")
            .envs(self.database.iter().map(|uri| ("DATABASE_URL", uri)))
            .envs(self.settings.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(Stdio::null());
        command
    }

    async fn answers(&self, address: &str) {
        eventually(address, || async {
            let answer = self.client.get(address).send().await;
            answer.is_ok_and(|answer| answer.status().is_success())
        })
        .await;
    }

    /// Has the program, running or started next, die when it has passed these fault points in this order.
    pub fn arm(&self, points: &[&str]) {
        let steps: String = points.iter().flat_map(|point| [point, "\n"]).collect();
        let whole = self.folder.path().join("fault.new");
        std::fs::write(&whole, steps).expect("the file is written");
        std::fs::rename(whole, self.fault_file()).expect("the file appears at once");
    }

    /// Waits until the program killed itself at the fault point that it was armed with.
    pub async fn dies(&mut self) {
        let (begun, fault_file) = (Instant::now(), self.fault_file());
        let child = self.child.as_mut().expect("it runs");
        let status = loop {
            if let Some(status) = child.try_wait().expect("its status") {
                break status;
            }
            let left = || std::fs::read_to_string(&fault_file);
            assert!(begun.elapsed() < PATIENCE, "it lives, and has not passed {:?}", left());
            tokio::time::sleep(Duration::from_millis(2)).await;
        };
        self.child = None;
        assert_eq!(status.signal(), Some(SIGKILL), "{status}");
        assert!(!fault_file.exists(), "something else killed it");
    }

    /// SIGKILL.
    pub fn kill(&mut self) {
        end(&mut self.child.take().expect("it runs"));
    }

    /// Sends a signal, as Ctrl-C does.
    pub fn signal(&self, signal: &str) {
        let process = self.child.as_ref().expect("it runs").id().to_string();
        let sent = Command::new("kill").args(["-s", signal, &process]).status();
        assert!(sent.expect("kill is there").success());
    }

    /// Sends a signal, and answers with the exit code once it ended.
    pub async fn stop(&mut self, signal: &str) -> Option<i32> {
        self.signal(signal);
        self.ended().await
    }

    /// Waits until it ended by itself, and answers with the exit code.
    pub async fn ended(&mut self) -> Option<i32> {
        let begun = Instant::now();
        let child = self.child.as_mut().expect("it runs");
        let status = loop {
            if let Some(status) = child.try_wait().expect("its status") {
                break status;
            }
            assert!(begun.elapsed() < STOPS_WITHIN, "it lives");
            tokio::time::sleep(Duration::from_millis(5)).await;
        };
        self.child = None;
        status.code()
    }

    pub fn base(&self) -> String {
        format!("http://127.0.0.1:{}", self.web)
    }

    /// The address of the program's own database, to read from.
    pub fn database(&self) -> String {
        let file = || {
            format!(
                "sqlite://{}?mode=ro",
                self.folder.path().join("data/naru.sqlite").display()
            )
        };
        self.database.clone().unwrap_or_else(file)
    }

    /// Starts it with these arguments, and waits until its own listener answers.
    pub async fn start_as(&mut self, arguments: &[&str]) {
        self.child = Some(self.spawn(arguments));
        self.answers(&format!("{}/_ping", self.ops())).await;
    }

    /// Waits until it says that all its parts do their work.
    pub async fn ready(&self) {
        let readiness = format!("{}/_readiness", self.ops());
        eventually("all of it works", || async {
            let Ok(answer) = self.client.get(&readiness).send().await else {
                return false;
            };
            answer.status().is_success() && answer.json::<Value>().await.expect("JSON")["relay"] == true
        })
        .await;
    }

    /// Where it is watched.
    pub fn ops(&self) -> String {
        format!("http://127.0.0.1:{}", self.ops)
    }

    pub async fn metrics(&self) -> String {
        Answer::of(self.client.get(format!("{}/metrics", self.ops())))
            .await
            .expect(200)
            .text
    }

    /// Runs `naru task …` beside it, to its end.
    pub async fn task(&self, arguments: &[&str]) -> Output {
        self.run(&[&["task"], arguments].concat()).await
    }

    /// Runs `naru …` beside it, to its end.
    pub async fn run(&self, arguments: &[&str]) -> Output {
        let mut command = self.command(arguments);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let run = tokio::task::spawn_blocking(move || command.output());
        run.await.expect("a task").expect("the program starts")
    }

    /// Changes the program's own database behind its back.
    pub async fn sql(&self, sql: &str) {
        let address = self.database().replace("mode=ro", "mode=rw");
        let connection = sea_orm::Database::connect(address).await.expect("the database opens");
        let changed = connection.execute_unprepared(sql).await.expect("it is changed");
        assert_ne!(changed.rows_affected(), 0, "nothing was changed");
    }

    /// The address of its bank's books, to read from.
    pub fn ledger(&self) -> String {
        format!(
            "sqlite://{}?mode=ro",
            self.folder.path().join("data/simulator.sqlite").display()
        )
    }

    /// What all runs until now wrote to their standard output, their logs in it.
    pub fn said(&self) -> String {
        without_colours(&std::fs::read_to_string(self.log_file()).expect("it was started"))
    }

    /// What the last run wrote.
    pub fn said_by_this_run(&self) -> String {
        let all = self.said();
        all.rsplit(NEXT_RUN).next().expect("a run").to_owned()
    }

    /// The processor time that the running program has used.
    pub fn cpu_ticks(&self) -> u64 {
        let pid = self.child.as_ref().expect("it runs").id();
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).expect("it runs");
        // The second field is a name in brackets; user and system time are the 14th and the 15th.
        let (_, fields) = stat.rsplit_once(") ").expect("a name in brackets");
        let ticks = fields.split(' ').skip(11).take(2);
        ticks.map(|field| field.parse::<u64>().expect("a number")).sum()
    }

    fn log_file(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    fn fault_file(&self) -> PathBuf {
        self.folder.path().join("fault")
    }

    /// The demo partner's way to the API.
    pub fn api(&self) -> Api {
        Api {
            client: self.client.clone(),
            base: self.base(),
            key: naru::demo::PARTNER_KEY.to_owned(),
        }
    }

    pub async fn bank_get(&self, path: &str) -> Value {
        let address = format!("http://127.0.0.1:{}{path}", self.bank);
        Answer::of(self.client.get(address)).await.expect(200).json()
    }

    pub async fn bank_post(&self, path: &str, body: &Value) {
        let address = format!("http://127.0.0.1:{}{path}", self.bank);
        let answer = Answer::of(self.client.post(address).json(body)).await;
        assert!(answer.status.is_success(), "{answer:?}");
    }

    /// What an account has at the bank.
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
}

impl Drop for Program {
    fn drop(&mut self) {
        self.child.iter_mut().chain(&mut self.bank_process).for_each(end);
        leaks::expect_none_in(&std::fs::read_to_string(self.log_file()).unwrap_or_default());
    }
}

fn end(child: &mut Child) {
    child.kill().expect("SIGKILL");
    child.wait().expect("it ended");
}

/// A log as a person reads it.
fn without_colours(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |plain, part| {
        plain + part.split_once('m').map_or("", |(_, rest)| rest)
    })
}

/// Different ones.
pub fn free_ports<const N: usize>() -> [u16; N] {
    // A test of its own at a time has each of these places: what it stops for a moment, no other takes meanwhile.
    let place: Option<u16> = std::env::var("NEXTEST_TEST_GLOBAL_SLOT")
        .ok()
        .and_then(|slot| slot.parse().ok());
    let ports = place.map_or(PORTS, |place| {
        let first = PORTS.start + place % PLACES * (PORTS.end - PORTS.start) / PLACES;
        first..first + (PORTS.end - PORTS.start) / PLACES
    });
    let is_free = |port: &u16| std::net::TcpListener::bind(("127.0.0.1", *port)).is_ok();
    let mut found = BTreeSet::new();
    while found.len() < N {
        found.extend(Some(rand::random_range(ports.clone())).filter(is_free));
    }
    let mut found = found.into_iter();
    std::array::from_fn(|_| found.next().expect("enough of them"))
}
