//! What every call of the API passes before its handler: the key, its rate, the version it is answered in, its scope.
//!
//! ```text
//!   key ─▶ 401 · rate ─▶ 429 · API-Version ─▶ 400 · scope of the operation ─▶ 403 · handler
//! ```
//!
//! Which scope a call demands is said once, in the table of operations that the OpenAPI document is made of. A route
//! that is not in it stays closed, for no handler gets its [`Partner`].

use axum::extract::{FromRequestParts, MatchedPath, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::partner::{self, Partner};
use super::problem::{Code, Problem};
use crate::controllers::extractors::peer::Peer;
use crate::models::kinds::Scope;
use crate::models::partner_keys;
use crate::openapi::groups;
use crate::partners::keys;
use crate::partners::rate::{self, Taken};
use crate::partners::versions::ApiVersion;
use crate::services::Services;

pub const API_VERSION: HeaderName = HeaderName::from_static("api-version");
pub const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
pub const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// What every answer says, a problem as well.
#[derive(Clone, Copy, Default)]
struct Said {
    version: ApiVersion,
    taken: Option<Taken>,
}

/// Lets a request through to its handler, or says why not.
pub async fn let_in(request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let mut said = Said::default();
    let mut response = match enter(&mut parts, &mut said).await {
        Ok(()) => next.run(Request::from_parts(parts, body)).await,
        Err(problem) => problem.into_response(),
    };
    said.write(response.headers_mut());
    response
}

async fn enter(parts: &mut Parts, said: &mut Said) -> Result<(), Problem> {
    let services = partner::services(parts)?;
    let row = authenticate(parts, &services).await?;
    said.version = ApiVersion::parse(&row.api_version).ok_or(Code::Internal)?;
    said.taken = rate::take(&services, row.id).await;
    if said.taken.is_some_and(|taken| taken.is_too_much) {
        return Err(Problem::from(Code::RateLimited).retry_after(rate::WINDOW_SECS));
    }
    said.version = wanted_version(&parts.headers)?.unwrap_or(said.version);
    services.key_uses.note(&services, &row);
    let partner = Partner {
        id: row.partner_id,
        mode: row.mode,
        key_id: row.id,
        scopes: row.scopes.split(',').filter_map(Scope::parse).collect(),
        api_version: said.version,
    };
    tracing::debug!(key = %partner.key_id.0, version = partner.api_version.as_str(), "a partner's key asks");
    // None: a method that the address has not, which the router says by itself.
    let route = parts.extensions.get::<MatchedPath>().map(MatchedPath::as_str);
    if let Some(operation) = route.and_then(|route| groups::find(parts.method.as_str(), route)) {
        partner.demand(operation.scope)?;
        parts.extensions.insert(partner);
    }
    Ok(())
}

/// Looks the key up. Wrong ones are counted for the network that they come from; one that sent too many is refused
/// unread for a while, but for keys that were right here before: a stranger in the same office stops no shop.
async fn authenticate(parts: &mut Parts, services: &Services) -> Result<partner_keys::Model, Problem> {
    // Who sends no key guesses none, and costs no look.
    let hash = partner::bearer(&parts.headers).map(keys::hash);
    let hash = hash.ok_or(Code::Unauthenticated)?;
    let Ok(Peer(peer)) = Peer::from_request_parts(parts, &()).await;
    let stranger = peer.filter(|_| !services.key_uses.knows(&hash));
    let refused = stranger.and_then(|peer| services.key_uses.refused_for(peer, services.clock.now()));
    if let Some(wait_secs) = refused {
        return Err(Problem::from(Code::RateLimited).retry_after(wait_secs));
    }
    let opened = partner::opened(services, &hash).await;
    if let (Err(problem), Some(peer)) = (&opened, peer)
        && problem.is(Code::Unauthenticated)
    {
        rate::wrong_key(services, peer).await;
    }
    opened
}

/// The version that the request names, where it names one.
fn wanted_version(headers: &HeaderMap) -> Result<Option<ApiVersion>, Problem> {
    let Some(value) = headers.get(API_VERSION) else {
        return Ok(None);
    };
    let known = value.to_str().ok().and_then(|text| ApiVersion::parse(text.trim()));
    known.map(Some).ok_or_else(Problem::unknown_version)
}

impl Said {
    fn write(self, headers: &mut HeaderMap) {
        headers.insert(API_VERSION, HeaderValue::from_static(self.version.as_str()));
        let Some(taken) = self.taken else {
            return;
        };
        let window = rate::WINDOW_SECS;
        let policy = format!("\"default\";q={};w={window}", taken.quota);
        let limit = format!("\"default\";r={};t={window}", taken.left);
        for (name, text) in [(RATE_LIMIT_POLICY, policy), (RATE_LIMIT, limit)] {
            if let Ok(value) = HeaderValue::from_str(&text) {
                headers.insert(name, value);
            }
        }
    }
}
