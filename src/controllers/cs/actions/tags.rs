//! `/cs/payments/{id}/tags`: the short words by which staff mark a transfer.

use axum::Form;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{Redirect, Response};
use loco_rs::controller::Routes;

use super::super::StaffVisit;
use super::head::head;
use super::typed::{Typed, new_dialog};
use super::{go, named, path_to, refused};
use crate::controllers::notice::NoticeWord;
use crate::controllers::pages::PageError;
use crate::controllers::routing::{get, post};
use crate::desk::action::ActionError;
use crate::desk::roles::Permission;
use crate::desk::tags::{self, LONGEST, TagWord};
use crate::models::{transfer_tags, transfers};
use crate::views::cs::actions::Trouble;
use crate::views::cs::actions::tags::{TagLine, TagsPage};
use crate::views::form::{FieldErrors, FieldProblem};

pub fn routes() -> Routes {
    Routes::new()
        .add("/cs/payments/{id}/tags", get(open).merge(post(add)))
        .add("/cs/payments/{id}/tags/removal", get(back).merge(post(remove)))
}

async fn open(visit: StaffVisit, Path(id): Path<String>) -> Result<Response, PageError> {
    visit.require(Permission::SeePayments)?;
    let transfer = named(&visit, &id).await?;
    visit.show(&page(&visit, transfer, Typed::default()).await?)
}

/// A form that was refused stands at its own address: who reloads it sees the tags.
async fn back(visit: StaffVisit, Path(id): Path<String>) -> Result<Redirect, PageError> {
    let transfer = named(&visit, &id).await?;
    Ok(Redirect::to(&path_to(&transfer, "tags")))
}

async fn add(visit: StaffVisit, Path(id): Path<String>, Form(typed): Form<Typed>) -> Result<Response, PageError> {
    visit.require(Permission::Annotate)?;
    let transfer = named(&visit, &id).await?;
    let Some(word) = TagWord::parse(&typed.word) else {
        let errors = FieldErrors::from([("word", FieldProblem::TagFormat)]);
        let page = page(&visit, transfer, typed).await?;
        return visit.refuse(&TagsPage { errors, ..page });
    };
    let Some(act) = typed.act(&visit) else {
        let told = (StatusCode::PRECONDITION_FAILED, Trouble::Changed);
        return refuse(&visit, (transfer, typed), told).await;
    };
    match tags::add(&visit.services, act, transfer.id, word).await {
        Ok(done) => Ok(go(&visit, &path_to(&transfer, "tags"), &done, NoticeWord::TagAdded)),
        Err(error) => refuse_now(&visit, &id, typed, error).await,
    }
}

async fn remove(visit: StaffVisit, Path(id): Path<String>, Form(typed): Form<Typed>) -> Result<Response, PageError> {
    visit.require(Permission::Annotate)?;
    let transfer = named(&visit, &id).await?;
    let (Some(word), Some(act)) = (TagWord::parse(&typed.word), typed.act(&visit)) else {
        let told = (StatusCode::PRECONDITION_FAILED, Trouble::Changed);
        return refuse(&visit, (transfer, Typed::default()), told).await;
    };
    match tags::remove(&visit.services, act, transfer.id, word).await {
        Ok(done) => Ok(go(&visit, &path_to(&transfer, "tags"), &done, NoticeWord::TagRemoved)),
        // Its word is in the list still; the field for a new one is not for it.
        Err(error) => refuse_now(&visit, &id, Typed::default(), error).await,
    }
}

async fn refuse_now(visit: &StaffVisit, id: &str, typed: Typed, error: ActionError) -> Result<Response, PageError> {
    let told = refused(error)?;
    let now = named(visit, id).await?;
    refuse(visit, (now, typed), told).await
}

async fn refuse(
    visit: &StaffVisit,
    (transfer, typed): (transfers::Model, Typed),
    (status, trouble): (StatusCode, Trouble),
) -> Result<Response, PageError> {
    let page = page(visit, transfer, typed.after(trouble)).await?;
    let trouble = Some(trouble);
    visit.refuse_as(status, &TagsPage { trouble, ..page }, None)
}

async fn page(visit: &StaffVisit, transfer: transfers::Model, typed: Typed) -> Result<TagsPage, PageError> {
    let there = tags::of(visit.db(), transfer.id).await?;
    let suggestions = tags::suggestions(visit.db()).await?;
    let line = |tag: &transfer_tags::Model| TagLine {
        word: tag.word.clone(),
        dialog: new_dialog(),
    };
    Ok(TagsPage {
        head: head(visit, transfer, &typed).await?,
        trouble: None,
        suggestions: suggestions
            .into_iter()
            .filter(|word| there.iter().all(|tag| tag.word != *word))
            .collect(),
        tags: there.iter().map(line).collect(),
        may_write: visit.staff.role.may(Permission::Annotate),
        word: typed.word,
        errors: FieldErrors::new(),
        longest: LONGEST,
    })
}
