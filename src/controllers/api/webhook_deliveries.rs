//! `/api/v1/webhook-endpoints/{id}/deliveries` and `/redeliveries`: what an endpoint was told, how it went, and telling it again.

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
use super::webhook_endpoints::{accepted, endpoint_id, owner};
use crate::controllers::routing::{get, post};
use crate::ids::{DeliveryId, Prefix};
use crate::models::kinds::{DeliveryStatus, PartnerEventType};
use crate::notifications::webhooks::WebhookError;
use crate::notifications::webhooks::log::{self, DeliveryFilter};
use crate::notifications::webhooks::redeliver::{self, Only, Range};
use crate::transfers::find;
use crate::transfers::idempotency::IdempotencyKey;
use crate::views::api::{DeliveryBody, DeliveryDetailBody};

pub fn routes() -> Routes {
    Routes::new()
        .add("/webhook-endpoints/{id}/deliveries", get(list))
        .add("/webhook-endpoints/{id}/deliveries/{delivery_id}", get(show))
        .add("/webhook-endpoints/{id}/redeliveries", post(create_redelivery))
}

async fn list(api: Api, Path(id): Path<String>, mut query: Parameters) -> Result<Response, Problem> {
    let filter = DeliveryFilter {
        status: query.read("status", DeliveryStatus::parse, FieldReason::NotAChoice),
        event_type: query.read("event_type", PartnerEventType::parse, FieldReason::NotAChoice),
        after: query.cursor(),
    };
    let limit = query.limit();
    let pages = query.finish()?;
    let mut deliveries = log::deliveries(api.db(), owner(&api), endpoint_id(&id)?, filter, limit).await?;
    let next = find::cut(&mut deliveries, limit, log::place_of);
    Ok(pages.answer(deliveries.iter().map(DeliveryBody::new).collect(), next))
}

async fn show(api: Api, Path((id, delivery)): Path<(String, String)>) -> Result<Response, Problem> {
    let delivery = Prefix::Delivery
        .parse(&delivery)
        .map(DeliveryId)
        .ok_or(Code::NotFound)?;
    let told = log::delivery(api.db(), owner(&api), endpoint_id(&id)?, delivery).await?;
    let body = DeliveryDetailBody::new(&told).map_err(WebhookError::from)?;
    Ok(Json(body).into_response())
}

async fn create_redelivery(
    api: Api,
    Path(id): Path<String>,
    headers: HeaderMap,
    mut fields: Fields,
) -> Result<Response, Problem> {
    let (id, key) = (endpoint_id(&id)?, idempotency_key(&headers)?);
    let from = fields.time("from");
    let to = fields.optional_time("to");
    let only = fields.word("only", Only::parse);
    let is_confirmed = fields.flag("confirm");
    let (from, only) = fields.finish(from.zip(only))?;

    let meaning = json!({
        "endpoint_id": id, "from": from, "to": to, "only": only.as_str(), "confirm": is_confirmed,
    });
    let range = Range {
        from,
        to,
        only,
        is_confirmed,
    };
    let key = IdempotencyKey::new(key, &meaning);
    let answered = redeliver::range(&api.services, owner(&api), id, range, key).await?;
    Ok(accepted(answered))
}
