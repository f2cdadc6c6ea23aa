//! `/live` and `/cs/live`: streams for open pages. They stand behind the framework's layers, and keep no session alive.

mod listener;
mod refused;

use std::convert::Infallible;
use std::time::Duration;

use axum::Router;
use axum::http::header::CACHE_CONTROL;
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::middleware::from_fn;
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse, Response};
use futures::StreamExt;

use self::listener::Listener;
use self::refused::{NoStream, Refused};
use super::request_log::log_requests;
use super::web::rows;
use crate::controllers::routing::get;
use crate::desk::roles::Permission;
use crate::ids::TransferId;
use crate::members::sessions::SignedIn;
use crate::notifications::live::audience::{Audience, Owner};
use crate::notifications::live::stream::{self, Asked, NotOpened, Said, SaidAt};
use crate::transfers::find;
use crate::views::i18n::Language;
use crate::views::live::LiveBody;

/// nginx and its like hand on what comes when it comes.
const UNBUFFERED: (HeaderName, HeaderValue) = (
    HeaderName::from_static("x-accel-buffering"),
    HeaderValue::from_static("no"),
);
/// A browser that lost its stream waits so long, unless its end says another time; the script of our pages waits longer each
/// time.
const RECONNECT: Duration = Duration::from_secs(3);

/// The routes, with what Loco's layers would have given them and nothing that limits them.
pub fn router() -> Router {
    Router::new()
        .route("/live", get(of_member))
        .route("/cs/live", get(of_desk))
        .layer(from_fn(log_requests))
}

async fn of_member(parts: Parts) -> Result<Response, NoStream> {
    let listener = Listener::of(parts, false).await?;
    let member = listener.signed_in.user.id;
    answer(&listener, Audience::Member(member)).await
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
    answer(&listener, audience).await
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
    let retry = match said {
        Said::Hello { .. } => Some(RECONNECT),
        Said::End(why) => why.retry_after(),
        _ => None,
    };
    match retry {
        Some(after) => event.retry(after),
        None => event,
    }
}

/// Opens the stream, and answers with it.
async fn answer(listener: &Listener, audience: Audience) -> Result<Response, NoStream> {
    let (services, language) = (&listener.services, listener.language);
    if listener.asks_why {
        let is_full = services.live.open() >= services.settings.live.clients_max;
        return if is_full {
            Err(NoStream(Refused::Unavailable, language))
        } else {
            Ok(StatusCode::OK.into_response())
        };
    }
    let SignedIn { user, session } = &listener.signed_in;
    let asked = Asked {
        owner: Owner {
            user: user.id,
            session: session.id,
        },
        audience,
        until: session.expires_at.min(session.ends_at),
        since: listener.since(),
    };
    let said = stream::open(services, asked).await.map_err(|error| {
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
