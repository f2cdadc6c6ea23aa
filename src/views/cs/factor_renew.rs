//! `/me/factor/recovery-codes`: the code of the app, before new recovery codes are made.

use serde::Serialize;

use super::factor::FactorProblem;
use crate::views::form::{FieldErrors, FieldProblem};
use crate::views::page::Page;
use crate::views::web::sign_in::Wait;

/// `GET /me/factor/recovery-codes`, and the answer to a `POST` that failed. What was typed is never sent back.
#[derive(Clone, Debug, Default, Serialize)]
pub struct FactorRenew {
    /// Field: `code`.
    pub errors: FieldErrors,
    pub problem: Option<FactorProblem>,
    /// With `TooManyAttempts`: until the next try.
    pub wait: Option<Wait>,
}

impl Page for FactorRenew {
    const TEMPLATE: &'static str = "cs/factor_renew.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let wrong = Self {
            problem: Some(FactorProblem::Wrong),
            ..Self::default()
        };
        let early = Self {
            problem: Some(FactorProblem::TooManyAttempts),
            wait: Some(Wait::of(64)),
            ..Self::default()
        };
        let short = Self {
            errors: FieldErrors::from([("code", FieldProblem::CodeFormat)]),
            ..Self::default()
        };
        vec![
            ("empty", Self::default()),
            ("wrong", wrong),
            ("too many attempts", early),
            ("not six digits", short),
        ]
    }
}
