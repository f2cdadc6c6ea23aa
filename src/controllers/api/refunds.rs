//! `/api/v1/refunds` and `/api/v1/payments/{id}/refunds`: give money of a payment back.

use axum::Json;
use axum::extract::Path;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use loco_rs::controller::Routes;
use serde_json::json;

use super::body::Fields;
use super::context::Api;
use super::headers::{etag, idempotency_key, if_match};
use super::payments::{accepted_response, payment_id};
use super::problem::{Code, Problem};
use super::query::Parameters;
use crate::controllers::routing::{get, post};
use crate::ids::{Prefix, TransferId};
use crate::models::{bank_accounts, transfers};
use crate::transfers::find;
use crate::transfers::idempotency::IdempotencyKey;
use crate::transfers::refund::{self, NewRefund};
use crate::views::api::RefundBody;
use crate::views::i18n::Language;

const REASON: usize = 200;

pub fn routes() -> Routes {
    Routes::new()
        .add("/payments/{id}/refunds", post(create))
        .add("/payments/{id}/refunds", get(list_of_payment))
        .add("/refunds/{id}", get(show))
}

async fn create(
    api: Api,
    Path(payment): Path<String>,
    headers: HeaderMap,
    mut fields: Fields,
) -> Result<Response, Problem> {
    let payment = payment_id(&payment)?;
    let key = idempotency_key(&headers)?;
    let if_match = if_match(&headers)?;
    let amount = fields.optional_won("amount", api.services.settings.limits.max_payment_won);
    let reason = fields.text("reason", REASON);
    let reason = fields.finish(reason)?;

    let meaning = json!({ "payment_id": payment, "amount": amount, "reason": reason });
    let new = NewRefund {
        partner_id: api.partner.id,
        mode: api.partner.mode,
        payment_id: payment,
        amount,
        reason,
        if_match,
        request_id: api.request_id.clone(),
    };
    let key = IdempotencyKey::new(key, &meaning);
    let accepted = refund::accept_refund(&api.services, new, key, render).await?;
    let location = format!("/api/v1/refunds/{}", Prefix::Refund.show(accepted.transfer_id.0));
    Ok(accepted_response(&api, accepted, &location).await)
}

fn render(refund: &transfers::Model, _account: &bank_accounts::Model) -> Result<String, serde_json::Error> {
    serde_json::to_string(&RefundBody::new(refund, Language::default()))
}

async fn show(api: Api, Path(id): Path<String>) -> Result<Response, Problem> {
    let id = Prefix::Refund.parse(&id).map(TransferId).ok_or(Code::NotFound)?;
    let refund = find::refund_of_partner(api.db(), api.owner(), id).await?;
    Ok((
        [(header::ETAG, etag(refund.version))],
        Json(RefundBody::new(&refund, api.language)),
    )
        .into_response())
}

async fn list_of_payment(api: Api, Path(payment): Path<String>, mut query: Parameters) -> Result<Response, Problem> {
    let (after, limit) = (query.cursor(), query.limit());
    let pages = query.finish()?;
    let payment = find::payment_of_partner(api.db(), api.owner(), payment_id(&payment)?).await?;
    let mut refunds = find::refunds_of_payment(api.db(), payment.id, after, limit).await?;
    let next = find::cut(&mut refunds, limit, find::Place::of);
    let data: Vec<_> = refunds
        .iter()
        .map(|refund| RefundBody::new(refund, api.language))
        .collect();
    Ok(pages.answer(data, next))
}
