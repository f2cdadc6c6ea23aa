//! `/cs/notices`: who may announce sees all announcements, and writes new ones.

use axum::Form;
use axum::extract::Query;
use axum::response::Response;
use axum::routing::get;
use loco_rs::controller::Routes;
use serde::Deserialize;

use super::notice_edit::{AnnouncerVisit, failed, stands};
use super::notice_form::{self, Typed};
use crate::controllers::api::cursor;
use crate::controllers::notice::NoticeWord;
use crate::controllers::pages::PageError;
use crate::controllers::web::notices::{place_of, row};
use crate::models::notices;
use crate::notices::write;
use crate::transfers::find;
use crate::views::cs::notices::{CsNotice, CsNoticeList, CsNoticeRow};
use crate::views::paging::Paging;

pub const PATH: &str = "/cs/notices";
const PAGE_ROWS: u64 = 20;

pub fn routes() -> Routes {
    Routes::new()
        .add(PATH, get(list))
        .add("/cs/notices/new", get(show_new).post(publish))
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
