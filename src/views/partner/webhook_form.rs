//! `/partner/webhooks/new` and `/partner/webhooks/{id}/edit`: an address, what it is for, and what is told there.

use serde::Serialize;

use crate::{
    models::kinds::PartnerEventType,
    views::{
        example,
        form::{FieldErrors, FieldProblem},
        page::Page,
    },
};

/// The form for a new endpoint, and for one that is there; also the answer to either when it was refused. Its form: `POST`
/// to its own address (`once` or `version`, `url`, `description`, `type` as often as wanted; none is all).
#[derive(Clone, Debug, Serialize)]
pub struct EndpointForm {
    /// `whe_…`; `None` for a new one.
    pub id: Option<String>,
    /// Of a new one: a form that is sent twice makes one.
    pub once: String,
    pub version: i64,
    pub url: String,
    pub description: String,
    pub types: Vec<TypeChoice>,
    pub longest_description: usize,
    /// Fields: `url`, `description`, `type`.
    pub errors: FieldErrors,
    pub is_full: bool,
    pub most: u64,
}

#[derive(Clone, Copy, Debug, Serialize)]
pub struct TypeChoice {
    pub word: PartnerEventType,
    pub checked: bool,
}

impl TypeChoice {
    /// All that can be wanted, some checked. A test is told whoever asks for it.
    #[must_use]
    pub fn all(chosen: &[PartnerEventType]) -> Vec<Self> {
        let wanted = PartnerEventType::ALL
            .iter()
            .filter(|word| **word != PartnerEventType::EndpointTest);
        let choice = |word: &PartnerEventType| Self {
            word: *word,
            checked: chosen.contains(word),
        };
        wanted.map(choice).collect()
    }
}

impl Page for EndpointForm {
    const TEMPLATE: &'static str = "partner/webhook_form.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let new = Self {
            id: None,
            once: "019ac1f05d7a7b3e8c41f2a90b6d7e10".to_owned(),
            version: 0,
            url: String::new(),
            description: String::new(),
            types: TypeChoice::all(&[]),
            longest_description: 100,
            errors: FieldErrors::new(),
            is_full: false,
            most: 20,
        };
        let refused = Self {
            url: "http://10.0.0.1".to_owned(),
            description: example::HOSTILE.to_owned(),
            types: TypeChoice::all(&[PartnerEventType::PaymentFailed]),
            errors: FieldErrors::from([
                ("url", FieldProblem::HookUrlPrivate),
                ("description", FieldProblem::TooLong),
                ("type", FieldProblem::ChoiceUnknown),
            ]),
            ..new.clone()
        };
        let edited = Self {
            id: Some("whe_019ac1f05d7a7b3e8c41f2a90b6d7e10".to_owned()),
            version: 3,
            ..refused.clone()
        };
        let full = Self {
            is_full: true,
            ..new.clone()
        };
        vec![("new", new), ("refused", refused), ("edited", edited), ("full", full)]
    }
}
