//! Somebody who asks for a stream: who they are, and where they stood.

use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, Method};
use serde::Deserialize;

use super::refused::{NoStream, Refused};
use crate::controllers::extractors::frame::language_of;
use crate::controllers::extractors::htmx::ByItself;
use crate::controllers::extractors::session::{Member, Staff, Visitor};
use crate::members::sessions::SignedIn;
use crate::notifications::live::stream::Since;
use crate::services::Services;
use crate::views::i18n::Language;

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Wish {
    /// As `Last-Event-ID`, for a page that closed its stream itself.
    last: Option<String>,
    /// When the page was made, as it says: what is brought at first.
    since: Option<String>,
    /// Of one payment or refund.
    pub(super) of: Option<String>,
    /// `yes`: only that something changed.
    pub(super) brief: Option<String>,
}

/// Somebody who wants a stream, and how.
pub(super) struct Listener {
    pub(super) services: Services,
    pub(super) signed_in: SignedIn,
    pub(super) wish: Wish,
    headers: HeaderMap,
    /// Only whether there would be a stream, and else why not.
    pub(super) asks_why: bool,
    pub(super) language: Language,
}

impl Listener {
    pub(super) async fn of(mut parts: Parts, is_for_staff: bool) -> Result<Self, NoStream> {
        parts.extensions.insert(ByItself);
        let Ok(services) = Services::from_request_parts(&mut parts, &()).await else {
            return Err(NoStream(Refused::Unavailable, Language::default()));
        };
        let language = language_of(&parts, &services);
        let refused = |why| NoStream(why, language);
        match Visitor::from_request_parts(&mut parts, &()).await {
            Ok(Visitor::SignedIn(_)) => {}
            Ok(Visitor::Ended(_) | Visitor::Nobody) => return Err(refused(Refused::SignIn)),
            Err(_) => return Err(refused(Refused::Unavailable)),
        }
        // Whoever is shown elsewhere, to their second factor for one, has no stream.
        let signed_in = if is_for_staff {
            let staff = Staff::from_request_parts(&mut parts, &()).await;
            staff.map(|Staff { user, session }| SignedIn { user, session })
        } else {
            let member = Member::from_request_parts(&mut parts, &()).await;
            member.map(|Member { user, session }| SignedIn { user, session })
        };
        let signed_in = signed_in.map_err(|response| match response.status() {
            status if status.is_server_error() => refused(Refused::Unavailable),
            _ => refused(Refused::Forbidden),
        })?;
        let wish = Query::<Wish>::try_from_uri(&parts.uri).map(|Query(wish)| wish);
        Ok(Self {
            services,
            signed_in,
            wish: wish.unwrap_or_default(),
            headers: parts.headers,
            asks_why: parts.method == Method::HEAD,
            language,
        })
    }

    /// A browser that reconnects sends the header; a page that opens anew, the query.
    pub(super) fn since(&self) -> Since {
        let header = self.headers.get(LAST_EVENT_ID).and_then(|value| value.to_str().ok());
        let last = header.or(self.wish.last.as_deref()).filter(|text| !text.is_empty());
        Since::parse(last, self.wish.since.as_deref())
    }
}
