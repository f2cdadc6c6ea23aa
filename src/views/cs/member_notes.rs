//! `/cs/members/{id}/notes`: what staff wrote down of a member, and room for more.

use serde::Serialize;

use super::actions::{
    Trouble,
    notes::{NoteLine, sample_line},
};
use super::members::CsMemberRow;
use crate::{
    desk::notes::LONGEST,
    views::{
        example,
        form::{FieldErrors, FieldProblem},
        page::Page,
        paging::Paging,
    },
};

/// Its form: `POST` to its own address (`body`, `dialog`), for who may.
#[derive(Clone, Debug, Serialize)]
pub struct CsMemberNotes {
    pub member: CsMemberRow,
    /// Newest first.
    pub notes: Vec<NoteLine>,
    pub paging: Paging,
    pub may_write: bool,
    /// Why nothing was written.
    pub trouble: Option<Trouble>,
    /// What this opening of the form is known by: it writes once.
    pub dialog: String,
    /// As typed.
    pub body: String,
    /// Fields: `body`.
    pub errors: FieldErrors,
    pub longest: usize,
}

impl Page for CsMemberNotes {
    const TEMPLATE: &'static str = "cs/member_notes.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let of = |notes, may_write| Self {
            member: CsMemberRow::example(),
            notes,
            paging: Paging::default(),
            may_write,
            trouble: None,
            dialog: "019ac1f05d7a7b3e8c41f2a90b6d7e10".to_owned(),
            body: String::new(),
            errors: FieldErrors::new(),
            longest: LONGEST,
        };
        let some = Self {
            paging: Paging::new("/cs/members/mem_1/notes", &[], Some("b"), Some("c")),
            ..of(vec![sample_line(), sample_line()], true)
        };
        let refused = Self {
            body: example::HOSTILE.to_owned(),
            errors: FieldErrors::from([("body", FieldProblem::TooLong)]),
            ..of(vec![sample_line()], true)
        };
        let used = Self {
            trouble: Some(Trouble::ForeignDialog),
            body: example::HOSTILE.to_owned(),
            ..of(vec![sample_line()], true)
        };
        let left = Self {
            member: CsMemberRow::withdrawn_example(),
            ..some.clone()
        };
        vec![
            ("none yet", of(Vec::new(), true)),
            ("none, for who only reads", of(Vec::new(), false)),
            ("some", some),
            ("refused", refused),
            ("sent before", used),
            ("withdrawn", left),
        ]
    }
}
