//! `/cs/bank`: what goes on at the bank, what may, and when it does not work.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::models::kinds::WindowKind;
use crate::views::example;
use crate::views::page::Page;
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
    /// 0: as the bank's, or no limit.
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

impl WindowRow {
    pub(in crate::views) fn example(stands: WindowStands) -> Self {
        Self {
            id: "019ac1f05d7a7b3e8c41f2a90b6d7e10".to_owned(),
            kind: WindowKind::Once,
            from: example::at(35_000),
            to: example::at(42_000),
            reason: example::HOSTILE.to_owned(),
            stands,
        }
    }
}

impl Page for CsBank {
    const TEMPLATE: &'static str = "cs/bank.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let limit = |lane, is_changed| LimitRow {
            lane,
            at_once: if lane == "bank" { 16 } else { 0 },
            per_sec: if is_changed { 50 } else { 0 },
            deadline_ms: (lane != "bank").then_some(15_000),
            is_changed,
        };
        let process = |breaker| ProcessRow {
            name: "6d7e10".to_owned(),
            at_once: 8,
            per_sec: 25,
            money_waiting: 12,
            reads_waiting: 3,
            running: 8,
            breaker,
        };
        let window = |from, is_now| WindowFacts {
            from: example::at(from),
            to: example::at(from + 1_800),
            is_now,
            is_over: false,
        };
        let quiet = Self {
            bank: BankWord::Good,
            closed_until: None,
            expected_secs: None,
            processes: Vec::new(),
            limits: vec![limit("bank", false), limit("money", false)],
            coming: Vec::new(),
            windows: Vec::new(),
            may_set_limits: false,
            may_plan: false,
            as_of: example::at(0),
        };
        let busy = Self {
            bank: BankWord::Failing,
            expected_secs: Some(200),
            processes: vec![process("closed"), process("half_open"), process("open")],
            limits: ["bank", "money", "inquiry", "link", "balance"]
                .map(|lane| limit(lane, true))
                .to_vec(),
            coming: vec![window(35_000, false)],
            windows: vec![
                WindowRow::example(WindowStands::Planned),
                WindowRow {
                    kind: WindowKind::Holiday,
                    ..WindowRow::example(WindowStands::Over)
                },
                WindowRow::example(WindowStands::TakenBack),
            ],
            may_set_limits: true,
            may_plan: true,
            ..quiet.clone()
        };
        let closed = Self {
            bank: BankWord::Maintenance,
            closed_until: Some(example::at(1_200)),
            coming: vec![window(-600, true)],
            windows: vec![WindowRow::example(WindowStands::Now)],
            ..busy.clone()
        };
        vec![("quiet", quiet), ("busy", busy), ("maintenance", closed)]
    }
}
