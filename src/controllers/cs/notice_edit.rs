//! `/cs/notices/{id}`: one announcement, changed and ended by who may announce.

use axum::Form;
use axum::extract::{FromRequestParts, Path, RawQuery};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, Utc};
use loco_rs::controller::Routes;

use super::StaffVisit;
use super::notice_form::{self, Typed};
use super::notice_page::present;
use super::notices::PATH;
use crate::controllers::notice::NoticeWord;
use crate::controllers::pages::PageError;
use crate::controllers::routing::{get, post};
use crate::controllers::web::notices::parse_id;
use crate::desk::roles::Permission;
use crate::ids::Prefix;
use crate::models::notices;
use crate::notices::write::{self, NoticeError};
use crate::views::cs::notices::{CsNotice, Stands};
use crate::views::form::FieldErrors;

pub fn routes() -> Routes {
    Routes::new()
        .add("/cs/notices/{id}", get(show).merge(post(edit)))
        .add("/cs/notices/{id}/end", get(back).merge(post(end)))
}

/// A visit of staff who may announce; others are refused.
pub struct AnnouncerVisit(pub StaffVisit);

impl<S: Send + Sync> FromRequestParts<S> for AnnouncerVisit {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let visit = StaffVisit::from_request_parts(parts, state).await?;
        if visit.staff.role.may(Permission::Announce) {
            Ok(Self(visit))
        } else {
            Err(PageError::forbidden().into_response())
        }
    }
}

async fn show(AnnouncerVisit(visit): AnnouncerVisit, Path(id): Path<String>) -> Result<Response, PageError> {
    let page = present(&visit, parse_id(&id)?).await?;
    visit.show(&page)
}

async fn edit(
    AnnouncerVisit(visit): AnnouncerVisit,
    Path(id): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, PageError> {
    let id = parse_id(&id)?;
    let content = match notice_form::read(&typed, visit.services.clock.now()) {
        Ok(content) => content,
        Err(errors) => {
            let page = present(&visit, id).await?;
            return visit.refuse(&typed.kept(page, errors));
        }
    };
    match write::edit(&visit.services, visit.staff.id, id, typed.version(), content).await {
        Ok(()) => Ok(visit.go_and_tell(PATH, NoticeWord::AnnouncementSaved)),
        // What was typed is kept, over the version that came between.
        Err(NoticeError::Changed) => {
            let page = typed.kept(present(&visit, id).await?, FieldErrors::new());
            changed(&visit, &page)
        }
        Err(error) => Err(failed(error)),
    }
}

async fn end(
    AnnouncerVisit(visit): AnnouncerVisit,
    Path(id): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, PageError> {
    let id = parse_id(&id)?;
    match write::end(&visit.services, visit.staff.id, id, typed.version()).await {
        Ok(()) => Ok(visit.go_and_tell(PATH, NoticeWord::AnnouncementEnded)),
        Err(NoticeError::Changed) => changed(&visit, &present(&visit, id).await?),
        Err(error) => Err(failed(error)),
    }
}

fn changed(visit: &StaffVisit, page: &CsNotice) -> Result<Response, PageError> {
    let status = StatusCode::PRECONDITION_FAILED;
    visit.refuse_as(status, page, Some(NoticeWord::ChangedMeanwhile))
}

/// A form that was refused stands at its own address: who reloads it sees the announcement.
async fn back(_: AnnouncerVisit, Path(id): Path<String>, RawQuery(query): RawQuery) -> Result<Redirect, PageError> {
    let path = format!("{PATH}/{}", Prefix::Notice.show(parse_id(&id)?.0));
    Ok(Redirect::to(
        &query.map_or(path.clone(), |query| format!("{path}?{query}")),
    ))
}

pub(super) fn stands(notice: &notices::Model, now: DateTime<Utc>) -> Stands {
    if notice.visible_until.is_some_and(|until| until <= now) {
        Stands::Ended
    } else if notice.visible_from > now {
        Stands::Planned
    } else {
        Stands::Visible
    }
}

fn failed(error: NoticeError) -> PageError {
    match error {
        NoticeError::NotFound => PageError::not_found(),
        NoticeError::Database(error) => error.into(),
        error @ NoticeError::Changed => PageError::internal(&error),
    }
}
