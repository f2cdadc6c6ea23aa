//! `/api/v1/webhook-endpoints`: where a partner is told, and the secrets it knows us by.

use axum::Json;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use loco_rs::controller::Routes;
use secrecy::ExposeSecret;
use serde_json::{Map, Value, json};

use super::body::Fields;
use super::context::Api;
use super::headers::{etag, idempotency_key, if_match};
use super::problem::{Code, Problem};
use super::query::Parameters;
use crate::controllers::routing::{delete, get, patch, post};
use crate::ids::{EndpointId, Prefix};
use crate::models::kinds::PartnerEventType;
use crate::models::webhook_endpoints;
use crate::notifications::webhooks::endpoint_change::{self, EndpointChange, Standing};
use crate::notifications::webhooks::endpoints::{self, DESCRIPTION_LENGTH, NewEndpoint, Revealed};
use crate::notifications::webhooks::target::URL_LENGTH;
use crate::notifications::webhooks::{Owner, WebhookError, secrets, trial};
use crate::transfers::find::{self, Place};
use crate::transfers::idempotency::IdempotencyKey;
use crate::transfers::once::Answered;
use crate::views::api::EndpointBody;

pub fn routes() -> Routes {
    Routes::new()
        .add("/webhook-endpoints", post(create))
        .add("/webhook-endpoints", get(list))
        .add("/webhook-endpoints/{id}", get(show))
        .add("/webhook-endpoints/{id}", patch(change))
        .add("/webhook-endpoints/{id}", delete(end))
        .add("/webhook-endpoints/{id}/secret-rotation", post(rotate))
        .add("/webhook-endpoints/{id}/previous-secret", delete(end_previous))
        .add("/webhook-endpoints/{id}/test", post(send_test))
}

pub(super) const fn owner(api: &Api) -> Owner {
    Owner {
        partner_id: api.partner.id,
        mode: api.partner.mode,
    }
}

/// The id in a path; a text that is none names nothing.
pub(super) fn endpoint_id(text: &str) -> Result<EndpointId, Problem> {
    Prefix::Endpoint
        .parse(text)
        .map(EndpointId)
        .ok_or_else(|| Code::NotFound.into())
}

/// A type that an endpoint may want; a test is told whoever asks for it.
pub(super) fn event_type(word: &str) -> Option<PartnerEventType> {
    PartnerEventType::parse(word).filter(|one| *one != PartnerEventType::EndpointTest)
}

async fn create(api: Api, headers: HeaderMap, mut fields: Fields) -> Result<Response, Problem> {
    let key = idempotency_key(&headers)?;
    let url = fields.text("url", URL_LENGTH);
    let description = fields
        .text_or_empty("description", DESCRIPTION_LENGTH)
        .unwrap_or_default();
    let event_types = fields.optional_words("event_types", event_type).unwrap_or_default();
    let url = fields.finish(url)?;

    let meaning = json!({ "url": url, "description": description, "event_types": event_types });
    let new = NewEndpoint {
        url,
        description,
        event_types,
    };
    let key = IdempotencyKey::new(key, &meaning);
    let made = endpoints::create(&api.services, owner(&api), new, key).await?;
    let location = format!(
        "/api/v1/webhook-endpoints/{}",
        Prefix::Endpoint.show(made.endpoint_id.0)
    );
    let mut response = revealed(StatusCode::CREATED, &made)?;
    if let Ok(location) = HeaderValue::from_str(&location) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    Ok(response)
}

