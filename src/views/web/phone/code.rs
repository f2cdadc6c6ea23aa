//! The second step: the code.

use serde::Serialize;

use super::{Flow, SendProblem, Wait};
use crate::views::form::{FieldErrors, FieldProblem};
use crate::views::page::Page;

/// Why the code was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CodeProblem {
    Wrong,
    /// A new one is needed.
    Gone,
}

/// Which code is waited for, and what was wrong with the last one.
#[derive(Clone, Debug, Serialize)]
pub struct CodeForm {
    pub flow: Flow,
    pub base: &'static str,
    /// Masked.
    pub phone: String,
    /// Until another may be asked for.
    pub wait: Wait,
    /// After a wrong one.
    pub guesses_left: u32,
    /// Field: `code`.
    pub errors: FieldErrors,
    pub problem: Option<CodeProblem>,
    /// Of the message that was asked for again.
    pub send_problem: Option<SendProblem>,
}

impl CodeForm {
    #[must_use]
    pub const fn new(flow: Flow, phone: String, wait: Wait) -> Self {
        Self {
            flow,
            base: flow.base(),
            phone,
            wait,
            guesses_left: 0,
            errors: FieldErrors::new(),
            problem: None,
            send_problem: None,
        }
    }
}

impl Page for CodeForm {
    const TEMPLATE: &'static str = "web/phone_code.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let mut samples = Vec::new();
        for flow in [Flow::SignUp, Flow::NewPassword, Flow::NewNumber] {
            let empty = Self::new(flow, "010-1234-****".to_owned(), Wait::of_secs(24));
            let later = Self::new(flow, "010-1234-****".to_owned(), Wait::default());
            let again = |problem, secs| Self {
                send_problem: Some(problem),
                wait: Wait::of_secs(secs),
                ..later.clone()
            };
            samples.extend([
                ("sent", empty.clone()),
                (
                    "not a code",
                    Self {
                        errors: FieldErrors::from([("code", FieldProblem::CodeFormat)]),
                        ..later.clone()
                    },
                ),
                (
                    "wrong",
                    Self {
                        problem: Some(CodeProblem::Wrong),
                        guesses_left: 3,
                        ..empty
                    },
                ),
                (
                    "gone",
                    Self {
                        problem: Some(CodeProblem::Gone),
                        ..later.clone()
                    },
                ),
                ("again too soon", again(SendProblem::TooSoon, 12)),
                ("again too many", again(SendProblem::TooMany, 1_800)),
                ("again not sent", again(SendProblem::NotSent, 0)),
            ]);
        }
        samples
    }
}
