//! `/api/v1/events`: everything that happened, in order, and telling of one again.

use axum::Json;
use axum::extract::Path;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use loco_rs::controller::Routes;
use serde_json::json;

use super::body::Fields;
use super::context::Api;
use super::headers::idempotency_key;
use super::problem::{Code, FieldReason, Problem};
use super::query::Parameters;
use super::webhook_endpoints::{accepted, owner};
use crate::controllers::routing::{get, post};
use crate::ids::{EndpointId, EventId, Prefix};
use crate::models::kinds::PartnerEventType;
use crate::notifications::webhooks::{WebhookError, feed, redeliver};
use crate::transfers::idempotency::IdempotencyKey;
use crate::views::api::EventBody;

pub fn routes() -> Routes {
    Routes::new()
        .add("/events", get(list))
        .add("/events/{id}", get(show))
        .add("/events/{id}/redelivery", post(create_redelivery))
}

/// Oldest first. There is always a cursor to go on from, so that a reader can wait at the end.
async fn list(api: Api, mut query: Parameters) -> Result<Response, Problem> {
    let place = query.numbered_cursor("after_cursor").unwrap_or(0);
    let event_type = query.read("type", PartnerEventType::parse, FieldReason::NotAChoice);
    let limit = query.limit();
    let pages = query.finish()?;
    let mut events = feed::after(api.db(), owner(&api), place, event_type, limit).await?;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let has_more = events.len() > limit;
    events.truncate(limit);
    let last = events.last().and_then(|event| event.seq).unwrap_or(place);
    let data: Result<Vec<_>, _> = events.iter().map(EventBody::new).collect();
    Ok(pages.answer_from(data.map_err(WebhookError::from)?, has_more, last))
}

fn event_id(text: &str) -> Result<EventId, Problem> {
    Prefix::Event
        .parse(text)
        .map(EventId)
        .ok_or_else(|| Code::NotFound.into())
}

async fn show(api: Api, Path(id): Path<String>) -> Result<Response, Problem> {
    let event = feed::find(api.db(), owner(&api), event_id(&id)?).await?;
    Ok(Json(EventBody::new(&event).map_err(WebhookError::from)?).into_response())
}

async fn create_redelivery(
    api: Api,
    Path(id): Path<String>,
    headers: HeaderMap,
    mut fields: Fields,
) -> Result<Response, Problem> {
    let (id, key) = (event_id(&id)?, idempotency_key(&headers)?);
    let endpoint = fields.optional_id("endpoint_id", Prefix::Endpoint).map(EndpointId);
    fields.finish(Some(()))?;
    let key = IdempotencyKey::new(key, &json!({ "event_id": id, "endpoint_id": endpoint }));
    let answered = redeliver::event(&api.services, owner(&api), id, endpoint, key).await?;
    Ok(accepted(answered))
}
