//! What the form of a deed sends: the dialog and the version it was opened with, a reason, and the deed's own fields.
//! Texts are read as they are kept: without spaces around them, their lines as every browser means them.

use serde::Deserialize;
use uuid::Uuid;

use super::super::StaffVisit;
use crate::controllers::api::headers::if_match;
use crate::desk::action::Act;
use crate::desk::audit::LONGEST_REASON;
use crate::ids::DialogId;
use crate::plain_text::{is_plain, plain_lines};
use crate::views::cs::actions::Trouble;
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
            reason: kept(&self.reason),
        })
    }

    /// What is wrong with the reason.
    pub fn reason_problems(&self) -> FieldErrors {
        let mut errors = FieldErrors::new();
        require(&mut errors, "reason", &self.reason, LONGEST_REASON);
        errors
    }

    /// What was typed, for the page that says why it was not done. Where its dialog is used up it is a new one from here
    /// on: whoever reads that and presses again, on the present version, wishes another deed.
    #[must_use]
    pub fn after(self, trouble: Trouble) -> Self {
        match trouble {
            Trouble::ForeignDialog | Trouble::SentOtherwise => Self {
                dialog: new_dialog(),
                ..self
            },
            _ => self,
        }
    }
}

/// A text of several lines as it is kept, and counted.
#[must_use]
pub fn kept(text: &str) -> String {
    plain_lines(text).trim().to_owned()
}

/// Refuses a text that is empty or too long.
pub fn require(errors: &mut FieldErrors, name: &'static str, text: &str, longest: usize) {
    let length = kept(text).chars().count();
    if length == 0 {
        errors.insert(name, FieldProblem::Required);
    } else if length > longest {
        errors.insert(name, FieldProblem::TooLong);
    }
}

/// As [`require`], for one line that people outside read.
pub fn require_plain(errors: &mut FieldErrors, name: &'static str, text: &str, longest: usize) {
    require(errors, name, text, longest);
    if !is_plain(text.trim()) {
        errors.entry(name).or_insert(FieldProblem::HiddenLetters);
    }
}

/// For a page that is opened now.
#[must_use]
pub fn new_dialog() -> String {
    DialogId::new().0.simple().to_string()
}
