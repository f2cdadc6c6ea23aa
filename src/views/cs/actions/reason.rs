//! `/cs/payments/{id}/cancellation` and `/cs/payments/{id}/inquiry`: deeds that need nothing but a reason.

use serde::Serialize;

use super::{ActionHead, ActionWord, Trouble, sample_head};
use crate::{
    models::kinds::{TransferKind, TransferState},
    views::{
        example,
        form::{FieldErrors, FieldProblem},
        page::Page,
    },
};

/// Its form: `POST` to its own address (`reason`, `version`, `dialog`).
#[derive(Clone, Debug, Serialize)]
pub struct ReasonDialog {
    /// `cancellation` or `inquiry`; its words are `action-…`, `action-lead-…` and `action-button-…`.
    pub word: ActionWord,
    pub head: ActionHead,
    pub trouble: Option<Trouble>,
    pub shows_form: bool,
    pub reason: String,
    /// Fields: `reason`.
    pub errors: FieldErrors,
    pub longest_reason: usize,
}

impl Page for ReasonDialog {
    const TEMPLATE: &'static str = "cs/action_reason.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let of = |word, state, trouble: Option<Trouble>| Self {
            word,
            head: sample_head(TransferKind::Payment, state),
            shows_form: trouble.is_none(),
            trouble,
            reason: String::new(),
            errors: FieldErrors::new(),
            longest_reason: 500,
        };
        let cancellation = of(ActionWord::Cancellation, TransferState::Queued, None);
        let stale = Self {
            trouble: Some(Trouble::Changed),
            shows_form: true,
            reason: example::HOSTILE.to_owned(),
            ..of(ActionWord::Cancellation, TransferState::Executing, None)
        };
        let refused = Self {
            errors: FieldErrors::from([("reason", FieldProblem::Required)]),
            ..cancellation.clone()
        };
        let closed = of(
            ActionWord::Inquiry,
            TransferState::Succeeded,
            Some(Trouble::NotInquirable),
        );
        vec![
            ("cancellation", cancellation),
            ("stale", stale),
            ("refused", refused),
            ("inquiry", of(ActionWord::Inquiry, TransferState::Unknown, None)),
            ("nothing to ask", closed),
        ]
    }
}
