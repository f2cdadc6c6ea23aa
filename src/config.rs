//! Our typed settings, from the `settings` part of `config/*.yaml`, checked together at start.

mod checks;
pub mod desk;
mod live;
mod reviews;
mod security;
mod session_times;
pub mod sms;
pub mod webhooks;

use std::net::IpAddr;
use std::path::Path;
use std::time::Duration;

use loco_rs::config::{Config, WorkerMode};
use loco_rs::environment::Environment;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use crate::bank::maintenance::Window;
use crate::models::kinds::Mode;
use crate::relay::Broker;
use desk::DeskSettings;
pub use live::LiveSettings;
pub use reviews::ReviewSettings;
pub use security::SecuritySettings;
pub use session_times::SessionTimes;
use sms::SmsSettings;
use webhooks::WebhookSettings;

/// The settings; each is explained in `config/development.yaml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    pub language: String,
    pub bank: BankSettings,
    pub simulator: SimulatorSwitch,
    pub relay: RelaySettings,
    pub cache: CacheSettings,
    pub ops: OpsSettings,
    pub inquiry: InquirySettings,
    pub balance: BalanceSettings,
    pub limits: LimitSettings,
    pub security: SecuritySettings,
    pub sms: SmsSettings,
    pub webhooks: WebhookSettings,
    pub desk: DeskSettings,
    pub reviews: ReviewSettings,
    pub live: LiveSettings,
    pub demo_data: bool,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BankSettings {
    pub url: String,
    pub institution_code: String,
    pub fintech_serial: String,
    pub access_token: SecretString,
    pub inquiry: InquiryWay,
    /// When the bank does not work.
    pub maintenance: Vec<Window>,
    /// Money here is play money: keys for trial are taken, and keys for real money are not.
    pub sandbox: bool,
    pub money_timeout_ms: u64,
    pub balance_timeout_ms: u64,
    pub inquiry_timeout_ms: u64,
    pub link_timeout_ms: u64,
    pub link_patience_ms: u64,
    pub concurrency: usize,
    /// 0 = no limit, which switches back-pressure off: nothing is known of what the bank can do, and nobody is refused by
    /// `limits.backlog_secs` unless the desk sets a limit.
    pub calls_per_sec: u32,
    /// Failed reads that open their breaker; 0 = never.
    pub breaker_failures: usize,
    pub breaker_pause_ms: u64,
    /// How long a process's share of the limits is good.
    pub share_ms: u64,
}

impl BankSettings {
    /// Whether the money here is play money or real.
    #[must_use]
    pub const fn mode(&self) -> Mode {
        if self.sandbox { Mode::Test } else { Mode::Live }
    }
}

