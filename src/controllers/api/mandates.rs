//! `/api/v1/mandates`: the consents that a partner may charge.

use std::collections::HashMap;

use axum::Json;
use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use loco_rs::controller::Routes;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::context::Api;
use super::headers::etag;
use super::problem::{Code, Problem};
use super::query::Parameters;
use crate::ids::{AccountId, MandateId, Prefix};
use crate::models::mandates::Column;
use crate::models::{bank_accounts, mandates};
use crate::transfers::find::{self, Place};
use crate::views::api::MandateBody;

pub fn routes() -> Routes {
    Routes::new()
        .add("/mandates", get(list))
        .add("/mandates/{id}", get(show))
}

/// Newest first: the ids are sorted by time, index `(partner_id, id)`.
async fn list(api: Api, mut query: Parameters) -> Result<Response, Problem> {
    let (after, limit) = (query.cursor(), query.limit());
    let pages = query.finish()?;
    let mut select = mandates::Entity::find().filter(Column::PartnerId.eq(api.partner.id));
    if let Some(place) = after {
        select = select.filter(Column::Id.lt(place.id));
    }
    let mut mandates = select.order_by_desc(Column::Id).limit(limit + 1).all(api.db()).await?;
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
    let data = mandates
        .iter()
        .map(|mandate| MandateBody::new(mandate, mandate.account_id.and_then(|id| accounts.get(&id))))
        .collect::<Vec<_>>();
    Ok(pages.answer(data, next))
}

async fn show(api: Api, Path(id): Path<String>) -> Result<Response, Problem> {
    let id = Prefix::Mandate.parse(&id).map(MandateId).ok_or(Code::NotFound)?;
    let mandate = mandates::Entity::find_by_id(id)
        .filter(Column::PartnerId.eq(api.partner.id))
        .one(api.db())
        .await?
        .ok_or(Code::NotFound)?;
    let account = mandate.account(api.db()).await?;
    Ok((
        [(header::ETAG, etag(mandate.version))],
        Json(MandateBody::new(&mandate, account.as_ref())),
    )
        .into_response())
}
