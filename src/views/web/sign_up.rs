//! `/sign-up/details`: a new member, whose phone has shown its code.

use serde::Serialize;

use crate::views::{
    form::{FieldErrors, FieldProblem},
    page::Page,
};

/// `GET /sign-up/details`, and the answer to a `POST` that failed, with what was typed.
#[derive(Clone, Debug, Default, Serialize)]
pub struct SignUp {
    /// Masked.
    pub phone: String,
    pub email: String,
    pub name: String,
    pub nickname: String,
    /// As the date input sends it: `1994-03-02`.
    pub birth_date: String,
    /// Fields: `email`, `password`, `name`, `nickname`, `birth_date`.
    pub errors: FieldErrors,
    pub problem: Option<SignUpProblem>,
}

/// Why the form as a whole was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SignUpProblem {
    EmailTaken,
    TooManyAttempts,
}

impl Page for SignUp {
    const TEMPLATE: &'static str = "web/sign_up.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let empty = Self {
            phone: "010-1234-****".to_owned(),
            ..Self::default()
        };
        let typed = Self {
            email: "minji@naru".to_owned(),
            name: "김민지".to_owned(),
            nickname: "민지".to_owned(),
            birth_date: "1994-03-02".to_owned(),
            ..empty.clone()
        };
        let errors = FieldErrors::from([
            ("email", FieldProblem::EmailFormat),
            ("password", FieldProblem::PasswordTooShort),
        ]);
        vec![
            ("empty", empty),
            (
                "fields refused",
                Self {
                    errors,
                    ..typed.clone()
                },
            ),
            (
                "email taken",
                Self {
                    problem: Some(SignUpProblem::EmailTaken),
                    ..typed.clone()
                },
            ),
            (
                "too many attempts",
                Self {
                    problem: Some(SignUpProblem::TooManyAttempts),
                    ..typed
                },
            ),
        ]
    }
}