/// How the bank is asked what became of a transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InquiryWay {
    /// By the original trace number and day: `CheckOn…`.
    ResultCheck,
    /// By the account's statement, for a bank that does not offer the other.
    Statement,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SimulatorSwitch {
    pub run: bool,
    pub binding: IpAddr,
    pub port: u16,
    pub ledger: String,
    pub control: bool,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RelaySettings {
    /// Empty: in-process.
    pub amqp_url: SecretString,
    pub amqp_namespace: String,
    pub workers: usize,
    pub claim_lease_secs: i64,
    pub sweep_every_ms: u64,
    pub drain_secs: u64,
}

impl RelaySettings {
    /// The broker, where one is named.
    #[must_use]
    pub fn broker(&self) -> Option<Broker> {
        let is_named = !self.amqp_url.expose_secret().is_empty();
        is_named.then(|| Broker::new(self.amqp_url.clone(), self.amqp_namespace.clone()))
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CacheSettings {
    /// Empty: in memory.
    pub redis_url: SecretString,
    pub namespace: String,
    /// Of one operation.
    pub deadline_ms: u64,
}

impl CacheSettings {
    /// Redis' address, where one is named.
    #[must_use]
    pub fn redis(&self) -> Option<&SecretString> {
        Some(&self.redis_url).filter(|url| !url.expose_secret().is_empty())
    }

    #[must_use]
    pub const fn deadline(&self) -> Duration {
        Duration::from_millis(self.deadline_ms)
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpsSettings {
    /// Empty: nowhere.
    pub listen: String,
    /// From the signal that ends a process that serves until its public port closes.
    pub closes_after_ms: u64,
}

impl OpsSettings {
    #[must_use]
    pub const fn closes_after(&self) -> Duration {
        Duration::from_millis(self.closes_after_ms)
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InquirySettings {
    /// Seconds until each look, comma separated; the last repeats.
    pub schedule_secs: String,
    pub give_up_secs: i64,
    pub not_found_answers: i64,
    pub not_found_secs: i64,
}

impl InquirySettings {
    /// Seconds to wait before the look after `checks` looks. A text that cannot be read was refused at start.
    #[must_use]
    pub fn wait_secs(&self, checks: i64) -> i64 {
        let steps: Vec<i64> = self
            .schedule_secs
            .split(',')
            .filter_map(|step| step.trim().parse().ok())
            .collect();
        let index = usize::try_from(checks).unwrap_or(usize::MAX);
        steps.get(index).or(steps.last()).copied().unwrap_or(60)
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BalanceSettings {
    pub fresh_secs: i64,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LimitSettings {
    pub max_payment_won: i64,
    /// Of a member without a limit of their own; 0 is none.
    pub member_per_payment_won: i64,
    pub member_daily_won: i64,
    pub payment_expires_secs: i64,
    /// How long a hosted checkout can be confirmed.
    pub checkout_expires_secs: i64,
    /// How long a mandate that was asked for can be approved.
    pub mandate_expires_secs: i64,
    /// How long the second request with a key waits for the first.
    pub key_patience_ms: u64,
    /// Requests that a partner's key has a second; 0 is no limit.
    pub partner_rate_per_sec: u32,
    /// Rows that one export of the desk has at most.
    pub export_rows_max: u64,
    /// How long a new transfer may have to wait; 0 = however long. Nothing without a limit of the bank's calls a second.
    pub backlog_secs: u32,
}

impl LimitSettings {
    #[must_use]
    pub fn member_per_payment_won(&self) -> Option<i64> {
        Some(self.member_per_payment_won).filter(|won| *won > 0)
    }

    #[must_use]
    pub fn member_daily_won(&self) -> Option<i64> {
        Some(self.member_daily_won).filter(|won| *won > 0)
    }

    #[must_use]
    pub const fn key_patience(&self) -> Duration {
        Duration::from_millis(self.key_patience_ms)
    }
}

/// Why the settings cannot be used. Names the option.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    #[error("the `settings` part of the configuration is missing")]
    Missing,
    #[error("`workers.mode` must be BackgroundQueue: with another one nothing is sent to the bank")]
    WithoutWorkers,
    #[error("`settings`: {0}")]
    Unreadable(#[from] serde_json::Error),
    #[error("`settings.{option}` {problem}")]
    Refused {
        option: &'static str,
        problem: &'static str,
    },
}

impl Settings {
    /// Reads and checks the settings of a loaded configuration.
    ///
    /// # Errors
    /// When a part is missing or unreadable, or when production has a value that is safe in development only.
    pub fn from_config(config: &Config, production: bool) -> Result<Self, SettingsError> {
        if config.workers.mode != WorkerMode::BackgroundQueue {
            return Err(SettingsError::WithoutWorkers);
        }
        let value = config.settings.clone().ok_or(SettingsError::Missing)?;
        let mut settings: Self = serde_json::from_value(value)?;
        settings.check()?;
        settings.end_calls_within_the_lease();
        if production {
            settings.check_production()?;
        }
        Ok(settings)
    }

    /// Where the bank answers: the simulator of this process when no other is named.
    #[must_use]
    pub fn bank_url(&self) -> String {
        if self.bank.url.is_empty() {
            format!("http://127.0.0.1:{}", self.simulator.port)
        } else {
            self.bank.url.clone()
        }
    }

    /// Whether this process is to have its own simulated bank: not where another is named.
    #[must_use]
    pub const fn runs_simulator(&self) -> bool {
        self.simulator.run && self.bank.url.is_empty()
    }

    /// A call must have ended when the lease of its claim does; a second is left for the claim itself.
    fn end_calls_within_the_lease(&mut self) {
        let lease_ms = u64::try_from(self.relay.claim_lease_secs)
            .unwrap_or_default()
            .saturating_mul(1000);
        let longest_ms = lease_ms.saturating_sub(1000);
        if self.bank.money_timeout_ms > longest_ms {
            tracing::warn!(
                longest_ms,
                "bank.money_timeout_ms is cut to a second less than relay.claim_lease_secs"
            );
            self.bank.money_timeout_ms = longest_ms;
        }
    }
}

/// A refused setting, as Loco reports it.
#[must_use]
pub fn refused(error: SettingsError) -> loco_rs::Error {
    loco_rs::Error::wrap(error)
}

/// The configuration of an environment from `config/` or `LOCO_CONFIG_FOLDER`, with the folders that it needs.
///
/// # Errors
/// When it cannot be found or read.
pub fn load(environment: &Environment) -> loco_rs::Result<Config> {
    let config = environment.load()?;
    if !is_known_database(&config.database.uri) {
        return Err(loco_rs::Error::Message(
            "`database.uri` (DATABASE_URL) must begin with sqlite:// or mysql://".to_owned(),
        ));
    }
    make_folder_of(&config.database.uri)?;
    Ok(config)
}

/// Whether we can use it. The driver's own complaint would show the whole address, its password in it.
#[must_use]
pub fn is_known_database(uri: &str) -> bool {
    ["sqlite://", "mysql://", "mariadb://"]
        .iter()
        .any(|known| uri.starts_with(known))
}

/// SQLite makes its file, not the folder.
fn make_folder_of(uri: &str) -> loco_rs::Result<()> {
    let file = uri.strip_prefix("sqlite://").and_then(|rest| rest.split('?').next());
    if let Some(folder) = file.and_then(|file| Path::new(file).parent()) {
        std::fs::create_dir_all(folder)?;
    }
    Ok(())
}
