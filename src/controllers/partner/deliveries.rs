//! `/partner/webhooks/{id}/deliveries/{delivery_id}`: one delivery with its attempts; telling again, one or a time of them.

use axum::Form;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{Redirect, Response};
use chrono::{DateTime, Utc};
use loco_rs::controller::Routes;
use serde::Deserialize;
use serde_json::json;

use super::webhook::{Asked, back, parse_id, path_of, present};
use super::webhook_form::{new_once, once_key};
use super::webhooks::{asker, failed, owner};
use super::{PartnerVisit, rows, webhook_rows};
use crate::clock::kst;
use crate::controllers::cs::notice_form::read_moment;
use crate::controllers::notice::NoticeWord;
use crate::controllers::pages::PageError;
use crate::controllers::routing::{get, post};
use crate::ids::{DeliveryId, EndpointId, Prefix};
use crate::notifications::webhooks::redeliver::{self, Only, Range};
use crate::notifications::webhooks::{WebhookError, endpoints, log};
use crate::partners::events::Told;
use crate::views::api::EventBody;
use crate::views::form::{FieldErrors, FieldProblem};
use crate::views::partner::delivery::DeliveryDetail;
use crate::views::partner::webhook::RangeForm;

pub fn routes() -> Routes {
    Routes::new()
        .add("/partner/webhooks/{id}/redeliveries", get(back).merge(post(tell_range)))
        .add("/partner/webhooks/{id}/deliveries/{delivery_id}", get(show))
        .add(
            "/partner/webhooks/{id}/deliveries/{delivery_id}/repeat",
            get(back_to_it).merge(post(tell_one)),
        )
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Sent {
    once: String,
    from: String,
    to: String,
    only: String,
    confirmed: String,
}

/// Of the answer to a request for a time of them.
#[derive(Deserialize)]
struct Redelivered {
    to: DateTime<Utc>,
    count: u64,
    has_more: bool,
}

fn parse_ids(endpoint: &str, delivery: &str) -> Result<(EndpointId, DeliveryId), PageError> {
    let delivery = Prefix::Delivery.parse(delivery).map(DeliveryId);
    Ok((parse_id(endpoint)?, delivery.ok_or(PageError::not_found())?))
}

async fn show(visit: PartnerVisit, Path((endpoint, id)): Path<(String, String)>) -> Result<Response, PageError> {
    let (endpoint, id) = parse_ids(&endpoint, &id)?;
    let found = endpoints::find(visit.db(), owner(&visit), endpoint).await;
    let url = found.map_err(failed)?.url;
    let told = log::delivery(visit.db(), owner(&visit), endpoint, id).await;
    let log::Told {
        delivery,
        event,
        attempts,
    } = told.map_err(failed)?;
    let body = EventBody::new(&event).and_then(|body| serde_json::to_string(&body));
    let body = body.map_err(|error| PageError::internal(&error))?;
    visit.show(&DeliveryDetail::new(
        rows::delivery_line(Told { delivery, url }),
        rows::event_row(&event),
        &body,
        attempts.into_iter().rev().map(webhook_rows::attempt_row).collect(),
        new_once(),
    ))
}

async fn back_to_it(_: PartnerVisit, Path((endpoint, id)): Path<(String, String)>) -> Result<Redirect, PageError> {
    let (endpoint, id) = parse_ids(&endpoint, &id)?;
    let path = path_of(endpoint);
    Ok(Redirect::to(&format!(
        "{path}/deliveries/{}",
        Prefix::Delivery.show(id.0)
    )))
}

async fn tell_one(
    visit: PartnerVisit,
    Path((endpoint, id)): Path<(String, String)>,
    Form(sent): Form<Sent>,
) -> Result<Response, PageError> {
    let (endpoint, id) = parse_ids(&endpoint, &id)?;
    let told = log::delivery(visit.db(), owner(&visit), endpoint, id).await;
    let event = told.map_err(failed)?.event;
    let key = once_key(&sent.once, &json!({ "event_id": event.id, "endpoint_id": endpoint }));
    let again = redeliver::event(&visit.services, asker(&visit), event.id, Some(endpoint), key).await;
    again.map_err(failed)?;
    Ok(visit.go_and_tell(&path_of(endpoint), NoticeWord::Redelivering))
}

async fn tell_range(
    visit: PartnerVisit,
    Path(id): Path<String>,
    Form(sent): Form<Sent>,
) -> Result<Response, PageError> {
    let id = parse_id(&id)?;
    let (range, form) = read(&sent);
    let Some(range) = range else {
        return visit.refuse(&present(&visit, id, Asked::default(), form).await?);
    };
    let meaning = json!({ "from": sent.from, "to": sent.to, "only": sent.only, "confirmed": sent.confirmed });
    let key = once_key(&sent.once, &meaning);
    match redeliver::range(&visit.services, asker(&visit), id, range, key).await {
        Ok(answered) => told_again(&visit, id, form, &answered.body).await,
        Err(WebhookError::AlreadyDelivered { count }) => {
            let form = RangeForm {
                delivered: Some(count),
                ..form
            };
            let page = present(&visit, id, Asked::default(), form).await?;
            visit.refuse_as(StatusCode::CONFLICT, &page, None)
        }
        Err(WebhookError::Key(_)) => {
            let page = present(&visit, id, Asked::default(), form).await?;
            visit.refuse_with(&page, NoticeWord::FormSentBefore)
        }
        Err(error) => Err(failed(error)),
    }
}

/// What came of it. Where there are more, the form stands ready for them: up to the same moment, for what was just told
/// again is later and not to be told once more.
async fn told_again(visit: &PartnerVisit, id: EndpointId, form: RangeForm, body: &str) -> Result<Response, PageError> {
    let Redelivered { to, count, has_more } =
        serde_json::from_str(body).map_err(|error| PageError::internal(&error))?;
    if has_more {
        let form = RangeForm {
            to: as_typed(to),
            ..form
        };
        let page = present(visit, id, Asked::default(), form).await?;
        return visit.show_with(&page, NoticeWord::RedeliveringSome);
    }
    let word = match count {
        0 => NoticeWord::NothingToRedeliver,
        _ => NoticeWord::Redelivering,
    };
    Ok(visit.go_and_tell(&path_of(id), word))
}

/// As a moment's input sends it, to the second.
fn as_typed(at: DateTime<Utc>) -> String {
    at.with_timezone(&kst()).format("%Y-%m-%dT%H:%M:%S").to_string()
}

/// The time that was asked for, `None` where a field is refused, and the form as it was typed.
fn read(sent: &Sent) -> (Option<Range>, RangeForm) {
    let mut errors = FieldErrors::new();
    let from = read_moment(&sent.from);
    if from.is_none() {
        errors.insert("from", FieldProblem::MomentFormat);
    }
    let to = read_moment(&sent.to);
    if to.is_none() && !sent.to.trim().is_empty() {
        errors.insert("to", FieldProblem::MomentFormat);
    } else if to.zip(from).is_some_and(|(to, from)| to <= from) {
        errors.insert("to", FieldProblem::EndsBeforeItBegins);
    }
    let only = Only::parse(&sent.only).unwrap_or(Only::Failed);
    let range = from.filter(|_| errors.is_empty()).map(|from| Range {
        from,
        to,
        only,
        is_confirmed: !sent.confirmed.is_empty(),
    });
    let form = RangeForm {
        from: sent.from.clone(),
        to: sent.to.clone(),
        only: only.as_str().to_owned(),
        errors,
        delivered: None,
        is_open: true,
    };
    (range, form)
}
