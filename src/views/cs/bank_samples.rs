//! How the bank's page looks: quiet, busy, and in maintenance.

use super::bank::{CsBank, LimitRow, ProcessRow, WindowRow, WindowStands};
use crate::models::kinds::WindowKind;
use crate::views::example;
use crate::views::page::Page;
use crate::views::web::status::{BankWord, WindowFacts};

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
            has_budget: false,
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
            has_budget: true,
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
