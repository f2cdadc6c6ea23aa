//! `/api/v1/mandates`: the consents that a partner may charge, or has asked for.

use std::collections::HashMap;

use axum::Json;
use axum::extract::Path;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use loco_rs::controller::Routes;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;

use super::body::Fields;
use super::context::Api;
use super::headers::{etag, idempotency_key, if_match};
use super::made::created;
use super::problem::{Code, Problem};
use super::query::Parameters;
use crate::controllers::extractors::address::OurAddress;
use crate::controllers::routing::{delete, get, post};
use crate::ids::{AccountId, MandateId, Prefix};
use crate::models::mandates::PartnerFilter;
use crate::models::{bank_accounts, mandates};
use crate::partners::mandate_request::{self, NewMandate};
use crate::partners::{return_urls, revocation};
use crate::transfers::find::{self, Place};
use crate::transfers::idempotency::IdempotencyKey;
use crate::views::api::MandateBody;

const PATH: &str = "/api/v1/mandates";
const REFERENCE: usize = 100;

pub fn routes() -> Routes {
    Routes::new()
        .add("/mandates", post(create))
        .add("/mandates", get(list))
        .add("/mandates/{id}", get(show).merge(delete(revoke)))
}

async fn create(
    api: Api,
    OurAddress(base): OurAddress,
    headers: HeaderMap,
    mut fields: Fields,
) -> Result<Response, Problem> {
    let key = idempotency_key(&headers)?;
    let most = api.services.settings.limits.max_payment_won;
    let return_url = fields.text("return_url", return_urls::LENGTH);
    let per_payment = fields.won("per_payment_limit", most);
    let daily = fields.won(
        "daily_limit",
        most.saturating_mul(mandate_request::LARGEST_PAYMENTS_A_DAY),
    );
    let reference = fields.optional_text("reference", REFERENCE);
    let ((return_url, per_payment_limit), daily_limit) = fields.finish(return_url.zip(per_payment).zip(daily))?;

    let meaning = json!({
        "return_url": return_url, "per_payment_limit": per_payment_limit, "daily_limit": daily_limit,
        "reference": reference,
    });
    let asked = NewMandate {
        partner_id: api.partner.id,
        mode: api.partner.mode,
        return_url,
        per_payment_limit,
        daily_limit,
        reference,
    };
    let key = IdempotencyKey::new(key, &meaning);
    let render: mandate_request::Render =
        Box::new(move |mandate| serde_json::to_string(&MandateBody::new(mandate, None).with_link(&base)));
    let answered = mandate_request::ask(&api.services, asked, key, render).await?;
    Ok(created(answered, PATH))
}

async fn list(api: Api, OurAddress(base): OurAddress, mut query: Parameters) -> Result<Response, Problem> {
    let (after, limit) = (query.cursor(), query.limit());
    let filter = PartnerFilter {
        status: query.mandate_status("status"),
        reference: query.text("reference"),
        before: after.map(|place| MandateId(place.id)),
    };
    let pages = query.finish()?;
    let owner = (api.partner.id, api.partner.mode);
    let mut mandates = mandates::Model::page_of_partner(api.db(), owner, filter, limit + 1).await?;
    let place = |mandate: &mandates::Model| Place {
        created_at: mandate.created_at,
        id: mandate.id.0,
    };
    let next = find::cut(&mut mandates, limit, place);

    let ids = mandates.iter().filter_map(|mandate| mandate.account_id);
    let accounts = bank_accounts::Entity::find()
        .filter(bank_accounts::Column::Id.is_in(ids))
        .all(api.db())
        .await?;
    let accounts: HashMap<AccountId, _> = accounts.into_iter().map(|account| (account.id, account)).collect();
    let account = |mandate: &mandates::Model| mandate.account_id.and_then(|id| accounts.get(&id));
    let data = mandates
        .iter()
        .map(|mandate| MandateBody::new(mandate, account(mandate)).with_link(&base))
        .collect::<Vec<_>>();
    Ok(pages.answer(data, next))
}

async fn show(api: Api, OurAddress(base): OurAddress, Path(id): Path<String>) -> Result<Response, Problem> {
    let owner = (api.partner.id, api.partner.mode);
    let found = mandates::Model::find_of_partner(api.db(), owner, parse_id(&id)?).await?;
    answer(&api, &base, &found.ok_or(Code::NotFound)?).await
}

/// Ended mandates answer the same again; payments that were accepted under it go on.
async fn revoke(
    api: Api,
    OurAddress(base): OurAddress,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (id, expected) = (parse_id(&id)?, if_match(&headers)?);
    let owner = (api.partner.id, api.partner.mode);
    let mandate = revocation::revoke_by_partner(&api.services, owner, id, expected).await?;
    answer(&api, &base, &mandate).await
}

async fn answer(api: &Api, base: &str, mandate: &mandates::Model) -> Result<Response, Problem> {
    let account = mandate.account(api.db()).await?;
    let body = MandateBody::new(mandate, account.as_ref()).with_link(base);
    Ok(([(header::ETAG, etag(mandate.version))], Json(body)).into_response())
}

fn parse_id(id: &str) -> Result<MandateId, Problem> {
    Prefix::Mandate
        .parse(id)
        .map(MandateId)
        .ok_or_else(|| Code::NotFound.into())
}
