//! `/cs/bank`: what goes on at the bank, what may, and when it does not work.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::models::kinds::WindowKind;
use crate::views::web::status::{BankWord, WindowFacts};

/// `GET /cs/bank`.
#[derive(Clone, Debug, Serialize)]
pub struct CsBank {
    pub bank: BankWord,
    pub closed_until: Option<DateTime<Utc>>,
    /// How long a new payment of a partner without others would wait; `None` where nothing is known of it.
    pub expected_secs: Option<u64>,
    pub processes: Vec<ProcessRow>,
    pub limits: Vec<LimitRow>,
    /// All calls together have a limit a second; without it nothing has one but a class with its own.
    pub has_budget: bool,
    /// The windows of the coming week, those that meet as one.
    pub coming: Vec<WindowFacts>,
    pub windows: Vec<WindowRow>,
    pub may_set_limits: bool,
    pub may_plan: bool,
    pub as_of: DateTime<Utc>,
}

/// One process that may call the bank.
#[derive(Clone, Debug, Serialize)]
pub struct ProcessRow {
    /// The end of its id.
    pub name: String,
    pub at_once: i64,
    /// Its part of the bank's; nothing where the bank has no limit.
    pub per_sec: i64,
    pub money_waiting: i64,
    pub reads_waiting: i64,
    pub running: i64,
    /// `closed`, `half_open`, `open`.
    pub breaker: &'static str,
}

/// The limits of all calls, or of a class of them, as they hold.
#[derive(Clone, Debug, Serialize)]
pub struct LimitRow {
    /// `bank`, `money` …
    pub lane: &'static str,
    /// 0: as the bank's.
    pub at_once: u32,
    /// 0: as the bank's, which may have none.
    pub per_sec: u32,
    pub deadline_ms: Option<u64>,
    /// Somebody changed them from what is configured.
    pub is_changed: bool,
}

#[derive(Clone, Debug, Serialize)]
pub struct WindowRow {
    pub id: String,
    pub kind: WindowKind,
    pub from: DateTime<Utc>,
    pub to: DateTime<Utc>,
    pub reason: String,
    pub stands: WindowStands,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WindowStands {
    Planned,
    Now,
    Over,
    TakenBack,
}
