//! The real program with its simulated bank, in a folder of its own that goes with it.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::Failed;
use crate::arguments::Arguments;

const STARTS_WITHIN: Duration = Duration::from_mins(2);

pub struct Program {
    folder: TempDir,
    port: u16,
    pub bank: u16,
    child: Child,
}

impl Program {
    /// Starts all of it: web, workers and bank in one process, with demo data.
    pub async fn start(arguments: &Arguments, settings: &[(&str, String)]) -> Result<Self, Failed> {
        let (folder, port, bank) = (tempfile::tempdir()?, free_port()?, free_port()?);
        let config = Path::new(env!("CARGO_MANIFEST_DIR")).join("config");
        let child = Command::new(&arguments.program)
            .current_dir(folder.path())
            .env("LOCO_CONFIG_FOLDER", config)
            .env("DATABASE_URL", database(folder.path()))
            .env("SIMULATOR_LEDGER", folder.path().join("simulator.sqlite"))
            .env("PORT", port.to_string())
            .env("SIMULATOR_PORT", bank.to_string())
            .env("NARU_OPS_LISTEN", "")
            .env("AMQP_URL", "")
            .env("REDIS_URL", "")
            .env("NARU_LOG", "warn")
            .env("NARU_BANK_CALLS_PER_SEC", arguments.budget.to_string())
            .env("NARU_PARTNER_RATE_PER_SEC", "0")
            .envs(settings.iter().map(|(name, value)| (*name, value.as_str())))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()?;
        let program = Self {
            folder,
            port,
            bank,
            child,
        };
        let begun = Instant::now();
        while reqwest::get(format!("{}/_ping", program.base())).await.is_err() {
            if begun.elapsed() > STARTS_WITHIN {
                return Err("the program does not answer".into());
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        Ok(program)
    }

    pub fn base(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub fn bank_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.bank)
    }

    pub fn database(&self) -> String {
        database(self.folder.path())
    }

    pub fn ledger(&self) -> PathBuf {
        self.folder.path().join("simulator.sqlite")
    }

    /// What it holds now, where the system tells.
    pub fn memory_kib(&self) -> Option<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
        line.split_whitespace().nth(1)?.parse().ok()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // One that has ended already needs no end.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn database(folder: &Path) -> String {
    format!("sqlite://{}?mode=rwc", folder.join("naru.sqlite").display())
}

fn free_port() -> Result<u16, Failed> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}
