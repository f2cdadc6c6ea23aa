//! `/api/v1/payments`: ask for a payment, find it again, read its history, cancel it while it waits.

use std::collections::HashMap;

use axum::Json;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use loco_rs::controller::Routes;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;

use super::body::Fields;
use super::context::Api;
use super::headers::{etag, idempotency_key, if_match};
use super::problem::{Code, Problem};
use super::query::Parameters;
use crate::controllers::routing::{get, post};
use crate::ids::{AccountId, MandateId, Prefix, TransferId};
use crate::models::kinds::TransferState;
use crate::models::{bank_accounts, transfers};
use crate::transfers::accept::{self, NewPayment};
use crate::transfers::idempotency::{Accepted, IdempotencyKey};
use crate::transfers::{TransferError, cancel, find, timeline};
use crate::views::api::{PaymentBody, TimelineEntry};
use crate::views::i18n::Language;

/// Whole seconds until a transfer that is accepted now goes to the bank, as it seems.
const EXPECTED_DELAY: HeaderName = HeaderName::from_static("naru-expected-delay");
pub(super) const ORDER_ID: usize = 100;
pub(super) const DESCRIPTION: usize = 200;

pub fn routes() -> Routes {
    Routes::new()
        .add("/payments", post(create))
        .add("/payments", get(list))
        .add("/payments/by-idempotency-key/{key}", get(show_by_key))
        .add("/payments/{id}", get(show))
        .add("/payments/{id}/timeline", get(show_timeline))
        .add("/payments/{id}/cancellation", post(create_cancellation))
}

async fn create(api: Api, headers: HeaderMap, mut fields: Fields) -> Result<Response, Problem> {
    let key = idempotency_key(&headers)?;
    let most = api.services.settings.limits.max_payment_won;
    let mandate = fields.id("mandate_id", Prefix::Mandate);
    let order = fields.text("order_id", ORDER_ID);
    let amount = fields.won("amount", most);
    let description = fields.text("description", DESCRIPTION);
    let metadata = fields.metadata("metadata");
    let expires_at = fields.optional_time("expires_at");
    let required = mandate.zip(order).zip(amount).zip(description);
    let (((mandate, order_id), amount), description) = fields.finish(required)?;

    let meaning = json!({
        "mandate_id": mandate, "order_id": order_id, "amount": amount, "description": description,
        "metadata": metadata, "expires_at": expires_at,
    });
    let payment = NewPayment {
        partner_id: api.partner.id,
        mode: api.partner.mode,
        mandate_id: MandateId(mandate),
        order_id,
        amount,
        description,
        metadata,
        expires_at,
        request_id: api.request_id.clone(),
    };
    let key = IdempotencyKey::new(key, &meaning);
    let accepted = accept::accept_payment(&api.services, payment, key, render).await?;
    let location = format!("/api/v1/payments/{}", Prefix::Payment.show(accepted.transfer_id.0));
    Ok(accepted_response(&api, accepted, &location).await)
}

/// The body of an accepted payment. It has no words of a language in it: nothing failed yet.
fn render(payment: &transfers::Model, account: &bank_accounts::Model) -> Result<String, serde_json::Error> {
    serde_json::to_string(&PaymentBody::new(payment, account, Language::default())?)
}

/// 202 with the stored body, byte for byte the same for every replay. A new transfer is at its first version.
pub(super) async fn accepted_response(api: &Api, accepted: Accepted, location: &str) -> Response {
    let headers = [(header::CONTENT_TYPE, "application/json"), (header::LOCATION, location)];
    let mut response = (StatusCode::ACCEPTED, headers, accepted.body).into_response();
    response.headers_mut().insert(header::ETAG, etag(1));
    if accepted.replayed {
        response
            .headers_mut()
            .insert("idempotent-replayed", axum::http::HeaderValue::from_static("true"));
    } else {
        tell_delay(api, &mut response).await;
    }
    response
}

