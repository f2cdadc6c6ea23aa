//! `/cs/notices`: who may announce sees all announcements, and writes new ones.

use axum::Form;
use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::Response;
use loco_rs::controller::Routes;
use serde::Deserialize;

use super::StaffVisit;
use super::asked::new_dialog;
use super::notice_edit::{AnnouncerVisit, stands};
use super::notice_form::{self, Typed};
use crate::controllers::api::cursor;
use crate::controllers::notice::NoticeWord;
use crate::controllers::pages::PageError;
use crate::controllers::routing::{get, post};
use crate::controllers::web::notices::{place_of, row};
use crate::desk::action::{Act, ActionError};
use crate::desk::announcements;
use crate::models::notices;
use crate::transfers::find;
use crate::views::cs::notices::{CsNotice, CsNoticeList, CsNoticeRow};
use crate::views::form::FieldErrors;
use crate::views::paging::Paging;

pub const PATH: &str = "/cs/notices";
const PAGE_ROWS: u64 = 20;

pub fn routes() -> Routes {
    Routes::new()
        .add(PATH, get(list))
        .add("/cs/notices/new", get(show_new).merge(post(publish)))
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
    visit.show(&new_form())
}

/// An empty form, which announces once.
fn new_form() -> CsNotice {
    CsNotice {
        dialog: new_dialog(),
        ..CsNotice::default()
    }
}

async fn publish(AnnouncerVisit(visit): AnnouncerVisit, Form(typed): Form<Typed>) -> Result<Response, PageError> {
    let content = match notice_form::read(&typed, visit.services.clock.now()) {
        Ok(content) => content,
        Err(errors) => return visit.refuse(&typed.kept(new_form(), errors)),
    };
    let Some(dialog) = typed.dialog() else {
        let told = (StatusCode::PRECONDITION_FAILED, NoticeWord::ChangedMeanwhile);
        return again(&visit, typed, told);
    };
    let act = Act {
        by: visit.by(),
        dialog,
        // There is none yet that could have changed.
        version: 0,
        reason: String::new(),
    };
    let published = announcements::publish(&visit.services, &act, typed.filled_in(), content).await;
    match published {
        Ok(done) => {
            let word = done
                .made
                .map_or(NoticeWord::DoneBefore, |_| NoticeWord::AnnouncementSaved);
            Ok(visit.go_and_tell(PATH, word))
        }
        Err(ActionError::ForeignDialog | ActionError::SentOtherwise) => {
            again(&visit, typed, (StatusCode::CONFLICT, NoticeWord::FormSentBefore))
        }
        Err(ActionError::Database(error)) => Err(error.into()),
        Err(error) => Err(PageError::internal(&error)),
    }
}

/// The form with what was typed, that may be sent, and why nothing was done.
fn again(visit: &StaffVisit, typed: Typed, (status, word): (StatusCode, NoticeWord)) -> Result<Response, PageError> {
    visit.refuse_as(status, &typed.kept(new_form(), FieldErrors::new()), Some(word))
}
