//! `/me/factor`: the code of an authenticator app, or a recovery code, before the desk opens.

use serde::Serialize;

use crate::views::form::{FieldErrors, FieldProblem};
use crate::views::page::Page;
use crate::views::web::sign_in::Wait;

/// `GET /me/factor`, and the answer to a `POST` that failed. What was typed is never sent back.
#[derive(Clone, Debug, Default, Serialize)]
pub struct FactorAsked {
    /// Where to go afterwards, already checked to be a path of ours; empty for the usual page.
    pub next: String,
    /// A recovery code was typed.
    pub is_by_recovery: bool,
    /// Field: `code`.
    pub errors: FieldErrors,
    pub problem: Option<FactorProblem>,
    /// With `TooManyAttempts`: until the next try.
    pub wait: Option<Wait>,
}

/// Why the code was not taken. It does not tell a wrong one from one that was taken before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FactorProblem {
    Wrong,
    TooManyAttempts,
}

impl Page for FactorAsked {
    const TEMPLATE: &'static str = "cs/factor.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let with = |problem, is_by_recovery| Self {
            next: "/cs/payments?q=order-1".to_owned(),
            is_by_recovery,
            problem: Some(problem),
            ..Self::default()
        };
        let early = Self {
            wait: Some(Wait::of(64)),
            ..with(FactorProblem::TooManyAttempts, false)
        };
        let short = Self {
            errors: FieldErrors::from([("code", FieldProblem::CodeFormat)]),
            ..Self::default()
        };
        vec![
            ("empty", Self::default()),
            ("wrong", with(FactorProblem::Wrong, false)),
            ("wrong recovery code", with(FactorProblem::Wrong, true)),
            ("too many attempts", early),
            ("not six digits", short),
        ]
    }
}
