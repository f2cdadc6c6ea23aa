//! The two steps that show that a phone is in somebody's hands: its number, then the code that was sent there.

use serde::Serialize;

use crate::views::{
    form::{FieldErrors, FieldProblem},
    page::Page,
};

/// What it is for; the texts are `phone-…-{flow}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Flow {
    SignUp,
    NewPassword,
    NewNumber,
}

impl Flow {
    /// Where its first step is; the others are below it.
    #[must_use]
    pub const fn base(self) -> &'static str {
        match self {
            Self::SignUp => "/sign-up",
            Self::NewPassword => "/password/forgotten",
            Self::NewNumber => "/me/profile/phone",
        }
    }
}

/// Why no message was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SendProblem {
    /// For seconds.
    TooSoon,
    /// For minutes.
    TooMany,
    NotSent,
}

/// How long to wait, in the unit that a person would say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Wait {
    pub secs: i64,
    /// Rounded up.
    pub minutes: i64,
}

impl Wait {
    #[must_use]
    pub const fn of_secs(secs: i64) -> Self {
        Self {
            secs,
            minutes: (secs + 59) / 60,
        }
    }

    /// `TooSoon` or `TooMany`.
    #[must_use]
    pub const fn problem(self) -> SendProblem {
        if self.secs <= 90 {
            SendProblem::TooSoon
        } else {
            SendProblem::TooMany
        }
    }
}

/// The first step: the number. For signing up and for a forgotten password.
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

/// Why the code was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CodeProblem {
    Wrong,
    /// A new one is needed.
    Gone,
}

/// The second step: the code.
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

/// Told to who has shown the number's code: it has an account already.
#[derive(Clone, Debug, Serialize)]
pub struct PhoneTaken {
    pub flow: Flow,
    /// Masked.
    pub phone: String,
    /// Of the account, masked.
    pub email: String,
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

impl Page for PhoneTaken {
    const TEMPLATE: &'static str = "web/phone_taken.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let of = |flow| Self {
            flow,
            phone: "010-1234-****".to_owned(),
            email: "mi***@naru.test".to_owned(),
        };
        vec![
            ("signing up", of(Flow::SignUp)),
            ("another number", of(Flow::NewNumber)),
        ]
    }
}
