//! `/live` and `/cs/live`: streams for open pages. They stand behind the framework's layers, and keep no session alive.

use std::convert::Infallible;
use std::time::Duration;

use axum::Router;
use axum::extract::{FromRequestParts, Query};
use axum::http::header::{CACHE_CONTROL, RETRY_AFTER};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::middleware::from_fn;
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use futures::StreamExt;
use serde::Deserialize;

use super::extractors::frame::language_of;
use super::extractors::htmx::ByItself;
use super::extractors::session::{Member, Staff, Visitor};
use super::request_log::log_requests;
use super::web::rows;
use crate::desk::roles::Permission;
use crate::ids::TransferId;
use crate::members::sessions::SignedIn;
use crate::notifications::live::audience::{Audience, Owner};
use crate::notifications::live::stream::{self, Asked, NotOpened, Said, SaidAt, Since};
use crate::services::Services;
use crate::transfers::find;
use crate::views::i18n::{Language, TextArgs, text};
use crate::views::live::LiveBody;

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");
/// nginx and its like hand on what comes when it comes.
const UNBUFFERED: (HeaderName, HeaderValue) = (
    HeaderName::from_static("x-accel-buffering"),
    HeaderValue::from_static("no"),
);
/// A browser that lost its stream waits so long; the script of our pages waits longer each time.
const RECONNECT: Duration = Duration::from_secs(3);
const FULL_RETRY_SECS: HeaderValue = HeaderValue::from_static("30");

/// The routes, with what Loco's layers would have given them and nothing that limits them.
pub fn router() -> Router {
    Router::new()
        .route("/live", get(of_member))
        .route("/cs/live", get(of_desk))
        .layer(from_fn(log_requests))
}

/// Why there is no stream: a browser's `EventSource` reads the status alone, and people the sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Refused {
    SignIn,
    Forbidden,
    NoSuchPayment,
    Unavailable,
}

struct NoStream(Refused, Language);

impl IntoResponse for NoStream {
    fn into_response(self) -> Response {
        let Self(why, language) = self;
        let (status, key) = match why {
            Refused::SignIn => (StatusCode::UNAUTHORIZED, "live-sign-in"),
            Refused::Forbidden => (StatusCode::FORBIDDEN, "live-forbidden"),
            Refused::NoSuchPayment => (StatusCode::NOT_FOUND, "live-no-payment"),
            Refused::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, "live-unavailable"),
        };
        let mut response = (status, text(language, key, &TextArgs::new())).into_response();
        if why == Refused::Unavailable {
            response.headers_mut().insert(RETRY_AFTER, FULL_RETRY_SECS);
        }
        response
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Wish {
    /// As `Last-Event-ID`, for a page that closed its stream itself.
    last: Option<String>,
    /// When the page was made, as it says: what is brought at first.
    since: Option<String>,
    /// Of one payment or refund.
    of: Option<String>,
    /// `yes`: only that something changed.
    brief: Option<String>,
}

/// Somebody who wants a stream, and how.
struct Listener {
    services: Services,
    signed_in: SignedIn,
    wish: Wish,
    headers: HeaderMap,
    language: Language,
}

impl Listener {
    async fn of(mut parts: Parts, is_for_staff: bool) -> Result<Self, NoStream> {
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
            language,
        })
    }

    /// A browser that reconnects sends the header; a page that opens anew, the query.
    fn since(&self) -> Since {
        let header = self.headers.get(LAST_EVENT_ID).and_then(|value| value.to_str().ok());
        let last = header.or(self.wish.last.as_deref()).filter(|text| !text.is_empty());
        Since::parse(last, self.wish.since.as_deref())
    }

    async fn stream(self, audience: Audience) -> Result<Response, NoStream> {
        let SignedIn { user, session } = &self.signed_in;
        let asked = Asked {
            owner: Owner {
                user: user.id,
                session: session.id,
            },
            audience,
            until: session.expires_at.min(session.ends_at),
            since: self.since(),
        };
        let language = self.language;
        let said = stream::open(&self.services, asked).await.map_err(|error| {
            if let NotOpened::Database(error) = error {
                tracing::warn!(%error, "a stream cannot be opened");
            }
            NoStream(Refused::Unavailable, language)
        })?;
        let is_member = !audience.is_of_staff();
        let events = said.map(move |said| Ok::<_, Infallible>(event(said, language, is_member)));
        let mut response = Sse::new(events).into_response();
        let (name, unbuffered) = UNBUFFERED;
        response.headers_mut().insert(name, unbuffered);
        response
            .headers_mut()
            .insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        Ok(response)
    }
}

async fn of_member(parts: Parts) -> Result<Response, NoStream> {
    let listener = Listener::of(parts, false).await?;
    let member = listener.signed_in.user.id;
    listener.stream(Audience::Member(member)).await
}

async fn of_desk(parts: Parts) -> Result<Response, NoStream> {
    let listener = Listener::of(parts, true).await?;
    let language = listener.language;
    if !listener.signed_in.user.role.may(Permission::SeePayments) {
        return Err(NoStream(Refused::Forbidden, language));
    }
    let audience = match (&listener.wish.of, &listener.wish.brief) {
        (Some(of), _) => Audience::Payment(payment(&listener, of).await?),
        (None, Some(brief)) if brief == "yes" => Audience::DeskInBrief,
        (None, _) => Audience::Desk,
    };
    listener.stream(audience).await
}

/// The payment that a page is about, its own or that of its refund.
async fn payment(listener: &Listener, of: &str) -> Result<TransferId, NoStream> {
    let refused = |why| NoStream(why, listener.language);
    let (kind, id) = rows::parse_id(of).ok_or(refused(Refused::NoSuchPayment))?;
    match find::any_of_kind(listener.services.db.read(), kind, id).await {
        Ok(transfer) => Ok(transfer.payment_id.unwrap_or(transfer.id)),
        Err(crate::transfers::TransferError::NotFound) => Err(refused(Refused::NoSuchPayment)),
        Err(_) => Err(refused(Refused::Unavailable)),
    }
}

/// What is said, as it goes over the wire.
fn event((said, at): SaidAt, language: Language, is_member: bool) -> Event {
    let (name, body) = LiveBody::of(&said, language, is_member);
    let event = Event::default().event(name).data(body);
    let event = match at {
        Some(at) => event.id(at),
        None => event,
    };
    match said {
        Said::Hello { .. } => event.retry(RECONNECT),
        _ => event,
    }
}
