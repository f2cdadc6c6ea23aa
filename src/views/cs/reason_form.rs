//! The form of a dialog that asks for a reason: `dialog`, `version`, `reason`.

use serde::Serialize;

use crate::desk::audit::LONGEST_REASON;
use crate::views::{
    example,
    form::{FieldErrors, FieldProblem},
};

/// The form as it is shown, and as it comes back when it was refused.
#[derive(Clone, Debug, Serialize)]
pub struct ReasonForm {
    /// What this opening of it is known by: it acts once.
    pub dialog: String,
    /// Of the thing on this page: what changed meanwhile is not written over.
    pub version: i64,
    /// As typed.
    pub reason: String,
    /// Fields: `reason`.
    pub errors: FieldErrors,
    pub is_open: bool,
    pub longest_reason: usize,
}

impl ReasonForm {
    /// A form that is opened now.
    #[must_use]
    pub fn new(dialog: String, version: i64) -> Self {
        Self {
            dialog,
            version,
            reason: String::new(),
            errors: FieldErrors::new(),
            is_open: false,
            longest_reason: LONGEST_REASON,
        }
    }

    /// With what was typed, and what is wrong with it.
    #[must_use]
    pub fn refused(self, reason: String, problem: Option<FieldProblem>) -> Self {
        Self {
            reason,
            errors: problem.map(|problem| ("reason", problem)).into_iter().collect(),
            is_open: true,
            ..self
        }
    }

    pub(in crate::views) fn example() -> Self {
        Self::new("019ac1f05d7a7b3e8c41f2a90b6d7e10".to_owned(), 3)
    }

    pub(in crate::views) fn refused_example() -> Self {
        Self::example().refused(example::HOSTILE.to_owned(), Some(FieldProblem::TooLong))
    }
}
