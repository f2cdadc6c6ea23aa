//! `/cs/bank/limits/{lane}`: an operator changes the limits of all calls, or of a class of them.
//!
//! Its form: `POST` to the same address with `dialog`, `version`, `reason`, `at_once`, `per_sec`, `deadline_ms`; an empty
//! number is as configured.

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
    pub configured_at_once: u32,
    pub configured_per_sec: u32,
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
            configured_at_once: 16,
            configured_per_sec: 0,
            configured_deadline_ms: None,
            errors: FieldErrors::new(),
            form: ReasonForm::example(),
        };
        let refused = Self {
            lane: "balance",
            at_once: "-1".to_owned(),
            deadline_ms: "99999999".to_owned(),
            configured_deadline_ms: Some(3_000),
            errors: FieldErrors::from([
                ("at_once", FieldProblem::NumberFormat),
                ("per_sec", FieldProblem::NumberFormat),
                ("deadline_ms", FieldProblem::OverConfigured),
            ]),
            form: ReasonForm::refused_example(),
            ..whole.clone()
        };
        vec![("all calls", whole), ("refused", refused)]
    }
}
