//! `/cs/bank/limits/{lane}`: an operator changes the limits of all calls, or of a class of them.
//!
//! Its form: `POST` to the same address with `dialog`, `version`, `reason`, `at_once`, `per_sec`, and of a class
//! `deadline_ms`; an empty number is as configured, and 0 is refused.

use serde::Serialize;

use super::reason_form::ReasonForm;
use crate::views::form::{FieldErrors, FieldProblem};
use crate::views::page::Page;

/// The form, and what is configured.
#[derive(Clone, Debug, Serialize)]
pub struct CsBankLimit {
    /// `bank`, `money` …
    pub lane: &'static str,
    /// As typed; empty: as configured.
    pub at_once: String,
    pub per_sec: String,
    pub deadline_ms: String,
    /// Of all calls; `None` for a class, which has no limit of its own unless somebody sets it.
    pub configured_at_once: Option<u32>,
    /// Of all calls; `None`: no limit.
    pub configured_per_sec: Option<u32>,
    /// The longest that it may be; `None` for all calls together, which have none.
    pub configured_deadline_ms: Option<u64>,
    /// Fields: the three numbers.
    pub errors: FieldErrors,
    pub form: ReasonForm,
}

impl Page for CsBankLimit {
    const TEMPLATE: &'static str = "cs/bank_limit.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let whole = Self {
            lane: "bank",
            at_once: String::new(),
            per_sec: "50".to_owned(),
            deadline_ms: String::new(),
            configured_at_once: Some(16),
            configured_per_sec: None,
            configured_deadline_ms: None,
            errors: FieldErrors::new(),
            form: ReasonForm::example(),
        };
        let budget = Self {
            configured_per_sec: Some(50),
            ..whole.clone()
        };
        let refused_whole = Self {
            per_sec: "0".to_owned(),
            deadline_ms: "5000".to_owned(),
            errors: FieldErrors::from([
                ("per_sec", FieldProblem::BelowOne),
                ("deadline_ms", FieldProblem::DeadlineOfClass),
            ]),
            ..whole.clone()
        };
        let refused = Self {
            lane: "balance",
            at_once: "-1".to_owned(),
            deadline_ms: "99999999".to_owned(),
            configured_at_once: None,
            configured_deadline_ms: Some(3_000),
            errors: FieldErrors::from([
                ("at_once", FieldProblem::BelowOne),
                ("per_sec", FieldProblem::NumberFormat),
                ("deadline_ms", FieldProblem::OverConfigured),
            ]),
            form: ReasonForm::refused_example(),
            ..whole.clone()
        };
        vec![
            ("all calls", whole),
            ("with a budget", budget),
            ("all calls refused", refused_whole),
            ("refused", refused),
        ]
    }
}