/// How long what waits now waits for the bank: not in the body, which is kept with its key and never changes.
async fn tell_delay(api: &Api, response: &mut Response) {
    match api.services.backlog.expected(&api.services, api.partner.id).await {
        Ok(expected) => {
            response.headers_mut().insert(EXPECTED_DELAY, expected.secs().into());
        }
        Err(error) => tracing::debug!(%error, "what waits for the bank cannot be counted"),
    }
}

async fn show(api: Api, Path(id): Path<String>) -> Result<Response, Problem> {
    let payment = find::payment_of_partner(api.db(), api.owner(), payment_id(&id)?).await?;
    show_payment(&api, &payment).await
}

async fn show_by_key(api: Api, Path(key): Path<String>) -> Result<Response, Problem> {
    let id = accept::by_key(&api.services, api.partner.id, &key).await?;
    let payment = find::payment_of_partner(api.db(), api.owner(), id).await?;
    show_payment(&api, &payment).await
}

async fn create_cancellation(api: Api, Path(id): Path<String>, headers: HeaderMap) -> Result<Response, Problem> {
    let payment = cancel::cancel_payment(&api.services, api.owner(), payment_id(&id)?, if_match(&headers)?).await?;
    show_payment(&api, &payment).await
}

async fn show_timeline(api: Api, Path(id): Path<String>, query: Parameters) -> Result<Response, Problem> {
    query.finish()?;
    let payment = find::payment_of_partner(api.db(), api.owner(), payment_id(&id)?).await?;
    let events = timeline::events(api.db(), payment.id).await?;
    let data: Result<Vec<_>, _> = events.iter().map(TimelineEntry::new).collect();
    Ok(Json(json!({ "data": data.map_err(TransferError::from)? })).into_response())
}

async fn list(api: Api, mut query: Parameters) -> Result<Response, Problem> {
    let filter = find::PartnerFilter {
        order_id: query.text("order_id"),
        state: query.state("status"),
        mandate_reference: query.text("member"),
        amount_min: query.won("amount_min"),
        amount_max: query.won("amount_max"),
        created_from: query.time("created_from"),
        created_to: query.time("created_to"),
        after: query.cursor(),
    };
    let limit = query.limit();
    let pages = query.finish()?;
    let mut payments = find::payments_of_partner(api.db(), api.owner(), filter, limit).await?;
    let next = find::cut(&mut payments, limit, find::Place::of);
    let accounts = accounts_of(&api, &payments).await?;
    let data: Result<Vec<_>, _> = payments
        .iter()
        .filter_map(|payment| Some((payment, accounts.get(&payment.account_id)?)))
        .map(|(payment, account)| PaymentBody::new(payment, account, api.language))
        .collect();
    Ok(pages.answer(data.map_err(TransferError::from)?, next))
}

/// The accounts of a page in one query.
async fn accounts_of(
    api: &Api,
    payments: &[transfers::Model],
) -> Result<HashMap<AccountId, bank_accounts::Model>, Problem> {
    let ids: std::collections::HashSet<AccountId> = payments.iter().map(|payment| payment.account_id).collect();
    let accounts = bank_accounts::Entity::find()
        .filter(bank_accounts::Column::Id.is_in(ids))
        .all(api.db())
        .await?;
    Ok(accounts.into_iter().map(|account| (account.id, account)).collect())
}

async fn show_payment(api: &Api, payment: &transfers::Model) -> Result<Response, Problem> {
    let account = bank_accounts::Entity::find_by_id(payment.account_id)
        .one(api.db())
        .await?
        .ok_or(Code::Internal)?;
    let body = PaymentBody::new(payment, &account, api.language).map_err(TransferError::from)?;
    let mut response = ([(header::ETAG, etag(payment.version))], Json(body)).into_response();
    if payment.state == TransferState::Queued {
        tell_delay(api, &mut response).await;
    }
    Ok(response)
}

/// The id in a path; a text that is none names nothing.
pub(super) fn payment_id(text: &str) -> Result<TransferId, Problem> {
    Prefix::Payment
        .parse(text)
        .map(TransferId)
        .ok_or_else(|| Code::NotFound.into())
}
