//! `/accounts/{id}/statement`: what the bank says happened on an account within some days. Shown, and stored nowhere.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::{
    money::Won,
    views::{
        example,
        form::{FieldErrors, FieldProblem},
        page::Page,
        transfer::AccountLabel,
        words::StatementProblem,
    },
};

/// `GET /accounts/{id}/statement?from=YYYY-MM-DD&to=YYYY-MM-DD`; a page of its own, whose `#statement` a script puts into
/// the account's page.
#[derive(Clone, Debug, Serialize)]
pub struct AccountStatement {
    /// `acc_…`.
    pub account_id: String,
    pub account: AccountLabel,
    pub form: PeriodForm,
    /// Fields: `from`, `to`.
    pub errors: FieldErrors,
    /// Why the bank told nothing.
    pub problem: Option<StatementProblem>,
    /// When the bank works again, where that is the problem and known.
    pub until: Option<DateTime<Utc>>,
    /// What it told; `None` before it was asked.
    pub told: Option<Told>,
}

/// Which days are asked for, and which can be.
#[derive(Clone, Debug, Serialize)]
pub struct PeriodForm {
    /// `YYYY-MM-DD`, as typed.
    pub from: String,
    pub to: String,
    /// The first day of which the bank tells, and the last.
    pub first_day: String,
    pub today: String,
    pub presets: Vec<Preset>,
}

/// Days that are often asked for.
#[derive(Clone, Debug, Serialize)]
pub struct Preset {
    /// `week`, `month` or `three-months`.
    pub name: &'static str,
    pub from: String,
    pub to: String,
    pub is_chosen: bool,
}

/// The bank's answer.
#[derive(Clone, Debug, Serialize)]
pub struct Told {
    pub at: DateTime<Utc>,
    /// The newest first.
    pub rows: Vec<StatementLine>,
    /// Of the rows that are shown and were not canceled.
    pub sum_in: Won,
    pub sum_out: Won,
    /// `too-many` or `stopped`: older rows of the period are missing.
    pub cut: Option<&'static str>,
}

#[derive(Clone, Debug, Serialize)]
pub struct StatementLine {
    pub at: DateTime<Utc>,
    /// The passbook's text; may be empty.
    pub memo: String,
    /// With its sign: in is more.
    pub amount: Won,
    pub balance_after: Won,
    pub is_canceled: bool,
}

impl Told {
    #[must_use]
    pub fn new(rows: Vec<StatementLine>, at: DateTime<Utc>, cut: Option<&'static str>) -> Self {
        let sum = |is_in: bool| {
            rows.iter()
                .filter(|row| !row.is_canceled && row.amount.is_positive() == is_in)
                .try_fold(Won::ZERO, |sum, row| sum.checked_add(row.amount))
                .unwrap_or(Won::ZERO)
        };
        Self {
            at,
            sum_in: sum(true),
            sum_out: sum(false),
            cut,
            rows,
        }
    }
}

impl PeriodForm {
    pub(super) fn sample() -> Self {
        let preset = |name, from: &str, is_chosen| Preset {
            name,
            from: from.to_owned(),
            to: "2026-11-25".to_owned(),
            is_chosen,
        };
        Self {
            from: "2026-10-25".to_owned(),
            to: "2026-11-25".to_owned(),
            first_day: "2025-11-25".to_owned(),
            today: "2026-11-25".to_owned(),
            presets: vec![
                preset("week", "2026-11-19", false),
                preset("month", "2026-10-25", true),
                preset("three-months", "2026-08-25", false),
            ],
        }
    }
}

impl Page for AccountStatement {
    const TEMPLATE: &'static str = "web/account_statement.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let line = |seconds, memo: &str, won| StatementLine {
            at: example::at(seconds),
            memo: memo.to_owned(),
            amount: Won::new(won),
            balance_after: Won::new(1_234_500),
            is_canceled: false,
        };
        let rows = vec![
            line(0, "나루상점 NR4K2P", -12_300),
            line(-60, "", 1_234_567_890),
            line(-120, example::HOSTILE, -1),
            StatementLine {
                is_canceled: true,
                ..line(-180, "취소된 거래", -5_000)
            },
        ];
        let asked = Self {
            account_id: example::ACCOUNT_ID.to_owned(),
            account: example::account_label(),
            form: PeriodForm::sample(),
            errors: FieldErrors::new(),
            problem: None,
            until: None,
            told: None,
        };
        let told = |rows, cut| Self {
            told: Some(Told::new(rows, example::at(0), cut)),
            ..asked.clone()
        };
        let mut samples = vec![
            ("told", told(rows.clone(), None)),
            ("nothing happened", told(Vec::new(), None)),
            ("too many rows", told(rows.clone(), Some("too-many"))),
            ("cut on the way", told(rows, Some("stopped"))),
        ];
        for problem in [
            FieldProblem::DateFormat,
            FieldProblem::DatesReversed,
            FieldProblem::PeriodInFuture,
            FieldProblem::PeriodTooOld,
            FieldProblem::PeriodTooLong,
        ] {
            let refused = Self {
                errors: FieldErrors::from([("from", problem)]),
                ..asked.clone()
            };
            samples.push(("period refused", refused));
        }
        for problem in StatementProblem::ALL {
            let until = (*problem == StatementProblem::OutsideServiceHours).then(|| example::at(1_800));
            let failed = Self {
                problem: Some(*problem),
                until,
                ..asked.clone()
            };
            samples.push((problem.as_str(), failed));
        }
        samples
    }
}
