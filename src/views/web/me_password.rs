//! `/me/password`: a new password against the present one.

use serde::Serialize;

use super::sign_in::Wait;
use crate::views::form::{FieldErrors, FieldProblem};
use crate::views::page::Page;

/// `GET /me/password`, and the answer to a `POST` that failed. Nothing that was typed is sent back.
#[derive(Clone, Debug, Default, Serialize)]
pub struct MePassword {
    /// Fields: `present`, `new`.
    pub errors: FieldErrors,
    /// It is the one that an operator handed over, which opens nothing else.
    pub is_given: bool,
    /// After too many wrong ones: until the next try.
    pub wait: Option<Wait>,
}

impl Page for MePassword {
    const TEMPLATE: &'static str = "web/me_password.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let with = |field, problem| Self {
            errors: FieldErrors::from([(field, problem)]),
            ..Self::default()
        };
        let early = Self {
            wait: Some(Wait::of(90)),
            ..Self::default()
        };
        let given = Self {
            is_given: true,
            ..Self::default()
        };
        vec![
            ("empty", Self::default()),
            ("wrong password", with("present", FieldProblem::PasswordWrong)),
            ("new one too short", with("new", FieldProblem::PasswordTooShort)),
            ("too many attempts", early),
            ("handed over", given),
        ]
    }
}
