//! The surroundings of a page: its language, its address, who looks, what to tell once.

use axum::extract::FromRequestParts;
use axum::http::header::ACCEPT_LANGUAGE;
use axum::http::request::Parts;
use loco_rs::controller::middleware::request_id::LocoRequestId;

use super::session::Visitor;
use crate::controllers::cookies;
use crate::controllers::notice::{self, NOTICE_COOKIE};
use crate::controllers::pages::PageError;
use crate::models::kinds::Role;
use crate::models::users;
use crate::notifications::live::position;
use crate::services::Services;
use crate::views::frame::{DeskPlace, PageFrame, Viewer, ViewerRole};
use crate::views::i18n::{LANGUAGE_COOKIE, Language, LanguageHints};

/// What surrounds the page that answers this request.
#[derive(Clone, Debug)]
pub struct Frame(pub PageFrame);

impl<S: Send + Sync> FromRequestParts<S> for Frame {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let services = Services::from_request_parts(parts, state).await?;
        let visitor = Visitor::from_request_parts(parts, state).await?;
        Ok(Self(frame_of(parts, &services, &visitor)))
    }
}

/// The frame for a visitor who is known already.
#[must_use]
pub fn frame_of(parts: &Parts, services: &Services, visitor: &Visitor) -> PageFrame {
    let lang = language_of(parts, services);
    let request_id = parts.extensions.get::<LocoRequestId>().map_or("", LocoRequestId::get);
    let mut frame = PageFrame::new(lang, parts.uri.path(), request_id);
    parts.uri.query().unwrap_or_default().clone_into(&mut frame.query);
    frame.viewer = visitor.signed_in().map(|signed_in| viewer_of(&signed_in.user));
    frame.desk_places = visitor
        .signed_in()
        .map_or_else(Vec::new, |signed_in| DeskPlace::of(signed_in.user.role));
    frame.live_since = frame.viewer.as_ref().map(|_| position::of_page());
    frame.is_trial = services.settings.bank.sandbox;
    frame.notices = cookies::value(&parts.headers, NOTICE_COOKIE)
        .and_then(|word| notice::shown(&word, lang))
        .into_iter()
        .collect();
    frame
}

/// A person as the header names them.
#[must_use]
pub fn viewer_of(user: &users::Model) -> Viewer {
    Viewer {
        name: user.name.clone(),
        role: match user.role {
            Role::Member => ViewerRole::Member,
            Role::Cs | Role::CsLead | Role::Operator | Role::Auditor => ViewerRole::Staff,
            Role::Partner => ViewerRole::Partner,
        },
    }
}

/// The language that a request asks for, else the installation's.
#[must_use]
pub fn language_of(parts: &Parts, services: &Services) -> Language {
    let chosen = language_in_address(parts);
    let cookie = cookies::value(&parts.headers, LANGUAGE_COOKIE);
    let hints = LanguageHints {
        query: chosen.map(Language::code),
        cookie: cookie.as_deref(),
        accept_language: parts.headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()),
    };
    let default = Language::parse(&services.settings.language).unwrap_or_default();
    Language::choose(hints, default)
}

/// The language that `?lang=` names, which is a choice to remember.
#[must_use]
pub fn language_in_address(parts: &Parts) -> Option<Language> {
    parts
        .uri
        .query()?
        .split('&')
        .filter_map(|pair| pair.strip_prefix("lang="))
        .find_map(Language::parse)
}
