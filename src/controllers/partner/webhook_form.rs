//! The form of an endpoint: what was typed, and what is wrong with it.

use serde_json::Value;
use uuid::Uuid;

use super::PartnerVisit;
use crate::models::kinds::PartnerEventType;
use crate::notifications::webhooks::endpoints::DESCRIPTION_LENGTH;
use crate::notifications::webhooks::target::{self, RefusedTarget, URL_LENGTH};
use crate::plain_text::is_plain;
use crate::transfers::idempotency::IdempotencyKey;
use crate::views::form::{FieldErrors, FieldProblem};
use crate::views::partner::webhook_form::{EndpointForm, TypeChoice};

/// What was typed. A choice of many comes as often as it was made.
#[derive(Default)]
pub(super) struct Typed {
    pub once: String,
    pub version: i64,
    pub url: String,
    pub description: String,
    pub types: Vec<String>,
}

impl Typed {
    pub fn read(form: &[u8]) -> Self {
        let pairs: Vec<(String, String)> = serde_urlencoded::from_bytes(form).unwrap_or_default();
        let mut typed = Self::default();
        for (name, value) in pairs {
            match name.as_str() {
                "once" => typed.once = value,
                "version" => typed.version = value.parse().unwrap_or_default(),
                "url" => typed.url = value,
                "description" => typed.description = value,
                "type" => typed.types.push(value),
                _ => {}
            }
        }
        typed
    }

    /// An empty form with a number of its own.
    pub fn blank() -> Self {
        Self {
            once: new_once(),
            ..Self::default()
        }
    }

    pub fn of(endpoint: &crate::models::webhook_endpoints::Model) -> Self {
        Self {
            once: String::new(),
            version: endpoint.version,
            url: endpoint.url.clone(),
            description: endpoint.description.clone(),
            types: endpoint.event_types.split(',').map(str::to_owned).collect(),
        }
    }

    /// The types that are wanted, and the fields that are refused.
    pub fn check(&self, visit: &PartnerVisit) -> (Vec<PartnerEventType>, FieldErrors) {
        let mut errors = FieldErrors::new();
        let url = self.url.trim();
        let allow_private = visit.services.settings.webhooks.allow_private;
        let problem = if url.is_empty() {
            Some(FieldProblem::Required)
        } else if url.len() > URL_LENGTH {
            Some(FieldProblem::TooLong)
        } else {
            match target::check(url, allow_private) {
                Ok(_) => None,
                Err(RefusedTarget::NotPublic) => Some(FieldProblem::HookUrlPrivate),
                Err(_) => Some(FieldProblem::HookUrlFormat),
            }
        };
        errors.extend(problem.map(|problem| ("url", problem)));
        let description = self.description.trim();
        if description.chars().count() > DESCRIPTION_LENGTH || !is_plain(description) {
            errors.insert("description", FieldProblem::TooLong);
        }
        let types = self.chosen();
        if types.len() != self.types.len() {
            errors.insert("type", FieldProblem::ChoiceUnknown);
        }
        (types, errors)
    }

    fn chosen(&self) -> Vec<PartnerEventType> {
        let parse = |word: &String| PartnerEventType::parse(word);
        let types = self.types.iter().filter_map(parse);
        types.filter(|one| *one != PartnerEventType::EndpointTest).collect()
    }

    pub fn page(&self, visit: &PartnerVisit, id: Option<String>, errors: FieldErrors) -> EndpointForm {
        EndpointForm {
            id,
            once: self.once.clone(),
            version: self.version,
            url: self.url.clone(),
            description: self.description.clone(),
            types: TypeChoice::all(&self.chosen()),
            longest_description: DESCRIPTION_LENGTH,
            errors,
            is_full: false,
            most: visit.services.settings.webhooks.endpoints_max,
        }
    }
}

/// A number for a form, which makes what it asks for once.
pub(super) fn new_once() -> String {
    Uuid::now_v7().simple().to_string()
}

/// The key that a form's number stands for, apart from those of the API. What has no number is sent by no page of ours,
/// and is a wish of its own each time.
pub(super) fn once_key(once: &str, meaning: &Value) -> IdempotencyKey {
    let number = Uuid::try_parse(once).unwrap_or_else(|_| Uuid::now_v7());
    IdempotencyKey::new(format!("console-{}", number.simple()), meaning)
}