/// The stored answer with the secret put in, which is stored in none.
fn revealed(status: StatusCode, made: &Revealed) -> Result<Response, Problem> {
    let mut body: Map<String, Value> = serde_json::from_str(&made.body).map_err(WebhookError::from)?;
    let secret = made.secret.as_ref().map(ExposeSecret::expose_secret);
    body.insert("secret".to_owned(), json!(secret));
    let version = body.get("version").and_then(Value::as_i64).unwrap_or(1);
    let headers = [
        (header::ETAG, etag(version)),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    let response = (status, headers, Json(body)).into_response();
    Ok(marked(response, made.replayed))
}

fn marked(mut response: Response, replayed: bool) -> Response {
    if replayed {
        let headers = response.headers_mut();
        headers.insert("idempotent-replayed", HeaderValue::from_static("true"));
    }
    response
}

/// 202 with the stored body.
pub(super) fn accepted(answered: Answered) -> Response {
    let headers = [(header::CONTENT_TYPE, "application/json")];
    let response = (StatusCode::ACCEPTED, headers, answered.body).into_response();
    marked(response, answered.replayed)
}

async fn list(api: Api, mut query: Parameters) -> Result<Response, Problem> {
    let (after, limit) = (query.cursor(), query.limit());
    let pages = query.finish()?;
    let mut endpoints = endpoints::list(api.db(), owner(&api), after, limit).await?;
    let place = |endpoint: &webhook_endpoints::Model| Place {
        created_at: endpoint.created_at,
        id: endpoint.id.0,
    };
    let next = find::cut(&mut endpoints, limit, place);
    Ok(pages.answer(endpoints.iter().map(EndpointBody::new).collect(), next))
}

fn shown(endpoint: &webhook_endpoints::Model) -> Response {
    let headers = [(header::ETAG, etag(endpoint.version))];
    (headers, Json(EndpointBody::new(endpoint))).into_response()
}

async fn show(api: Api, Path(id): Path<String>) -> Result<Response, Problem> {
    let endpoint = endpoints::find(api.db(), owner(&api), endpoint_id(&id)?).await?;
    Ok(shown(&endpoint))
}

async fn change(api: Api, Path(id): Path<String>, headers: HeaderMap, mut fields: Fields) -> Result<Response, Problem> {
    let (id, if_match) = (endpoint_id(&id)?, if_match(&headers)?);
    let standing = |word: &str| match word {
        "active" => Some(Standing::Active),
        "paused" => Some(Standing::Paused),
        _ => None,
    };
    let change = EndpointChange {
        url: fields.text_or_empty("url", URL_LENGTH),
        description: fields.text_or_empty("description", DESCRIPTION_LENGTH),
        event_types: fields.optional_words("event_types", event_type),
        standing: fields.optional_word("status", standing),
    };
    let change = fields.finish(Some(change))?;
    let endpoint = endpoint_change::update(&api.services, owner(&api), id, change, if_match).await?;
    Ok(shown(&endpoint))
}

async fn end(api: Api, Path(id): Path<String>, headers: HeaderMap) -> Result<Response, Problem> {
    let (id, if_match) = (endpoint_id(&id)?, if_match(&headers)?);
    let endpoint = endpoint_change::delete(&api.services, owner(&api), id, if_match).await?;
    Ok(shown(&endpoint))
}

/// The body may be empty: there is nothing to say.
async fn rotate(api: Api, Path(id): Path<String>, headers: HeaderMap) -> Result<Response, Problem> {
    let (id, key) = (endpoint_id(&id)?, idempotency_key(&headers)?);
    let key = IdempotencyKey::new(key, &json!({ "endpoint_id": id }));
    let if_match = if_match(&headers)?;
    let made = secrets::rotate(&api.services, owner(&api), id, key, if_match).await?;
    revealed(StatusCode::OK, &made)
}

async fn end_previous(api: Api, Path(id): Path<String>, headers: HeaderMap) -> Result<Response, Problem> {
    let (id, if_match) = (endpoint_id(&id)?, if_match(&headers)?);
    let endpoint = secrets::end_previous(&api.services, owner(&api), id, if_match).await?;
    Ok(shown(&endpoint))
}

async fn send_test(api: Api, Path(id): Path<String>, headers: HeaderMap) -> Result<Response, Problem> {
    let (id, key) = (endpoint_id(&id)?, idempotency_key(&headers)?);
    let key = IdempotencyKey::new(key, &json!({ "endpoint_id": id }));
    let answered = trial::send_test(&api.services, owner(&api), id, key).await?;
    Ok(accepted(answered))
}
