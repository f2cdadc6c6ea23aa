//! What every dialog of the desk sends: the version that it was opened at, its own id, and a reason.

use uuid::Uuid;

use super::StaffVisit;
use super::actions::kept;
use crate::controllers::api::headers::if_match;
use crate::desk::audit::LONGEST_REASON;
use crate::ids::DialogId;
use crate::views::form::FieldProblem;

/// The version that the form was sent from; an `If-Match` header counts more than the field. `None` where it cannot be
/// one: then nothing is done.
pub(super) fn version(visit: &StaffVisit, typed: &str) -> Option<i64> {
    match if_match(&visit.headers) {
        Ok(Some(version)) => Some(version),
        Ok(None) => typed.parse().ok(),
        Err(_) => None,
    }
}

/// The id of the dialog; `None` where no form of ours has sent this.
pub(super) fn dialog(typed: &str) -> Option<DialogId> {
    Uuid::try_parse(typed).ok().map(DialogId)
}

/// The id of a dialog that is opened now.
pub(super) fn new_dialog() -> String {
    DialogId::new().0.simple().to_string()
}

/// What is wrong with a reason.
pub(super) fn reason_problem(typed: &str) -> Option<FieldProblem> {
    text_problem(typed, LONGEST_REASON)
}

/// What is wrong with a text that there must be, of so many characters at most, as it is [`kept`].
pub(super) fn text_problem(typed: &str, longest: usize) -> Option<FieldProblem> {
    match kept(typed).chars().count() {
        0 => Some(FieldProblem::Required),
        length if length > longest => Some(FieldProblem::TooLong),
        _ => None,
    }
}
