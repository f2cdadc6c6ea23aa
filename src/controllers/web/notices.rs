//! `/notices`: announcements for everybody, signed in or not; and closing the banner of one.

use axum::Form;
use axum::extract::{Path, Query};
use axum::response::Response;
use loco_rs::controller::Routes;
use serde::Deserialize;

use super::context::Visit;
use crate::controllers::api::cursor;
use crate::controllers::cookies;
use crate::controllers::extractors::htmx;
use crate::controllers::local_path;
use crate::controllers::pages::PageError;
use crate::controllers::routing::{get, post};
use crate::ids::{NoticeId, Prefix};
use crate::models::notices;
use crate::transfers::find::{self, Place};
use crate::views::i18n::Language;
use crate::views::paging::Paging;
use crate::views::web::notices::{NoticeDetail, NoticeList, NoticeRow, paragraphs};

const PATH: &str = "/notices";
const PAGE_ROWS: u64 = 20;
/// The banner that this browser has closed: an announcement's id and nothing else.
pub const CLOSED_COOKIE: &str = "naru_banner_closed";
const CLOSED_SECS: i64 = 90 * 24 * 3600;

pub fn routes() -> Routes {
    Routes::new()
        .add(PATH, get(list))
        .add("/notices/{id}", get(show))
        .add("/notices/{id}/dismissal", post(dismiss))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    cursor: String,
}

async fn list(visit: Visit, Query(asked): Query<Asked>) -> Result<Response, PageError> {
    let after = cursor::parse(&asked.cursor);
    let place = after.map(|place| (place.created_at, place.id));
    let mut found = notices::Model::list_visible(visit.db(), visit.services.clock.now(), place, PAGE_ROWS).await?;
    let next = find::cut(&mut found, PAGE_ROWS, place_of).map(cursor::show);
    let shown_cursor = after.map(cursor::show);
    let language = visit.frame.lang;
    visit.show(&NoticeList {
        notices: found.iter().map(|notice| row(notice, language)).collect(),
        paging: Paging::new(PATH, &[], shown_cursor.as_deref(), next.as_deref()),
    })
}

async fn show(visit: Visit, Path(id): Path<String>) -> Result<Response, PageError> {
    let id = parse_id(&id)?;
    let found = notices::Model::find_visible(visit.db(), id, visit.services.clock.now()).await?;
    let notice = found.ok_or(PageError::not_found())?;
    let language = visit.frame.lang;
    let body = match language {
        Language::Ko => &notice.body_ko,
        Language::En => &notice.body_en,
    };
    visit.show(&NoticeDetail {
        paragraphs: paragraphs(body),
        notice: row(&notice, language),
    })
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct From {
    back: String,
}

/// Closes the banner in this browser, whether the announcement is still there or not.
async fn dismiss(visit: Visit, Path(id): Path<String>, Form(from): Form<From>) -> Result<Response, PageError> {
    let id = parse_id(&id)?;
    let back = local_path::checked(&from.back).unwrap_or("/");
    let mut response = htmx::redirect(&visit.headers, back);
    let shown = Prefix::Notice.show(id.0);
    cookies::set(&mut response, &visit.services, CLOSED_COOKIE, shown, CLOSED_SECS);
    Ok(response)
}

/// The place of an announcement in a list.
pub fn place_of(notice: &notices::Model) -> Place {
    Place {
        created_at: notice.visible_from,
        id: notice.id.0,
    }
}

/// An announcement in a list, in the reader's language.
pub fn row(notice: &notices::Model, language: Language) -> NoticeRow {
    NoticeRow {
        id: Prefix::Notice.show(notice.id.0),
        title: title(notice, language).to_owned(),
        is_important: notice.is_important,
        at: notice.visible_from,
    }
}

pub fn title(notice: &notices::Model, language: Language) -> &str {
    match language {
        Language::Ko => &notice.title_ko,
        Language::En => &notice.title_en,
    }
}

pub fn parse_id(id: &str) -> Result<NoticeId, PageError> {
    Prefix::Notice.parse(id).map(NoticeId).ok_or(PageError::not_found())
}
