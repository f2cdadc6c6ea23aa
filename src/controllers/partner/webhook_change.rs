//! Changing an endpoint: what it is, whether it is told just now, a test of it, and its end.

use axum::Form;
use axum::body::Bytes;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use loco_rs::controller::Routes;
use serde::Deserialize;
use serde_json::json;

use super::PartnerVisit;
use super::webhook::{Asked, back, parse_id, path_of, present};
use super::webhook_form::{Typed, once_key};
use super::webhooks::{PATH, asker, failed, owner};
use crate::controllers::notice::NoticeWord;
use crate::controllers::pages::PageError;
use crate::controllers::routing::{get, post};
use crate::ids::{EndpointId, Prefix};
use crate::notifications::webhooks::endpoint_change::{self, EndpointChange, Standing};
use crate::notifications::webhooks::{WebhookError, endpoints, trial};
use crate::views::form::FieldErrors;
use crate::views::partner::webhook::RangeForm;

pub fn routes() -> Routes {
    Routes::new()
        .add("/partner/webhooks/{id}/edit", get(show_edit).merge(post(edit)))
        .add("/partner/webhooks/{id}/pause", get(back).merge(post(pause)))
        .add("/partner/webhooks/{id}/resumption", get(back).merge(post(resume)))
        .add("/partner/webhooks/{id}/test", get(back).merge(post(send_test)))
        .add("/partner/webhooks/{id}/end", get(back).merge(post(end)))
}

/// The version that was looked at, or the number of the form.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Seen {
    version: String,
    once: String,
}

impl Seen {
    fn version(&self) -> i64 {
        self.version.parse().unwrap_or_default()
    }
}

async fn show_edit(visit: PartnerVisit, Path(id): Path<String>) -> Result<Response, PageError> {
    let id = parse_id(&id)?;
    let found = endpoints::find(visit.db(), owner(&visit), id).await;
    let typed = Typed::of(&found.map_err(failed)?);
    visit.show(&typed.page(&visit, Some(Prefix::Endpoint.show(id.0)), FieldErrors::new()))
}

async fn edit(visit: PartnerVisit, Path(id): Path<String>, form: Bytes) -> Result<Response, PageError> {
    let id = parse_id(&id)?;
    let typed = Typed::read(&form);
    let shown = Some(Prefix::Endpoint.show(id.0));
    let (types, errors) = typed.check(&visit);
    if !errors.is_empty() {
        // What is not the partner's is not there, whatever was typed.
        endpoints::find(visit.db(), owner(&visit), id).await.map_err(failed)?;
        return visit.refuse(&typed.page(&visit, shown, errors));
    }
    let change = EndpointChange {
        url: Some(typed.url.trim().to_owned()),
        description: Some(typed.description.trim().to_owned()),
        event_types: Some(types),
        standing: None,
    };
    match endpoint_change::update(&visit.services, asker(&visit), id, change, Some(typed.version)).await {
        Ok(_) => Ok(visit.go_and_tell(&path_of(id), NoticeWord::WebhookSaved)),
        // What was typed is kept, over the version that came between.
        Err(WebhookError::VersionConflict { current }) => {
            let page = Typed {
                version: current,
                ..typed
            };
            let page = page.page(&visit, shown, FieldErrors::new());
            visit.refuse_as(
                StatusCode::PRECONDITION_FAILED,
                &page,
                Some(NoticeWord::ChangedMeanwhile),
            )
        }
        Err(error) => Err(failed(error)),
    }
}

async fn pause(visit: PartnerVisit, Path(id): Path<String>, Form(seen): Form<Seen>) -> Result<Response, PageError> {
    stand(
        &visit,
        parse_id(&id)?,
        &seen,
        (Standing::Paused, NoticeWord::WebhookPaused),
    )
    .await
}

async fn resume(visit: PartnerVisit, Path(id): Path<String>, Form(seen): Form<Seen>) -> Result<Response, PageError> {
    stand(
        &visit,
        parse_id(&id)?,
        &seen,
        (Standing::Active, NoticeWord::WebhookResumed),
    )
    .await
}

async fn stand(
    visit: &PartnerVisit,
    id: EndpointId,
    seen: &Seen,
    (standing, word): (Standing, NoticeWord),
) -> Result<Response, PageError> {
    let change = EndpointChange {
        standing: Some(standing),
        ..EndpointChange::default()
    };
    match endpoint_change::update(&visit.services, asker(visit), id, change, Some(seen.version())).await {
        Ok(_) => Ok(visit.go_and_tell(&path_of(id), word)),
        Err(error) => changed_or(visit, id, error).await,
    }
}

async fn end(visit: PartnerVisit, Path(id): Path<String>, Form(seen): Form<Seen>) -> Result<Response, PageError> {
    let id = parse_id(&id)?;
    match endpoint_change::delete(&visit.services, asker(&visit), id, Some(seen.version())).await {
        Ok(_) => Ok(visit.go_and_tell(PATH, NoticeWord::WebhookDeleted)),
        Err(error) => changed_or(&visit, id, error).await,
    }
}

/// The page as it is now, where somebody changed it meanwhile.
async fn changed_or(visit: &PartnerVisit, id: EndpointId, error: WebhookError) -> Result<Response, PageError> {
    let WebhookError::VersionConflict { .. } = error else {
        return Err(failed(error));
    };
    let page = present(visit, id, Asked::default(), RangeForm::default()).await?;
    let status = StatusCode::PRECONDITION_FAILED;
    visit.refuse_as(status, &page, Some(NoticeWord::ChangedMeanwhile))
}

async fn send_test(visit: PartnerVisit, Path(id): Path<String>, Form(seen): Form<Seen>) -> Result<Response, PageError> {
    let id = parse_id(&id)?;
    let key = once_key(&seen.once, &json!({ "endpoint_id": id }));
    let sent = trial::send_test(&visit.services, asker(&visit), id, key).await;
    sent.map_err(failed)?;
    Ok(visit.go_and_tell(&path_of(id), NoticeWord::WebhookTestSent))
}
