//! `/sign-in`: email and password.

use serde::Serialize;

use crate::models::kinds::EndReason;
use crate::views::page::Page;

/// `GET /sign-in`, and the answer to a `POST` that failed.
#[derive(Clone, Debug, Default, Serialize)]
pub struct SignIn {
    /// What was typed; the password is never sent back.
    pub email: String,
    /// Where to go afterwards, already checked to be a path of ours; empty for the usual page.
    pub next: String,
    pub problem: Option<SignInProblem>,
    /// With `TooManyAttempts`: until the next try.
    pub wait: Option<Wait>,
}

/// A time to wait, in the largest unit that says it well.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "unit", content = "count")]
pub enum Wait {
    Seconds(i64),
    Minutes(i64),
}

impl Wait {
    /// Rounded up, for who comes earlier comes too early.
    #[must_use]
    pub const fn of(secs: i64) -> Self {
        if secs < 60 {
            Self::Seconds(secs)
        } else {
            Self::Minutes((secs + 59) / 60)
        }
    }
}

/// Why the visitor is asked (again). It never tells whether an email is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SignInProblem {
    WrongCredentials,
    TooManyAttempts,
    /// Its time was over, or it never was.
    SessionEnded,
    EndedElsewhere,
    PasswordChanged,
    /// Two had the session: the visitor is one of them.
    SessionCopied,
    Withdrawn,
    FactorReset,
    /// Works at the desk no more.
    LetOut,
}

impl SignInProblem {
    /// Why a session ended, as far as it is to be told.
    #[must_use]
    pub const fn ended(why: Option<EndReason>) -> Self {
        match why {
            None | Some(EndReason::SignedOut | EndReason::Replaced) => Self::SessionEnded,
            Some(EndReason::EndedByOwner) => Self::EndedElsewhere,
            Some(EndReason::PasswordChanged) => Self::PasswordChanged,
            Some(EndReason::Reused) => Self::SessionCopied,
            Some(EndReason::Withdrawn) => Self::Withdrawn,
            Some(EndReason::FactorReset) => Self::FactorReset,
            Some(EndReason::LetOut) => Self::LetOut,
        }
    }
}

impl Page for SignIn {
    const TEMPLATE: &'static str = "web/sign_in.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let with = |problem| Self {
            email: "minji@naru.test".to_owned(),
            next: "/payments".to_owned(),
            problem: Some(problem),
            wait: None,
        };
        let early = |secs| Self {
            wait: Some(Wait::of(secs)),
            ..with(SignInProblem::TooManyAttempts)
        };
        vec![
            ("empty", Self::default()),
            ("wrong credentials", with(SignInProblem::WrongCredentials)),
            ("too many attempts, a moment", early(2)),
            ("too many attempts, a while", early(900)),
            ("session ended", with(SignInProblem::SessionEnded)),
            ("ended elsewhere", with(SignInProblem::EndedElsewhere)),
            ("password changed", with(SignInProblem::PasswordChanged)),
            ("session copied", with(SignInProblem::SessionCopied)),
            ("withdrawn", with(SignInProblem::Withdrawn)),
            ("factor reset", with(SignInProblem::FactorReset)),
            ("let out", with(SignInProblem::LetOut)),
        ]
    }
}
