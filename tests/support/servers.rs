//! Servers of a test's own, which it may kill: `scripts/services` in a folder of its own. And those that all tests share.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;
use uuid::Uuid;

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/services");

pub struct PrivateServers {
    folder: TempDir,
    /// Ends them when its input ends: also when this process is killed.
    keeper: Child,
}

/// In a session of its own, so that what ends a test does not end it first.
const KEEPER: &str = r#"read -r _; "$0" stop "$@"; rm -rf "$NARU_SERVICES""#;

impl PrivateServers {
    pub async fn start(names: &'static [&'static str]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut keeper = Command::new("setsid");
        keeper
            .args(["bash", "-c", KEEPER, SCRIPT])
            .args(names)
            .env("NARU_SERVICES", folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let servers = Self {
            keeper: keeper.spawn().expect("setsid and bash are there"),
            folder,
        };
        servers.restart(names).await;
        servers
    }

    /// Starts them again, each with what it had on disk, and waits until they answer.
    pub async fn restart(&self, names: &[&str]) {
        self.run_async([&["start"], names].concat()).await;
    }

    /// SIGKILL, with everything that it started.
    pub fn kill(&self, name: &str) {
        self.signal(name, "KILL");
    }

    /// It goes on taking connections, and answers nothing.
    pub fn freeze(&self, name: &str) {
        self.signal(name, "STOP");
    }

    pub fn thaw(&self, name: &str) {
        self.signal(name, "CONT");
    }

    /// What the system does for a process that is killed: everything that it had open is closed.
    pub fn lose_their_owner(&mut self) {
        drop(self.keeper.stdin.take());
    }

    /// Where the system tells of the process of a server, while there is one.
    pub fn process(&self, name: &str) -> PathBuf {
        Path::new("/proc").join(self.pid(name))
    }

    fn pid(&self, name: &str) -> String {
        let pid = std::fs::read_to_string(self.folder.path().join(format!("{name}.pid"))).expect("it was started");
        pid.trim().to_owned()
    }

    fn signal(&self, name: &str, signal: &str) {
        let sent = Command::new("kill")
            .args([&format!("-{signal}"), "--", &format!("-{}", self.pid(name))])
            .status();
        assert!(sent.expect("kill is there").success());
    }

    /// Asks the broker with `rabbitmqctl`.
    pub async fn rabbitmqctl(&self, arguments: &[&str]) -> String {
        self.run_async([&["rabbitmqctl"], arguments].concat()).await
    }

    /// As [`Self::rabbitmqctl`], while nothing else goes on.
    pub fn rabbitmqctl_now(&self, arguments: &[&str]) -> String {
        text(self.run(&[&["rabbitmqctl"], arguments].concat()))
    }

    /// The value of one of the variables that point a program at them.
    pub fn variable(&self, name: &str) -> String {
        let environment = text(self.run(&["env"]));
        let start = format!("export {name}=");
        let value = environment.lines().find_map(|line| line.strip_prefix(&start));
        value.unwrap_or_else(|| panic!("{name} in {environment}")).to_owned()
    }

    async fn run_async(&self, arguments: Vec<&str>) -> String {
        let (folder, arguments) = (self.folder.path().to_owned(), owned(&arguments));
        let run = tokio::task::spawn_blocking(move || services(&folder, &arguments));
        text(run.await.expect("a task"))
    }

    fn run(&self, arguments: &[&str]) -> Output {
        services(self.folder.path(), &owned(arguments))
    }
}

impl Drop for PrivateServers {
    fn drop(&mut self) {
        // Its input is closed first.
        self.keeper.wait().expect("the servers end");
    }
}

/// The settings for the servers that the environment names, under a name of one app's own there.
pub fn named() -> Value {
    let [broker, redis] = named_addresses();
    let namespace = format!("naru-{}", Uuid::new_v4().simple());
    let mut settings = json!({});
    if let Some(address) = broker {
        settings["relay"] = json!({ "amqp_url": address, "amqp_namespace": namespace });
    }
    if let Some(address) = redis {
        settings["cache"] = json!({ "redis_url": address, "namespace": namespace });
    }
    settings
}

/// As [`named`], for a program of its own.
pub fn named_environment() -> Vec<(&'static str, String)> {
    let [broker, redis] = named_addresses();
    let namespace = format!("naru-{}", Uuid::new_v4().simple());
    let broker = broker.map(|address| [("AMQP_URL", address), ("AMQP_NAMESPACE", namespace.clone())]);
    let redis = redis.map(|address| [("REDIS_URL", address), ("REDIS_NAMESPACE", namespace)]);
    broker.into_iter().chain(redis).flatten().collect()
}

fn named_addresses() -> [Option<String>; 2] {
    ["NARU_TEST_AMQP", "NARU_TEST_REDIS"].map(|name| std::env::var(name).ok())
}

fn owned(words: &[&str]) -> Vec<String> {
    words.iter().map(ToString::to_string).collect()
}

#[track_caller]
fn text(run: Output) -> String {
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    String::from_utf8(run.stdout).expect("text")
}

fn services(folder: &Path, arguments: &[String]) -> Output {
    let mut command = Command::new(SCRIPT);
    command.args(arguments).env("NARU_SERVICES", folder);
    command.output().expect("scripts/services runs")
}
