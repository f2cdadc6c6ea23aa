//! What the form of a deed sends: the dialog and the version it was opened with, a reason, and the deed's own fields.

use serde::Deserialize;
use uuid::Uuid;

use super::super::StaffVisit;
use crate::controllers::api::headers::if_match;
use crate::desk::action::Act;
use crate::desk::audit::LONGEST_REASON;
use crate::ids::DialogId;
use crate::views::form::{FieldErrors, FieldProblem};

/// The fields of all deeds; each reads its own.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    /// Of the page that the form stood on; an `If-Match` header counts more.
    pub version: String,
    pub dialog: String,
    pub reason: String,
    pub amount: String,
    pub told: String,
    pub decision: String,
    pub approval: String,
    pub event: String,
    pub body: String,
    pub word: String,
}

impl Typed {
    /// Who acts, on what they saw. `None` where the form does not say which version that was, or which dialog this is:
    /// then nothing is done, and the page is shown as it is now.
    pub fn act(&self, visit: &StaffVisit) -> Option<Act> {
        let version = match if_match(&visit.headers) {
            Ok(Some(version)) => version,
            Ok(None) => self.version.parse().ok()?,
            Err(_) => return None,
        };
        Some(Act {
            by: visit.by(),
            dialog: DialogId(Uuid::try_parse(&self.dialog).ok()?),
            version,
            reason: self.reason.trim().to_owned(),
        })
    }

    /// What is wrong with the reason.
    pub fn reason_problems(&self) -> FieldErrors {
        let mut errors = FieldErrors::new();
        require(&mut errors, "reason", &self.reason, LONGEST_REASON);
        errors
    }
}

/// Refuses a text that is empty or too long.
pub fn require(errors: &mut FieldErrors, name: &'static str, text: &str, longest: usize) {
    if text.trim().is_empty() {
        errors.insert(name, FieldProblem::Required);
    } else if text.trim().chars().count() > longest {
        errors.insert(name, FieldProblem::TooLong);
    }
}

/// For a page that is opened now.
#[must_use]
pub fn new_dialog() -> String {
    DialogId::new().0.simple().to_string()
}
