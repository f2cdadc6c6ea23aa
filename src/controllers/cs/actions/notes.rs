//! `/cs/payments/{id}/notes`: what staff wrote down of a transfer, and room for more.

use axum::Form;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::Response;
use loco_rs::controller::Routes;
use serde::Deserialize;
use serde_json::json;

use super::super::{StaffVisit, detail};
use super::head::head;
use super::typed::{Typed, kept, require};
use super::{go, named, path_to, refused};
use crate::controllers::api::cursor;
use crate::controllers::notice::NoticeWord;
use crate::controllers::pages::PageError;
use crate::controllers::routing::{get, post};
use crate::desk::audit::{Record, Subject};
use crate::desk::notes::{self, LONGEST, Note};
use crate::desk::roles::Permission;
use crate::models::kinds::StaffDeed;
use crate::models::transfers;
use crate::views::cs::actions::Trouble;
use crate::views::cs::actions::notes::{NoteLine, NotesPage};
use crate::views::form::FieldErrors;
use crate::views::paging::Paging;

const PAGE_ROWS: u64 = 20;

pub fn routes() -> Routes {
    Routes::new().add("/cs/payments/{id}/notes", get(open).merge(post(add)))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    cursor: String,
}

async fn open(visit: StaffVisit, Path(id): Path<String>, Query(asked): Query<Asked>) -> Result<Response, PageError> {
    visit.require(Permission::SeePayments)?;
    let transfer = named(&visit, &id).await?;
    visit.show(&page(&visit, transfer, Typed::default(), asked).await?)
}

async fn add(visit: StaffVisit, Path(id): Path<String>, Form(typed): Form<Typed>) -> Result<Response, PageError> {
    visit.require(Permission::Annotate)?;
    let transfer = named(&visit, &id).await?;
    let mut errors = FieldErrors::new();
    require(&mut errors, "body", &typed.body, LONGEST);
    if !errors.is_empty() {
        let page = page(&visit, transfer, typed, Asked::default()).await?;
        return visit.refuse(&NotesPage { errors, ..page });
    }
    let Some(act) = typed.act(&visit) else {
        let told = (StatusCode::PRECONDITION_FAILED, Trouble::Changed);
        return refuse(&visit, (transfer, typed), told).await;
    };
    let body = kept(&typed.body);
    match notes::add(&visit.services, act, Subject::transfer(&transfer), body).await {
        Ok(done) => Ok(go(&visit, &path_to(&transfer, "notes"), &done, NoticeWord::NoteAdded)),
        Err(error) => {
            let told = refused(error)?;
            let now = named(&visit, &id).await?;
            refuse(&visit, (now, typed), told).await
        }
    }
}

async fn refuse(
    visit: &StaffVisit,
    (transfer, typed): (transfers::Model, Typed),
    (status, trouble): (StatusCode, Trouble),
) -> Result<Response, PageError> {
    let page = page(visit, transfer, typed.after(trouble), Asked::default()).await?;
    let trouble = Some(trouble);
    visit.refuse_as(status, &NotesPage { trouble, ..page }, None)
}

async fn page(
    visit: &StaffVisit,
    transfer: transfers::Model,
    typed: Typed,
    asked: Asked,
) -> Result<NotesPage, PageError> {
    // What staff write down of a call may be personal.
    let look = Record::look(StaffDeed::PaymentSeen, Subject::transfer(&transfer));
    detail::seen(visit, look.with(json!({ "part": "notes" }))).await?;
    let after = cursor::parse(&asked.cursor);
    let (found, next) = notes::page(visit.db(), transfer.id.0, after, PAGE_ROWS).await?;
    let path = path_to(&transfer, "notes");
    let shown = after.map(cursor::show);
    let next = next.map(cursor::show);
    Ok(NotesPage {
        head: head(visit, transfer, &typed).await?,
        trouble: None,
        notes: found.into_iter().map(line).collect(),
        paging: Paging::new(&path, &[], shown.as_deref(), next.as_deref()),
        may_write: visit.staff.role.may(Permission::Annotate),
        body: typed.body,
        errors: FieldErrors::new(),
        longest: LONGEST,
    })
}

pub fn line(note: Note) -> NoteLine {
    NoteLine {
        author_name: note.author_name,
        at: note.row.at,
        body: note.row.body,
    }
}
