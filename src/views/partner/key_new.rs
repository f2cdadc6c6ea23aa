//! `/partner/keys/new`: the name and the scopes of a new key.

use serde::Serialize;

use crate::{
    models::kinds::Scope,
    views::{
        example,
        form::{FieldErrors, FieldProblem},
        page::Page,
    },
};

/// `GET /partner/keys/new`, and the answer to its form when it was refused. Its form: `POST /partner/keys/new` (`id`,
/// `name`, `scope` as often as wanted).
#[derive(Clone, Debug, Serialize)]
pub struct KeyNew {
    /// `key_…` that the new key will have.
    pub id: String,
    pub name: String,
    pub scopes: Vec<ScopeChoice>,
    pub longest_name: usize,
    /// Fields: `name`, `scope`.
    pub errors: FieldErrors,
    pub is_full: bool,
    pub most: usize,
}

#[derive(Clone, Copy, Debug, Serialize)]
pub struct ScopeChoice {
    pub word: Scope,
    pub checked: bool,
}

impl ScopeChoice {
    /// All of them, some checked.
    #[must_use]
    pub fn all(chosen: &[Scope]) -> Vec<Self> {
        let choice = |word: &Scope| Self {
            word: *word,
            checked: chosen.contains(word),
        };
        Scope::ALL.iter().map(choice).collect()
    }
}

impl Page for KeyNew {
    const TEMPLATE: &'static str = "partner/key_new.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let empty = Self {
            id: "key_019ac1f05d7a7b3e8c41f2a90b6d7e10".to_owned(),
            name: String::new(),
            scopes: ScopeChoice::all(Scope::ALL),
            longest_name: 60,
            errors: FieldErrors::new(),
            is_full: false,
            most: 20,
        };
        let refused = Self {
            name: example::HOSTILE.to_owned(),
            scopes: ScopeChoice::all(&[]),
            errors: FieldErrors::from([("name", FieldProblem::TooLong), ("scope", FieldProblem::ChoiceNeeded)]),
            ..empty.clone()
        };
        let full = Self {
            is_full: true,
            ..empty.clone()
        };
        vec![("empty", empty), ("refused", refused), ("full", full)]
    }
}
