//! The program under measure: everything in one process, on a database of this run's own, started as somebody does who tries it.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use loco_rs::environment::Environment;
use naru::clock::Clock;
use naru::config::Settings;
use naru::relay::Doorbell;
use naru::services::Services;
use sea_orm::{ConnectOptions, Database};

use crate::Failed;
use crate::arguments::Arguments;

const STARTS_WITHIN: Duration = Duration::from_mins(1);

pub struct Program {
    database: String,
    redis: String,
    port: u16,
    bank: u16,
    ops: u16,
    child: Child,
}

impl Program {
    pub async fn start(arguments: &Arguments) -> Result<Self, Failed> {
        let folder = arguments.folder.join(format!("live-{}", std::process::id()));
        fs::create_dir_all(&folder)?;
        let database = format!("sqlite://{}?mode=rwc", folder.join("naru.sqlite").display());
        let [port, bank, ops] = [free_port()?, free_port()?, free_port()?];
        let child = Command::new(&arguments.program)
            .current_dir(&folder)
            .env("LOCO_CONFIG_FOLDER", config_folder())
            .env("DATABASE_URL", &database)
            .env("SIMULATOR_LEDGER", folder.join("simulator.sqlite"))
            .env("PORT", port.to_string())
            .env("SIMULATOR_PORT", bank.to_string())
            .env("NARU_OPS_LISTEN", format!("127.0.0.1:{ops}"))
            .env("AMQP_URL", "")
            .env("REDIS_URL", &arguments.redis)
            .env("NARU_LOG", "warn")
            .env("NARU_PARTNER_RATE_PER_SEC", "0")
            .env("NARU_BANK_CALLS_PER_SEC", budget(arguments.rate).to_string())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()?;
        let program = Self {
            database,
            redis: arguments.redis.clone(),
            port,
            bank,
            ops,
            child,
        };
        let begun = Instant::now();
        while reqwest::get(format!("{}/_ping", program.base())).await.is_err() {
            if begun.elapsed() > STARTS_WITHIN {
                return Err("the program does not answer".into());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Ok(program)
    }

    pub fn base(&self) -> String {
        format!("http://{}", self.address())
    }

    pub fn address(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.port).into()
    }

    /// Services beside the program's, on its database and its bank, to make people by.
    pub async fn services(&self) -> Result<Services, Failed> {
        let config = Environment::Development.load_from_folder(&config_folder())?;
        let mut settings = Settings::from_config(&config, false)?;
        settings.bank.url = format!("http://127.0.0.1:{}", self.bank);
        settings.cache.redis_url = self.redis.clone().into();
        let mut options = ConnectOptions::new(&self.database);
        options.max_connections(4).sqlx_logging(false);
        let pool = Database::connect(options).await?;
        let (doorbell, _) = Doorbell::new();
        let services = Services::open(settings, (pool, self.database.as_str()), Clock::system(), doorbell);
        Ok(services.await?)
    }

    /// What it holds now.
    pub fn memory_kib(&self) -> Result<u64, Failed> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find(|line| line.starts_with("VmRSS:"));
        let figure = line.and_then(|line| line.split_whitespace().nth(1));
        Ok(figure.ok_or("the system does not tell")?.parse()?)
    }

    pub async fn metrics(&self) -> Result<String, Failed> {
        let answer = reqwest::get(format!("http://127.0.0.1:{}/metrics", self.ops)).await?;
        Ok(answer.text().await?)
    }

    pub fn stop(&mut self) -> Result<(), Failed> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // One that failed on the way must not stay behind; one that was stopped is not there.
        drop(self.stop());
    }
}

/// Calls a second with which that many payments settle: one is nobody's, and some wait for the next second.
const fn budget(rate: u32) -> u32 {
    rate + rate / 20 + 1
}

fn config_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("config")
}

fn free_port() -> Result<u16, Failed> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}
