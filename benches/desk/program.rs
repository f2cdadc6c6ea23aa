//! The program under measure: its database and its bank's books in a folder, filled once, and started as an operator would.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use sea_orm::{ConnectionTrait, Database};

use crate::Failed;
use crate::arguments::Arguments;

const STARTS_WITHIN: Duration = Duration::from_mins(1);
/// The file that says that a history was begun.
const MADE: &str = "begun";

pub struct Program {
    pub database: String,
    file: PathBuf,
    folder: PathBuf,
    port: u16,
    bank: u16,
    child: Option<Child>,
}

impl Program {
    pub async fn new(arguments: &Arguments, server: Option<&str>, size: u64) -> Result<Self, Failed> {
        let kind = if server.is_some() { "mysql" } else { "sqlite" };
        let folder = arguments.folder.join(format!("{kind}-{size}-{}", arguments.seed));
        fs::create_dir_all(&folder)?;
        let database = match server {
            None => format!("sqlite://{}?mode=rwc", folder.join("naru.sqlite").display()),
            Some(server) => {
                let name = format!("naru_bench_{size}_{}", arguments.seed);
                let connection = Database::connect(format!("{server}/")).await?;
                let make = format!("CREATE DATABASE IF NOT EXISTS {name} CHARACTER SET utf8mb4");
                connection.execute_unprepared(&make).await?;
                format!("{server}/{name}")
            }
        };
        Ok(Self {
            database,
            file: arguments.program.clone(),
            folder,
            port: free_port()?,
            bank: free_port()?,
            child: None,
        })
    }

    /// Makes the history, or what is missing of it; answers with how long that took where nothing was there.
    pub fn fill(&self, size: u64, seed: u64) -> Result<Option<Duration>, Failed> {
        let (is_new, begun) = (!self.folder.join(MADE).exists(), Instant::now());
        // Whatever comes now, the next run does not begin with nothing.
        fs::write(self.folder.join(MADE), "")?;
        let (size, seed) = (size.to_string(), seed.to_string());
        let arguments = ["task", "demo", "--payments", size.as_str(), "--seed", seed.as_str()];
        let status = self.command(&arguments).status()?;
        if status.success() {
            Ok(is_new.then(|| begun.elapsed()))
        } else {
            Err(format!("the history was not made: {status}").into())
        }
    }

    /// Web alone: nothing changes the history meanwhile.
    pub async fn start(&mut self) -> Result<(), Failed> {
        self.child = Some(self.command(&["start"]).stdout(Stdio::null()).spawn()?);
        let begun = Instant::now();
        while reqwest::get(format!("{}/_ping", self.base())).await.is_err() {
            if begun.elapsed() > STARTS_WITHIN {
                return Err("the program does not answer".into());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Ok(())
    }

    pub fn base(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The most that it held so far, where the system tells.
    pub fn memory_kib(&self) -> Option<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.as_ref()?.id())).ok()?;
        let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
        line.split_whitespace().nth(1)?.parse().ok()
    }

    /// Of its own files: nothing is known of a server's.
    pub fn disk_bytes(&self) -> Option<u64> {
        let is_ours = self.database.starts_with("sqlite");
        let file = fs::metadata(self.folder.join("naru.sqlite")).ok()?;
        is_ours.then_some(file.len())
    }

    pub fn stop(&mut self) -> Result<(), Failed> {
        if let Some(mut child) = self.child.take() {
            child.kill()?;
            child.wait()?;
        }
        Ok(())
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let config = Path::new(env!("CARGO_MANIFEST_DIR")).join("config");
        let mut command = Command::new(&self.file);
        command
            .args(arguments)
            .current_dir(&self.folder)
            .env("LOCO_CONFIG_FOLDER", config)
            .env("DATABASE_URL", &self.database)
            .env("SIMULATOR_LEDGER", self.folder.join("simulator.sqlite"))
            .env("PORT", self.port.to_string())
            .env("SIMULATOR_PORT", self.bank.to_string())
            .env("NARU_OPS_LISTEN", "")
            .env("AMQP_URL", "")
            .env("REDIS_URL", "")
            .env("NARU_LOG", "warn")
            .stdin(Stdio::null());
        command
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // One that failed on the way must not stay behind.
        drop(self.stop());
    }
}

fn free_port() -> Result<u16, Failed> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}
