//! `/cs/members/{id}/notes`: what staff wrote down of a member, and room for more.

use axum::Form;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::Response;
use loco_rs::controller::Routes;
use serde::Deserialize;

use super::StaffVisit;
use super::actions::{self, kept, note_line};
use super::asked::{dialog, new_dialog, text_problem};
use super::members::{self, parse_id, path_of};
use crate::controllers::api::cursor;
use crate::controllers::notice::NoticeWord;
use crate::controllers::pages::PageError;
use crate::controllers::routing::{get, post};
use crate::desk::action::Act;
use crate::desk::audit::{self, Record, Subject};
use crate::desk::notes::{self, LONGEST};
use crate::desk::roles::Permission;
use crate::ids::UserId;
use crate::members::search;
use crate::models::kinds::StaffDeed;
use crate::views::cs::actions::Trouble;
use crate::views::cs::member_notes::CsMemberNotes;
use crate::views::form::FieldErrors;
use crate::views::paging::Paging;

const PAGE_ROWS: u64 = 20;

pub fn routes() -> Routes {
    Routes::new().add("/cs/members/{id}/notes", get(open).merge(post(add)))
}

/// The page of a member's notes.
pub(super) fn notes_path(member: UserId) -> String {
    format!("{}/notes", path_of(member))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    cursor: String,
}

async fn open(visit: StaffVisit, Path(id): Path<String>, Query(asked): Query<Asked>) -> Result<Response, PageError> {
    visit.require(Permission::SeeMembers)?;
    let page = page(&visit, parse_id(&id)?, &asked.cursor).await?;
    visit.show(&page)
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Typed {
    dialog: String,
    body: String,
}

async fn add(visit: StaffVisit, Path(id): Path<String>, Form(typed): Form<Typed>) -> Result<Response, PageError> {
    visit.require(Permission::Annotate)?;
    let member = parse_id(&id)?;
    if let Some(problem) = text_problem(&typed.body, LONGEST) {
        let errors = FieldErrors::from([("body", problem)]);
        let page = page(&visit, member, "").await?;
        let body = typed.body;
        return visit.refuse(&CsMemberNotes { body, errors, ..page });
    }
    let Some(dialog) = dialog(&typed.dialog) else {
        let told = (StatusCode::PRECONDITION_FAILED, Trouble::Changed);
        return refuse(&visit, member, typed, told).await;
    };
    let act = Act {
        by: visit.by(),
        dialog,
        // A note tells of the person, and not of how their row is.
        version: 0,
        reason: String::new(),
    };
    let body = kept(&typed.body);
    match notes::add(&visit.services, act, Subject::member(member), body).await {
        Ok(done) => {
            let is_new = done.made.is_some();
            let word = if is_new {
                NoticeWord::NoteAdded
            } else {
                NoticeWord::DoneBefore
            };
            Ok(visit.go_and_tell(&notes_path(member), word))
        }
        Err(error) => refuse(&visit, member, typed, actions::refused(error)?).await,
    }
}

/// The page as it is now, with what was typed, a dialog that may be sent, and why nothing was done.
async fn refuse(
    visit: &StaffVisit,
    member: UserId,
    Typed { body, .. }: Typed,
    (status, trouble): (StatusCode, Trouble),
) -> Result<Response, PageError> {
    let page = page(visit, member, "").await?;
    let trouble = Some(trouble);
    visit.refuse_as(status, &CsMemberNotes { trouble, body, ..page }, None)
}

/// The notes, once it is written that their member is looked at.
async fn page(visit: &StaffVisit, member: UserId, after: &str) -> Result<CsMemberNotes, PageError> {
    let user = search::any_member(visit.db(), member).await?;
    let user = user.ok_or(PageError::not_found())?;
    let look = Record::look(StaffDeed::MemberSeen, Subject::member(member));
    audit::look(&visit.services, visit.by(), look).await?;
    let after = cursor::parse(after);
    let (found, next) = notes::page(visit.db(), member.0, after, PAGE_ROWS).await?;
    let (shown, next) = (after.map(cursor::show), next.map(cursor::show));
    Ok(CsMemberNotes {
        member: members::row(&user),
        notes: found.into_iter().map(note_line).collect(),
        paging: Paging::new(&notes_path(member), &[], shown.as_deref(), next.as_deref()),
        may_write: visit.staff.role.may(Permission::Annotate),
        trouble: None,
        dialog: new_dialog(),
        body: String::new(),
        errors: FieldErrors::new(),
        longest: LONGEST,
    })
}
