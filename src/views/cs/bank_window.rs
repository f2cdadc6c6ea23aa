//! `/cs/bank/windows/new` and `/cs/bank/windows/{id}`: staff enter when the bank does not work, and take it back.
//!
//! Its forms: `POST /cs/bank/windows/new` with `dialog`, `reason`, `kind` (`once`, `holiday`), `from`, `until`;
//! `POST /cs/bank/windows/{id}/end` with `dialog`, `version`, `reason`.

use serde::Serialize;

use super::bank::{WindowRow, WindowStands};
use super::reason_form::ReasonForm;
use crate::models::kinds::WindowKind;
use crate::views::example;
use crate::views::form::{FieldErrors, FieldProblem};
use crate::views::page::Page;

/// A new window, as typed.
#[derive(Clone, Debug, Serialize)]
pub struct CsBankWindowNew {
    pub kind: WindowKind,
    /// In Korean time, as the input sends it: `2026-11-25T14:03`; of a holiday its day counts alone.
    pub from: String,
    pub until: String,
    /// Fields: `kind`, `from`, `until`.
    pub errors: FieldErrors,
    pub form: ReasonForm,
}

/// One window; `form` ends it, where that can be done.
#[derive(Clone, Debug, Serialize)]
pub struct CsBankWindow {
    pub window: WindowRow,
    pub author_name: String,
    pub form: Option<ReasonForm>,
}

impl Page for CsBankWindowNew {
    const TEMPLATE: &'static str = "cs/bank_window_new.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let new = Self {
            kind: WindowKind::Once,
            from: String::new(),
            until: String::new(),
            errors: FieldErrors::new(),
            form: ReasonForm::example(),
        };
        let refused = Self {
            kind: WindowKind::Holiday,
            from: example::HOSTILE.to_owned(),
            until: "2026-11-24T00:00".to_owned(),
            errors: FieldErrors::from([
                ("from", FieldProblem::MomentFormat),
                ("until", FieldProblem::EndsBeforeItBegins),
            ]),
            form: ReasonForm::refused_example(),
        };
        let too_long = Self {
            from: "2026-11-25T14:03".to_owned(),
            until: "2026-12-25T14:03".to_owned(),
            errors: FieldErrors::from([("until", FieldProblem::WindowTooLong)]),
            ..new.clone()
        };
        vec![("new", new), ("refused", refused), ("too long", too_long)]
    }
}

impl Page for CsBankWindow {
    const TEMPLATE: &'static str = "cs/bank_window.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let page = |stands, form| Self {
            window: WindowRow::example(stands),
            author_name: example::HOSTILE.to_owned(),
            form,
        };
        vec![
            ("planned", page(WindowStands::Planned, Some(ReasonForm::example()))),
            ("refused", page(WindowStands::Now, Some(ReasonForm::refused_example()))),
            ("over", page(WindowStands::Over, None)),
        ]
    }
}
