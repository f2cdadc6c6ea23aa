//! `/sign-in`: email and password.

use serde::Serialize;

use crate::views::page::Page;

/// `GET /sign-in`, and the answer to a `POST` that failed.
#[derive(Clone, Debug, Default, Serialize)]
pub struct SignIn {
    /// What was typed; the password is never sent back.
    pub email: String,
    /// Where to go afterwards, already checked to be a path of ours; empty for the usual page.
    pub next: String,
    pub problem: Option<SignInProblem>,
}

/// Why the visitor is asked (again). It never tells whether an email is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SignInProblem {
    WrongCredentials,
    TooManyAttempts,
    SessionEnded,
}

impl Page for SignIn {
    const TEMPLATE: &'static str = "web/sign_in.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let with = |problem| Self {
            email: "minji@naru.test".to_owned(),
            next: "/payments".to_owned(),
            problem: Some(problem),
        };
        vec![
            ("empty", Self::default()),
            ("wrong credentials", with(SignInProblem::WrongCredentials)),
            ("too many attempts", with(SignInProblem::TooManyAttempts)),
            ("session ended", with(SignInProblem::SessionEnded)),
        ]
    }
}
