//! `/partner/keys/new`: a new key, whose text is in the answer and nowhere else.
//!
//! The answer is a page and no redirect, for an address would have to carry the key. The form names the key's id, so a
//! reload finds it made and shows no second one.

use axum::body::Bytes;
use axum::http::StatusCode;
use axum::response::Response;
use loco_rs::controller::Routes;
use secrecy::ExposeSecret;

use super::keys::{failed, parse_id};
use super::{PartnerVisit, rows};
use crate::controllers::pages::PageError;
use crate::controllers::routing::{get, post};
use crate::ids::{KeyId, Prefix};
use crate::models::kinds::Scope;
use crate::partners::key_list;
use crate::partners::key_making::{self, KeyError, KeyName, LIVING_MAX, LONGEST_NAME, NewKey};
use crate::views::form::{FieldErrors, FieldProblem};
use crate::views::partner::key_made::KeyMade;
use crate::views::partner::key_new::{KeyNew, ScopeChoice};

pub fn routes() -> Routes {
    Routes::new().add("/partner/keys/new", get(show).merge(post(make)))
}

/// What was typed. A choice of many comes as often as it was made.
#[derive(Default)]
struct Typed {
    id: String,
    name: String,
    scopes: Vec<String>,
}

impl Typed {
    fn read(form: &[u8]) -> Self {
        let pairs: Vec<(String, String)> = serde_urlencoded::from_bytes(form).unwrap_or_default();
        let mut typed = Self::default();
        for (name, value) in pairs {
            match name.as_str() {
                "id" => typed.id = value,
                "name" => typed.name = value,
                "scope" => typed.scopes.push(value),
                _ => {}
            }
        }
        typed
    }
}

async fn show(visit: PartnerVisit) -> Result<Response, PageError> {
    let page = KeyNew {
        id: Prefix::Key.show(KeyId::new().0),
        name: String::new(),
        scopes: ScopeChoice::all(Scope::ALL),
        longest_name: LONGEST_NAME,
        errors: FieldErrors::new(),
        is_full: is_full(&visit).await?,
        most: LIVING_MAX,
    };
    visit.show(&page)
}

async fn make(visit: PartnerVisit, form: Bytes) -> Result<Response, PageError> {
    let typed = Typed::read(&form);
    let number = parse_id(&typed.id).ok();
    let scopes: Vec<Scope> = typed.scopes.iter().filter_map(|word| Scope::parse(word)).collect();
    let mut errors = FieldErrors::new();
    let name = KeyName::parse(&typed.name);
    if name.is_none() {
        let is_empty = typed.name.trim().is_empty();
        let problem = if is_empty {
            FieldProblem::Required
        } else {
            FieldProblem::TooLong
        };
        errors.insert("name", problem);
    }
    if scopes.len() != typed.scopes.len() {
        errors.insert("scope", FieldProblem::ChoiceUnknown);
    } else if scopes.is_empty() {
        errors.insert("scope", FieldProblem::ChoiceNeeded);
    }
    let refused = |errors, is_full| KeyNew {
        id: Prefix::Key.show(number.unwrap_or_default().0),
        name: typed.name.clone(),
        scopes: ScopeChoice::all(&scopes),
        longest_name: LONGEST_NAME,
        errors,
        is_full,
        most: LIVING_MAX,
    };
    let (Some(id), Some(name), true) = (number, name, errors.is_empty()) else {
        return visit.refuse(&refused(errors, is_full(&visit).await?));
    };
    let wanted = NewKey {
        id,
        name,
        scopes: scopes.clone(),
    };
    match key_making::make(&visit.services, visit.by(), wanted).await {
        Ok(made) => visit.show(&KeyMade {
            key: rows::key_row(made.row, visit.services.clock.now()),
            text: Some(made.text.expose_secret().to_owned()),
            old: None,
        }),
        Err(KeyError::AlreadyMade) => made_before(&visit, id).await,
        Err(KeyError::TooMany) => visit.refuse(&refused(FieldErrors::new(), true)),
        Err(error) => Err(failed(error)),
    }
}

/// The form was sent again: the key is there, and its text was shown.
pub(super) async fn made_before(visit: &PartnerVisit, id: KeyId) -> Result<Response, PageError> {
    let found = key_list::find_owned_by(visit.db(), visit.partner.id, visit.mode, id).await?;
    let key = found.ok_or(PageError::not_found())?;
    let page = KeyMade {
        key: rows::key_row(key, visit.services.clock.now()),
        text: None,
        old: None,
    };
    visit.refuse_as(StatusCode::CONFLICT, &page, None)
}

async fn is_full(visit: &PartnerVisit) -> Result<bool, PageError> {
    let now = visit.services.clock.now();
    let (living, _) = key_list::list_owned_by(visit.db(), visit.partner.id, visit.mode, now).await?;
    Ok(living.len() >= LIVING_MAX)
}
