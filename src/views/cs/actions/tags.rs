//! `/cs/payments/{id}/tags`: the short words by which staff mark a payment or refund.

use serde::Serialize;

use super::{ActionHead, Trouble, sample_paid};
use crate::{
    desk::tags::LONGEST,
    views::{
        example,
        form::{FieldErrors, FieldProblem},
        page::Page,
    },
};

/// A tag that is there. Its form: `POST …/tags/removal` (`word`, `version`, `dialog`).
#[derive(Clone, Debug, Serialize)]
pub struct TagLine {
    pub word: String,
    /// Of its own form: each removal is a deed of its own.
    pub dialog: String,
}

/// Its form: `POST` to its own address (`word`, `version`, `dialog`), for who may.
#[derive(Clone, Debug, Serialize)]
pub struct TagsPage {
    pub head: ActionHead,
    pub trouble: Option<Trouble>,
    pub tags: Vec<TagLine>,
    pub suggestions: Vec<String>,
    pub may_write: bool,
    pub word: String,
    /// Fields: `word`.
    pub errors: FieldErrors,
    pub longest: usize,
}

impl Page for TagsPage {
    const TEMPLATE: &'static str = "cs/action_tags.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let line = |word: &str| TagLine {
            word: word.to_owned(),
            dialog: "019ac1f05d7a7b3e8c41f2a90b6d7e12".to_owned(),
        };
        let some = Self {
            head: sample_paid(),
            trouble: None,
            tags: vec![line("이중결제"), line("vip")],
            suggestions: vec!["이중결제".to_owned(), "재연락".to_owned()],
            may_write: true,
            word: String::new(),
            errors: FieldErrors::new(),
            longest: LONGEST,
        };
        let none = Self {
            tags: Vec::new(),
            ..some.clone()
        };
        let refused = Self {
            trouble: Some(Trouble::TooManyTags),
            word: example::HOSTILE.to_owned(),
            errors: FieldErrors::from([("word", FieldProblem::TagFormat)]),
            ..some.clone()
        };
        let read_only = |page: &Self| Self {
            may_write: false,
            ..page.clone()
        };
        vec![
            ("for who only reads", read_only(&some)),
            ("none, for who only reads", read_only(&none)),
            ("some", some),
            ("none", none),
            ("refused", refused),
        ]
    }
}
