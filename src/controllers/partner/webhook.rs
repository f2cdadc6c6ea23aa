//! `/partner/webhooks/{id}`: one endpoint, and what was told there.

use axum::extract::{Path, Query, RawQuery};
use axum::response::{Redirect, Response};
use loco_rs::controller::Routes;
use serde::Deserialize;

use super::webhook_form::new_once;
use super::webhooks::{PATH, failed, owner};
use super::{PartnerVisit, rows, webhook_rows};
use crate::controllers::api::cursor;
use crate::controllers::fields::Fields;
use crate::controllers::pages::PageError;
use crate::controllers::routing::get;
use crate::ids::{EndpointId, Prefix};
use crate::models::kinds::{DeliveryStatus, PartnerEventType};
use crate::notifications::webhooks::endpoints;
use crate::notifications::webhooks::log::{self, DeliveryFilter};
use crate::partners::audit;
use crate::transfers::find;
use crate::views::form::FieldProblem;
use crate::views::paging::Paging;
use crate::views::partner::webhook::{DeliveryLog, EndpointDetail, RangeForm};

const PAGE_ROWS: u64 = 25;
const HISTORY_SHOWN: u64 = 10;

pub fn routes() -> Routes {
    Routes::new().add("/partner/webhooks/{id}", get(show))
}

/// What of the log is asked for.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    status: String,
    r#type: String,
    cursor: String,
}

async fn show(visit: PartnerVisit, Path(id): Path<String>, Query(asked): Query<Asked>) -> Result<Response, PageError> {
    let page = present(&visit, parse_id(&id)?, asked, RangeForm::default()).await?;
    visit.show(&page)
}

/// The page of an endpoint as it is.
pub(super) async fn present(
    visit: &PartnerVisit,
    id: EndpointId,
    asked: Asked,
    range: RangeForm,
) -> Result<EndpointDetail, PageError> {
    let found = endpoints::find(visit.db(), owner(visit), id).await;
    let endpoint = found.map_err(failed)?;
    let log = log_of(visit, id, asked).await?;
    let history = audit::of_subject(visit.db(), visit.partner.id, id.0, HISTORY_SHOWN).await?;
    let now = visit.services.clock.now();
    Ok(EndpointDetail {
        endpoint: webhook_rows::endpoint_row(endpoint, now),
        once: new_once(),
        log,
        range,
        history: history.into_iter().map(rows::deed_row).collect(),
        as_of: now,
    })
}

async fn log_of(visit: &PartnerVisit, id: EndpointId, asked: Asked) -> Result<DeliveryLog, PageError> {
    let mut fields = Fields::default();
    let unknown = FieldProblem::ChoiceUnknown;
    let status = fields.value("status", &asked.status, DeliveryStatus::parse, unknown);
    let event_type = fields.value("type", &asked.r#type, PartnerEventType::parse, unknown);
    let unknown = FieldProblem::CursorUnknown;
    let after = fields.value("cursor", &asked.cursor, cursor::parse, unknown);
    let filter = DeliveryFilter {
        status,
        event_type,
        after,
    };
    let mut found = if fields.errors.is_empty() {
        log::deliveries(visit.db(), owner(visit), id, filter, PAGE_ROWS)
            .await
            .map_err(failed)?
    } else {
        Vec::new()
    };
    let next = find::cut(&mut found, PAGE_ROWS, log::place_of).map(cursor::show);
    let kept = [("status", asked.status.trim()), ("type", asked.r#type.trim())];
    let paging = Paging::new(&path_of(id), &kept, after.map(cursor::show).as_deref(), next.as_deref());
    let as_asked = (asked.status.trim().to_owned(), asked.r#type.trim().to_owned());
    let rows = found.iter().map(webhook_rows::delivery_row).collect();
    Ok(DeliveryLog::new(as_asked, fields.errors, rows, paging))
}

/// The id in a path; a text that is none names nothing.
pub(super) fn parse_id(text: &str) -> Result<EndpointId, PageError> {
    Prefix::Endpoint
        .parse(text)
        .map(EndpointId)
        .ok_or(PageError::not_found())
}

/// The address of an endpoint's page.
pub(super) fn path_of(id: EndpointId) -> String {
    format!("{PATH}/{}", Prefix::Endpoint.show(id.0))
}

/// The answer to a form stands at its own address: who goes there again sees the endpoint.
pub(super) async fn back(
    _: PartnerVisit,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Redirect, PageError> {
    let path = path_of(parse_id(&id)?);
    Ok(Redirect::to(
        &query.map_or(path.clone(), |query| format!("{path}?{query}")),
    ))
}
