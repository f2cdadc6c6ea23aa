//! The page of a deed that needs nothing but a reason.

use axum::http::StatusCode;
use axum::response::Response;

use super::super::StaffVisit;
use super::head::head;
use super::typed::Typed;
use crate::controllers::pages::PageError;
use crate::desk::action::Act;
use crate::desk::audit::LONGEST_REASON;
use crate::models::transfers;
use crate::views::cs::actions::reason::ReasonDialog;
use crate::views::cs::actions::{ActionWord, Trouble};
use crate::views::form::FieldErrors;

/// The page as it is opened; `in_the_way` is why it cannot be done.
pub async fn show(
    visit: &StaffVisit,
    word: ActionWord,
    transfer: transfers::Model,
    in_the_way: Option<Trouble>,
) -> Result<Response, PageError> {
    let page = page(visit, word, transfer, Typed::default()).await?;
    visit.show(&ReasonDialog {
        trouble: in_the_way,
        shows_form: in_the_way.is_none(),
        ..page
    })
}

/// What was sent, when it can be acted on; else the answer that says why not.
pub async fn read(
    visit: &StaffVisit,
    word: ActionWord,
    transfer: &transfers::Model,
    typed: &Typed,
) -> Result<Result<Act, Response>, PageError> {
    let errors = typed.reason_problems();
    let act = typed.act(visit);
    if let (Some(act), true) = (act, errors.is_empty()) {
        return Ok(Ok(act));
    }
    let page = page(visit, word, transfer.clone(), typed.clone()).await?;
    let answer = if errors.is_empty() {
        let trouble = Some(Trouble::Changed);
        visit.refuse_as(StatusCode::PRECONDITION_FAILED, &ReasonDialog { trouble, ..page }, None)?
    } else {
        visit.refuse(&ReasonDialog { errors, ..page })?
    };
    Ok(Err(answer))
}

/// The page with what was typed, under the transfer as it is now.
pub async fn refuse(
    visit: &StaffVisit,
    word: ActionWord,
    (transfer, typed): (transfers::Model, Typed),
    (status, trouble): (StatusCode, Trouble),
) -> Result<Response, PageError> {
    let page = page(visit, word, transfer, typed.after(trouble)).await?;
    let trouble = Some(trouble);
    visit.refuse_as(status, &ReasonDialog { trouble, ..page }, None)
}

async fn page(
    visit: &StaffVisit,
    word: ActionWord,
    transfer: transfers::Model,
    typed: Typed,
) -> Result<ReasonDialog, PageError> {
    Ok(ReasonDialog {
        word,
        head: head(visit, transfer, &typed).await?,
        trouble: None,
        shows_form: true,
        reason: typed.reason,
        errors: FieldErrors::new(),
        longest_reason: LONGEST_REASON,
    })
}
