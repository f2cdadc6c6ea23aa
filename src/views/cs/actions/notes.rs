//! `/cs/payments/{id}/notes`: what staff wrote down for each other, and room for more.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::{ActionHead, Trouble, sample_paid};
use crate::{
    desk::notes::LONGEST,
    views::{
        example,
        form::{FieldErrors, FieldProblem},
        page::Page,
        paging::Paging,
    },
};

#[derive(Clone, Debug, Serialize)]
pub struct NoteLine {
    pub author_name: String,
    pub at: DateTime<Utc>,
    pub body: String,
}

/// Its form: `POST` to its own address (`body`, `version`, `dialog`), for who may.
#[derive(Clone, Debug, Serialize)]
pub struct NotesPage {
    pub head: ActionHead,
    pub trouble: Option<Trouble>,
    /// Newest first.
    pub notes: Vec<NoteLine>,
    pub paging: Paging,
    pub may_write: bool,
    pub body: String,
    /// Fields: `body`.
    pub errors: FieldErrors,
    pub longest: usize,
}

impl Page for NotesPage {
    const TEMPLATE: &'static str = "cs/action_notes.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let of = |notes, paging, may_write| Self {
            head: sample_paid(),
            trouble: None,
            notes,
            paging,
            may_write,
            body: String::new(),
            errors: FieldErrors::new(),
            longest: LONGEST,
        };
        let some = || vec![sample_line(), sample_line()];
        let middle = Paging::new("/cs/payments/pay_1/notes", &[], Some("b"), Some("c"));
        let stale = Self {
            trouble: Some(Trouble::Changed),
            body: example::HOSTILE.to_owned(),
            errors: FieldErrors::from([("body", FieldProblem::TooLong)]),
            ..of(some(), Paging::default(), true)
        };
        vec![
            ("none yet", of(Vec::new(), Paging::default(), true)),
            ("none, for who only reads", of(Vec::new(), Paging::default(), false)),
            ("some", of(some(), middle, true)),
            ("stale", stale),
        ]
    }
}

pub(in crate::views::cs) fn sample_line() -> NoteLine {
    NoteLine {
        author_name: "이수진".to_owned(),
        at: example::at(45),
        body: format!("고객에게 17시에 다시 전화하기로 함\n{}", example::HOSTILE),
    }
}
