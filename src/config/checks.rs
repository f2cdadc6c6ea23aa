//! What settings must be: of use together, and in production safe. The error names the option.

use std::collections::BTreeSet;

use secrecy::ExposeSecret;

use super::{Settings, SettingsError};
use crate::bank::maintenance::Window;
use crate::cache::Cache;
use crate::views::i18n::Language;

/// Twice as long is the longest that a message is held: 20 minutes, where RabbitMQ's `consumer_timeout` is 30 by default.
const LEASE_SECS_MAX: i64 = 600;
/// Whoever stops a process waits no longer.
const CLOSES_AFTER_MS_MAX: u64 = 60_000;
const DRAIN_SECS_MAX: u64 = 600;
/// A spreadsheet ends at 1,048,576.
const SPREADSHEET_ROWS: u64 = 1_000_000;
/// The password of RabbitMQ's user `guest`.
const WELL_KNOWN: &str = "guest";
/// The words that only a development configuration may hold.
const DEVELOPMENT_MARK: &str = "development-only";

impl Settings {
    pub(super) fn check(&self) -> Result<(), SettingsError> {
        let refuse = |option, problem| Err(SettingsError::Refused { option, problem });
        if self
            .inquiry
            .schedule_secs
            .split(',')
            .any(|step| step.trim().parse::<u32>().is_err())
        {
            return refuse("inquiry.schedule_secs", "must be whole seconds, comma separated");
        }
        if self.security.jwt_secret.expose_secret().len() < 32 {
            return refuse("security.jwt_secret", "must have at least 32 characters");
        }
        self.security.check_times()?;
        self.desk.check(&self.security)?;
        if self.security.sealer().is_err() {
            return refuse(
                "security.sealing_key",
                "must be 64 hex digits, as must each of security.other_sealing_keys and security.index_key",
            );
        }
        if self.bank.url.is_empty() && !self.simulator.run {
            return refuse("bank.url", "must name the bank where no simulator runs");
        }
        if Language::parse(&self.language).is_none() {
            return refuse("language", "must be ko or en");
        }
        if let Some(problem) = self.bank.maintenance.iter().find_map(Window::problem) {
            return refuse("bank.maintenance", problem);
        }
        if !(1..=SPREADSHEET_ROWS).contains(&self.limits.export_rows_max) {
            return refuse("limits.export_rows_max", "must be between 1 and 1000000");
        }
        if Cache::new(&self.cache).is_err() {
            return refuse("cache.redis_url", "must be like redis://user:password@host:port/0");
        }
        if self.cache.deadline_ms == 0 {
            return refuse("cache.deadline_ms", "must be at least 1");
        }
        if self.bank.concurrency == 0 {
            return refuse("bank.concurrency", "must be at least 1");
        }
        if !(100..=60_000).contains(&self.bank.share_ms) {
            return refuse("bank.share_ms", "must be between 100 and 60000");
        }
        if self.bank.breaker_pause_ms == 0 {
            return refuse("bank.breaker_pause_ms", "must be at least 1");
        }
        if self.ops.closes_after_ms > CLOSES_AFTER_MS_MAX {
            return refuse("ops.closes_after_ms", "must be at most 60000");
        }
        self.check_relay()?;
        self.webhooks.check()?;
        self.reviews.check()?;
        self.live.check()?;
        self.sms.check()
    }

    fn check_relay(&self) -> Result<(), SettingsError> {
        let refuse = |option, problem| Err(SettingsError::Refused { option, problem });
        let relay = &self.relay;
        if relay.sweep_every_ms == 0 {
            return refuse("relay.sweep_every_ms", "must be at least 1");
        }
        if relay.workers == 0 {
            return refuse("relay.workers", "must be at least 1");
        }
        if relay.claim_lease_secs < 2 {
            return refuse("relay.claim_lease_secs", "must be at least 2");
        }
        if relay.drain_secs > DRAIN_SECS_MAX {
            return refuse("relay.drain_secs", "must be at most 600");
        }
        let Some(broker) = relay.broker() else { return Ok(()) };
        if broker.credentials().is_err() {
            return refuse("relay.amqp_url", "must be like amqp://user:password@host:port/vhost");
        }
        if relay.amqp_namespace.is_empty() {
            return refuse("relay.amqp_namespace", "must not be empty");
        }
        if relay.claim_lease_secs > LEASE_SECS_MAX {
            return refuse(
                "relay.claim_lease_secs",
                "must be at most 600 with RabbitMQ, which closes the channel of who holds a message for 30 minutes",
            );
        }
        Ok(())
    }

    pub(super) fn check_production(&self) -> Result<(), SettingsError> {
        let refuse = |option, problem| Err(SettingsError::Refused { option, problem });
        if self.demo_data {
            return refuse("demo_data", "must be false in production");
        }
        if self.simulator.run || self.simulator.control {
            return refuse("simulator", "must not run in production");
        }
        if self.security.hosts.split(',').all(|host| host.trim().is_empty()) {
            return refuse("security.hosts", "must name the hosts that we answer for");
        }
        if !self.security.secure_cookies {
            return refuse("security.secure_cookies", "must be true in production");
        }
        if self.bank.sandbox {
            return refuse("bank.sandbox", "must be false in production");
        }
        if !self.bank.url.starts_with("https://") {
            return refuse("bank.url", "must begin with https:// in production");
        }
        if self.bank.access_token.expose_secret().contains(DEVELOPMENT_MARK) {
            return refuse("bank.access_token", "is the development token");
        }
        if self.security.jwt_secret.expose_secret().contains(DEVELOPMENT_MARK) {
            return refuse("security.jwt_secret", "is the development secret");
        }
        // Also where the address names none: then RabbitMQ's own is used.
        let broker = self.relay.broker().and_then(|broker| broker.credentials().ok());
        if broker.is_some_and(|credentials| credentials.password == WELL_KNOWN) {
            return refuse("relay.amqp_url", "has RabbitMQ's well-known password");
        }
        if self.relay.drain_secs * 1_000 <= self.bank.money_timeout_ms {
            return refuse(
                "relay.drain_secs",
                "must be longer than bank.money_timeout_ms: a stop would leave withdrawals unknown",
            );
        }
        let sealing_keys = [
            vec![self.security.sealing_key.clone()],
            self.security.other_sealing_keys(),
        ]
        .concat();
        let index_key = self.security.index_key.expose_secret();
        if sealing_keys.iter().any(|key| key.expose_secret() == index_key) {
            return refuse("security.index_key", "must not be a sealing key");
        }
        for (option, key) in [
            ("security.sealing_key", &self.security.sealing_key),
            ("security.index_key", &self.security.index_key),
        ] {
            let distinct: BTreeSet<char> = key.expose_secret().chars().collect();
            if distinct.len() < 8 {
                return refuse(option, "is the development key");
            }
        }
        self.desk.check_production()?;
        self.webhooks.check_production()?;
        self.sms.check_production()
    }
}
