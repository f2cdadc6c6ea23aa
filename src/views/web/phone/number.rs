//! The first step: the number.

use serde::Serialize;

use super::{Flow, SendProblem, Wait};
use crate::views::form::{FieldErrors, FieldProblem};
use crate::views::page::Page;

/// For signing up and for a forgotten password.
#[derive(Clone, Debug, Serialize)]
pub struct PhoneForm {
    pub flow: Flow,
    pub base: &'static str,
    /// As typed.
    pub phone: String,
    pub wait: Wait,
    /// Field: `phone`.
    pub errors: FieldErrors,
    pub problem: Option<SendProblem>,
}

impl PhoneForm {
    #[must_use]
    pub const fn new(flow: Flow, phone: String) -> Self {
        Self {
            flow,
            base: flow.base(),
            phone,
            wait: Wait { secs: 0, minutes: 0 },
            errors: FieldErrors::new(),
            problem: None,
        }
    }
}

impl Page for PhoneForm {
    const TEMPLATE: &'static str = "web/phone.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let mut samples = Vec::new();
        for flow in [Flow::SignUp, Flow::NewPassword] {
            let typed = Self::new(flow, "010-1234".to_owned());
            let with = |problem, secs| Self {
                problem: Some(problem),
                wait: Wait::of_secs(secs),
                ..typed.clone()
            };
            samples.extend([
                ("empty", Self::new(flow, String::new())),
                (
                    "number refused",
                    Self {
                        errors: FieldErrors::from([("phone", FieldProblem::PhoneFormat)]),
                        ..typed.clone()
                    },
                ),
                ("too soon", with(SendProblem::TooSoon, 24)),
                ("too many", with(SendProblem::TooMany, 2_400)),
                ("not sent", with(SendProblem::NotSent, 0)),
            ]);
        }
        samples
    }
}
