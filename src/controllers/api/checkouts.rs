//! `/api/v1/checkouts`: a link for one payment, and how it stands.

use axum::Json;
use axum::extract::Path;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use loco_rs::controller::Routes;
use serde_json::json;

use super::body::Fields;
use super::context::Api;
use super::headers::{etag, idempotency_key};
use super::made::created;
use super::payments::{DESCRIPTION, ORDER_ID};
use super::problem::{Code, Problem};
use crate::controllers::extractors::address::OurAddress;
use crate::controllers::routing::{get, post};
use crate::ids::{CheckoutId, Prefix};
use crate::partners::checkouts::{self, NewCheckout};
use crate::partners::return_urls;
use crate::transfers::TransferError;
use crate::transfers::idempotency::IdempotencyKey;
use crate::views::api::CheckoutBody;

const PATH: &str = "/api/v1/checkouts";

pub fn routes() -> Routes {
    Routes::new()
        .add("/checkouts", post(create))
        .add("/checkouts/{id}", get(show))
}

async fn create(
    api: Api,
    OurAddress(base): OurAddress,
    headers: HeaderMap,
    mut fields: Fields,
) -> Result<Response, Problem> {
    let key = idempotency_key(&headers)?;
    let order = fields.text("order_id", ORDER_ID);
    let amount = fields.won("amount", api.services.settings.limits.max_payment_won);
    let description = fields.text("description", DESCRIPTION);
    let return_url = fields.text("return_url", return_urls::LENGTH);
    let metadata = fields.metadata("metadata");
    let required = order.zip(amount).zip(description).zip(return_url);
    let (((order_id, amount), description), return_url) = fields.finish(required)?;

    let meaning = json!({
        "order_id": order_id, "amount": amount, "description": description, "return_url": return_url,
        "metadata": metadata,
    });
    let asked = NewCheckout {
        partner_id: api.partner.id,
        mode: api.partner.mode,
        order_id,
        amount,
        description,
        return_url,
        metadata,
    };
    let key = IdempotencyKey::new(key, &meaning);
    let render: checkouts::Render =
        Box::new(move |checkout| serde_json::to_string(&CheckoutBody::new(checkout)?.with_link(&base)));
    let answered = checkouts::open(&api.services, asked, key, render).await?;
    Ok(created(answered, PATH))
}

async fn show(api: Api, OurAddress(base): OurAddress, Path(id): Path<String>) -> Result<Response, Problem> {
    let id = Prefix::Checkout.parse(&id).map(CheckoutId).ok_or(Code::NotFound)?;
    let owner = (api.partner.id, api.partner.mode);
    let found = checkouts::find_of_partner(api.db(), owner, id).await?;
    let checkout = found.ok_or(Code::NotFound)?;
    let body = CheckoutBody::new(&checkout).map_err(TransferError::from)?;
    Ok(([(header::ETAG, etag(checkout.version))], Json(body.with_link(&base))).into_response())
}
