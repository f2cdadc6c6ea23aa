//! The two steps that show that a phone is in somebody's hands: its number, then the code that was sent there.

mod code;
mod number;
mod taken;

use serde::Serialize;

pub use code::{CodeForm, CodeProblem};
pub use number::PhoneForm;
pub use taken::PhoneTaken;

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
