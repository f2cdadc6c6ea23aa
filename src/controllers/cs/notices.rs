//! `/cs/notices`: who may announce writes, changes and ends what everybody is told.

use std::collections::HashMap;

use axum::Form;
use axum::extract::{FromRequestParts, Path, Query, RawQuery};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use chrono::{DateTime, Utc};
use loco_rs::controller::Routes;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::Deserialize;

use super::StaffVisit;
use super::notice_form::{self, Typed};
use crate::clock::kst;
use crate::controllers::api::cursor;
use crate::controllers::notice::NoticeWord;
use crate::controllers::pages::PageError;
use crate::controllers::web::notices::{parse_id, place_of, row};
use crate::ids::{NoticeId, Prefix, UserId};
use crate::models::{notice_changes, notices, users};
use crate::notices::write::{self, NoticeError};
use crate::transfers::find;
use crate::views::cs::notices::{CsNotice, CsNoticeList, CsNoticeRow, NoticeChange, Stands};
use crate::views::form::FieldErrors;
use crate::views::paging::Paging;

const PATH: &str = "/cs/notices";
const PAGE_ROWS: u64 = 20;
const CHANGES_SHOWN: u64 = 50;

pub fn routes() -> Routes {
    Routes::new()
        .add(PATH, get(list))
        .add("/cs/notices/new", get(show_new).post(publish))
        .add("/cs/notices/{id}", get(show).post(edit))
        .add("/cs/notices/{id}/end", get(back).post(end))
}

/// A visit of staff who may announce; others are refused.
pub struct AnnouncerVisit(StaffVisit);

impl<S: Send + Sync> FromRequestParts<S> for AnnouncerVisit {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let visit = StaffVisit::from_request_parts(parts, state).await?;
        if visit.staff.role.may_announce() {
            Ok(Self(visit))
        } else {
            Err(PageError::forbidden().into_response())
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    cursor: String,
}

async fn list(AnnouncerVisit(visit): AnnouncerVisit, Query(asked): Query<Asked>) -> Result<Response, PageError> {
    let after = cursor::parse(&asked.cursor);
    let place = after.map(|place| (place.created_at, place.id));
    let mut found = notices::Model::list(visit.db(), place, PAGE_ROWS).await?;
    let next = find::cut(&mut found, PAGE_ROWS, place_of).map(cursor::show);
    let (now, language) = (visit.services.clock.now(), visit.frame.lang);
    let rows = found.iter().map(|notice| CsNoticeRow {
        notice: row(notice, language),
        stands: stands(notice, now),
        until: notice.visible_until,
    });
    visit.show(&CsNoticeList {
        notices: rows.collect(),
        paging: Paging::new(PATH, &[], after.map(cursor::show).as_deref(), next.as_deref()),
    })
}

fn stands(notice: &notices::Model, now: DateTime<Utc>) -> Stands {
    if notice.visible_until.is_some_and(|until| until <= now) {
        Stands::Ended
    } else if notice.visible_from > now {
        Stands::Planned
    } else {
        Stands::Visible
    }
}

async fn show_new(AnnouncerVisit(visit): AnnouncerVisit) -> Result<Response, PageError> {
    visit.show(&CsNotice::default())
}

async fn publish(AnnouncerVisit(visit): AnnouncerVisit, Form(typed): Form<Typed>) -> Result<Response, PageError> {
    match notice_form::read(&typed, visit.services.clock.now()) {
        Err(errors) => visit.refuse(&typed.kept(CsNotice::default(), errors)),
        Ok(content) => {
            write::publish(&visit.services, visit.staff.id, content)
                .await
                .map_err(failed)?;
            Ok(visit.go_and_tell(PATH, NoticeWord::AnnouncementSaved))
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

/// The announcement as it is, with who wrote what of it.
async fn present(visit: &StaffVisit, id: NoticeId) -> Result<CsNotice, PageError> {
    let found = notices::Entity::find_by_id(id).one(visit.db()).await?;
    let notice = found.ok_or(PageError::not_found())?;
    let changes = notice_changes::Entity::find()
        .filter(notice_changes::Column::NoticeId.eq(id))
        .order_by_desc(notice_changes::Column::Version)
        .limit(CHANGES_SHOWN)
        .all(visit.db())
        .await?;
    let actors = users::Entity::find()
        .filter(users::Column::Id.is_in(changes.iter().map(|change| change.actor_id)))
        .all(visit.db())
        .await?;
    let names: HashMap<UserId, String> = actors.into_iter().map(|user| (user.id, user.name)).collect();
    let typed_moment = |at: DateTime<Utc>| at.with_timezone(&kst()).format("%Y-%m-%dT%H:%M").to_string();
    let is_running = stands(&notice, visit.services.clock.now()) != Stands::Ended;
    Ok(CsNotice {
        id: Some(Prefix::Notice.show(id.0)),
        version: notice.version,
        from: typed_moment(notice.visible_from),
        until: notice.visible_until.map(typed_moment).unwrap_or_default(),
        title_ko: notice.title_ko,
        title_en: notice.title_en,
        body_ko: notice.body_ko,
        body_en: notice.body_en,
        important: notice.is_important,
        errors: FieldErrors::new(),
        changes: changes
            .into_iter()
            .map(|change| NoticeChange {
                version: change.version,
                actor_name: names.get(&change.actor_id).cloned().unwrap_or_default(),
                at: change.at,
            })
            .collect(),
        is_running,
    })
}

fn failed(error: NoticeError) -> PageError {
    match error {
        NoticeError::NotFound => PageError::not_found(),
        NoticeError::Database(error) => error.into(),
        error @ NoticeError::Changed => PageError::internal(&error),
    }
}
