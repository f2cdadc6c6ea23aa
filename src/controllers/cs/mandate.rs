//! `/cs/mandates/{id}`: one consent of a member's, and its end by staff with a reason.

use axum::Form;
use axum::extract::{Path, RawQuery};
use axum::http::StatusCode;
use axum::response::{Redirect, Response};
use loco_rs::controller::Routes;
use sea_orm::EntityTrait;
use serde::Deserialize;

use super::actions::kept;
use super::asked::{dialog, new_dialog, reason_problem, version};
use super::{StaffVisit, members};
use crate::controllers::notice::NoticeWord;
use crate::controllers::pages::PageError;
use crate::controllers::routing::{get, post};
use crate::controllers::web::mandate_cards::mandate_cards;
use crate::desk::audit::{self, Record, Subject};
use crate::desk::dialog::DialogError;
use crate::desk::roles::Permission;
use crate::ids::{MandateId, Prefix};
use crate::members::search;
use crate::models::kinds::{MandateStatus, StaffDeed};
use crate::models::mandates;
use crate::partners::revocation::{StaffRevocation, StaffRevokeError, revoke_by_staff};
use crate::views::cs::mandate::CsMandate;
use crate::views::cs::reason_form::ReasonForm;
use crate::views::form::FieldProblem;

pub(super) const PATH: &str = "/cs/mandates";

pub fn routes() -> Routes {
    Routes::new()
        .add("/cs/mandates/{id}", get(show))
        .add("/cs/mandates/{id}/revocation", get(back).merge(post(revoke)))
}

async fn show(visit: StaffVisit, Path(id): Path<String>) -> Result<Response, PageError> {
    visit.require(Permission::SeeMembers)?;
    let page = page(&visit, parse_id(&id)?).await?;
    visit.show(&page)
}

/// A form that was refused stands at its own address: who reloads it sees the mandate.
async fn back(visit: StaffVisit, Path(id): Path<String>, RawQuery(query): RawQuery) -> Result<Redirect, PageError> {
    visit.require(Permission::SeeMembers)?;
    let path = path_of(parse_id(&id)?);
    Ok(Redirect::to(
        &query.map_or(path.clone(), |query| format!("{path}?{query}")),
    ))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Typed {
    dialog: String,
    version: String,
    reason: String,
}

async fn revoke(visit: StaffVisit, Path(id): Path<String>, Form(typed): Form<Typed>) -> Result<Response, PageError> {
    visit.require(Permission::RevokeMandates)?;
    let id = parse_id(&id)?;
    if let Some(problem) = reason_problem(&typed.reason) {
        return again(
            &visit,
            id,
            typed,
            StatusCode::UNPROCESSABLE_ENTITY,
            (Some(problem), None),
        )
        .await;
    }
    let (Some(version), Some(dialog)) = (version(&visit, &typed.version), dialog(&typed.dialog)) else {
        let word = Some(NoticeWord::ChangedMeanwhile);
        return again(&visit, id, typed, StatusCode::PRECONDITION_FAILED, (None, word)).await;
    };
    let asked = StaffRevocation {
        by: visit.by(),
        mandate: id,
        version,
        dialog,
        reason: kept(&typed.reason),
    };
    let (status, word) = match revoke_by_staff(&visit.services, asked).await {
        Ok(()) => return Ok(visit.go_and_tell(&path_of(id), NoticeWord::MandateRevoked)),
        Err(StaffRevokeError::Ended) => (StatusCode::CONFLICT, NoticeWord::MandateEnded),
        Err(StaffRevokeError::Changed { .. }) => (StatusCode::PRECONDITION_FAILED, NoticeWord::ChangedMeanwhile),
        Err(StaffRevokeError::Dialog(DialogError::Foreign)) => (StatusCode::CONFLICT, NoticeWord::FormSentBefore),
        Err(StaffRevokeError::NotFound) => return Err(PageError::not_found()),
        Err(StaffRevokeError::Database(error) | StaffRevokeError::Dialog(DialogError::Database(error))) => {
            return Err(error.into());
        }
    };
    again(&visit, id, typed, status, (None, Some(word))).await
}

/// The page as it is now, with what was typed and why nothing was done.
async fn again(
    visit: &StaffVisit,
    id: MandateId,
    typed: Typed,
    status: StatusCode,
    (problem, word): (Option<FieldProblem>, Option<NoticeWord>),
) -> Result<Response, PageError> {
    let page = page(visit, id).await?;
    let revocation = page.revocation.map(|form| form.refused(typed.reason, problem));
    visit.refuse_as(status, &CsMandate { revocation, ..page }, word)
}

/// The consent, once it is written that its member is looked at.
async fn page(visit: &StaffVisit, id: MandateId) -> Result<CsMandate, PageError> {
    let found = mandates::Entity::find_by_id(id).one(visit.db()).await?;
    let mandate = found.ok_or(PageError::not_found())?;
    // One that nobody has approved is of no member.
    let member = mandate.member_id.ok_or(PageError::not_found())?;
    let user = search::any_member(visit.db(), member).await?;
    let user = user.ok_or(PageError::not_found())?;
    let look = Record::look(StaffDeed::MemberSeen, Subject::member(member));
    audit::look(&visit.services, visit.by(), look).await?;
    let may_end = visit.staff.role.may(Permission::RevokeMandates) && mandate.status == MandateStatus::Active;
    let version = mandate.version;
    let (mode, reference) = (mandate.mode, mandate.reference.clone());
    let partner_path = super::partners::path_of(mandate.partner_id);
    let mut cards = mandate_cards(visit, &[mandate]).await?;
    Ok(CsMandate {
        mandate: cards.pop().ok_or(PageError::not_found())?,
        member: members::row(&user),
        partner_path,
        mode,
        reference,
        version,
        revocation: may_end.then(|| ReasonForm::new(new_dialog(), version)),
        as_of: visit.services.clock.now(),
    })
}

fn parse_id(id: &str) -> Result<MandateId, PageError> {
    Prefix::Mandate.parse(id).map(MandateId).ok_or(PageError::not_found())
}

fn path_of(id: MandateId) -> String {
    format!("{PATH}/{}", Prefix::Mandate.show(id.0))
}
