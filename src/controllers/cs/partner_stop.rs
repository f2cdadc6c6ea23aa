//! `POST /cs/partners/{id}/stop` and `…/resumption`: staff stop a partner, and let it go on.

use axum::Form;
use axum::extract::{Path, RawQuery};
use axum::http::StatusCode;
use axum::response::{Redirect, Response};
use loco_rs::controller::Routes;
use serde::Deserialize;

use super::StaffVisit;
use super::actions::kept;
use super::asked::{dialog, reason_problem, version};
use super::partner::{page, parse_id};
use super::partners::path_of;
use crate::controllers::notice::NoticeWord;
use crate::controllers::pages::PageError;
use crate::controllers::routing::{get, post};
use crate::desk::dialog::DialogError;
use crate::desk::roles::Permission;
use crate::ids::PartnerId;
use crate::partners::stopping::{Asked, StoppingError, Wish, change};
use crate::views::cs::partner::CsPartner;
use crate::views::form::FieldProblem;

pub fn routes() -> Routes {
    Routes::new()
        .add("/cs/partners/{id}/stop", get(back).merge(post(stop)))
        .add("/cs/partners/{id}/resumption", get(back).merge(post(resume)))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Typed {
    dialog: String,
    version: String,
    reason: String,
}

async fn stop(visit: StaffVisit, Path(id): Path<String>, Form(typed): Form<Typed>) -> Result<Response, PageError> {
    decide(&visit, &id, typed, Wish::Stop).await
}

async fn resume(visit: StaffVisit, Path(id): Path<String>, Form(typed): Form<Typed>) -> Result<Response, PageError> {
    decide(&visit, &id, typed, Wish::Resume).await
}

/// A form that was refused stands at its own address: who reloads it sees the partner.
async fn back(visit: StaffVisit, Path(id): Path<String>, RawQuery(query): RawQuery) -> Result<Redirect, PageError> {
    visit.require(Permission::SeePartners)?;
    let path = path_of(parse_id(&id)?);
    Ok(Redirect::to(
        &query.map_or(path.clone(), |query| format!("{path}?{query}")),
    ))
}

async fn decide(visit: &StaffVisit, id: &str, typed: Typed, wish: Wish) -> Result<Response, PageError> {
    visit.require(Permission::StopPartners)?;
    let id = parse_id(id)?;
    if let Some(problem) = reason_problem(&typed.reason) {
        return again(
            visit,
            id,
            typed,
            StatusCode::UNPROCESSABLE_ENTITY,
            (Some(problem), None),
        )
        .await;
    }
    let (Some(version), Some(dialog)) = (version(visit, &typed.version), dialog(&typed.dialog)) else {
        let word = Some(NoticeWord::ChangedMeanwhile);
        return again(visit, id, typed, StatusCode::PRECONDITION_FAILED, (None, word)).await;
    };
    let asked = Asked {
        by: visit.by(),
        partner: id,
        version,
        dialog,
        reason: kept(&typed.reason),
    };
    let done = match wish {
        Wish::Stop => NoticeWord::PartnerStopped,
        Wish::Resume => NoticeWord::PartnerResumed,
    };
    let (status, word) = match change(&visit.services, wish, asked).await {
        Ok(()) => return Ok(visit.go_and_tell(&path_of(id), done)),
        Err(StoppingError::Changed { .. }) => (StatusCode::PRECONDITION_FAILED, NoticeWord::ChangedMeanwhile),
        Err(StoppingError::Dialog(DialogError::Foreign)) => (StatusCode::CONFLICT, NoticeWord::FormSentBefore),
        Err(StoppingError::NotFound) => return Err(PageError::not_found()),
        Err(StoppingError::Database(error) | StoppingError::Dialog(DialogError::Database(error))) => {
            return Err(error.into());
        }
    };
    again(visit, id, typed, status, (None, Some(word))).await
}

/// The page as it is now, with what was typed and why nothing was done.
async fn again(
    visit: &StaffVisit,
    id: PartnerId,
    typed: Typed,
    status: StatusCode,
    (problem, word): (Option<FieldProblem>, Option<NoticeWord>),
) -> Result<Response, PageError> {
    let page = page(visit, id).await?;
    let change = page.change.map(|form| form.refused(typed.reason, problem));
    visit.refuse_as(status, &CsPartner { change, ..page }, word)
}
