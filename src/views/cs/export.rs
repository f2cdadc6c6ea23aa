//! `/cs/payments/export`: what a file would hold, why it is taken, and under whom that is written down.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::models::kinds::Role;
use crate::money::Won;
use crate::views::cs::payment_filter::CsChip;
use crate::views::example;
use crate::views::form::{FieldErrors, FieldProblem};
use crate::views::page::Page;

pub const LONGEST_REASON: usize = 500;

/// `GET /cs/payments/export`, and the answer to its form when it was refused, with what was typed.
///
/// Its form: `POST` to `action` with `reason`, and `bom=0` for a file without the mark.
#[derive(Clone, Debug, Serialize)]
pub struct CsExport {
    /// The text of the search box.
    pub q: String,
    /// What else narrows the list.
    pub chips: Vec<CsChip>,
    /// Where the form goes: this page, with the filter.
    pub action: String,
    /// The list with the same filter.
    pub list: String,
    /// `None` where the filter cannot be read.
    pub holds: Option<Holds>,
    /// Rows that one file has at most, grouped by thousands.
    pub most: String,
    pub who: Who,
    pub reason: String,
    /// Without the mark, for programs.
    pub plain: bool,
    /// Fields: `reason`.
    pub errors: FieldErrors,
    pub as_of: DateTime<Utc>,
}

/// A number of rows as people read it.
#[must_use]
pub fn grouped(rows: u64) -> String {
    Won::new(i64::try_from(rows).unwrap_or(i64::MAX)).to_string()
}

/// What the file would hold.
#[derive(Clone, Debug, Serialize)]
pub struct Holds {
    /// Grouped by thousands.
    pub rows: String,
    pub is_empty: bool,
    /// Of the rows that were counted.
    pub won: Won,
    /// More rows than one file has at most: none is made.
    pub is_over: bool,
    /// About how long a large one takes; `None` for what is there at once.
    pub takes_secs: Option<u64>,
}

/// Under whom it is written down.
#[derive(Clone, Debug, Serialize)]
pub struct Who {
    pub name: String,
    pub role: Role,
}

impl Page for CsExport {
    const TEMPLATE: &'static str = "cs/export.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let holds = |rows, is_over, takes_secs| Holds {
            rows: grouped(rows),
            is_empty: rows == 0,
            won: Won::new(12_300_000),
            is_over,
            takes_secs,
        };
        let chip = |field, value: &str, is_wrong| CsChip {
            field,
            values: vec![value.to_owned()],
            is_negated: field == "bank",
            is_wrong,
            without: String::new(),
        };
        let some = Self {
            q: example::HOSTILE.to_owned(),
            chips: vec![
                chip("state", "failed", false),
                chip("failure", "not_sent", false),
                chip("kind", "payment", false),
                chip("partner", example::HOSTILE, false),
                chip("bank", "011", false),
                chip("tag", "이중결제", false),
                chip("period", "7d", false),
                chip("amount", "10000..", false),
            ],
            action: "/cs/payments/export?from=2026-11-01".to_owned(),
            list: "/cs/payments?from=2026-11-01".to_owned(),
            holds: Some(holds(1_234, false, None)),
            most: grouped(200_000),
            who: Who {
                name: "박상담".to_owned(),
                role: Role::Cs,
            },
            reason: String::new(),
            plain: false,
            errors: FieldErrors::new(),
            as_of: example::at(90),
        };
        let refused = Self {
            plain: true,
            errors: FieldErrors::from([("reason", FieldProblem::Required)]),
            ..some.clone()
        };
        let of = |holds| Self { holds, ..some.clone() };
        let everything = Self {
            q: String::new(),
            chips: Vec::new(),
            ..some.clone()
        };
        let unreadable = Self {
            chips: vec![chip("state", "lost", true)],
            ..of(None)
        };
        vec![
            ("everything", everything),
            ("a large one", of(Some(holds(180_000, false, Some(36))))),
            ("too large", of(Some(holds(200_000, true, None)))),
            ("nothing", of(Some(holds(0, false, None)))),
            ("filter unreadable", unreadable),
            ("refused", refused),
            ("some", some),
        ]
    }
}
