//! `/cs/staff/{id}`: one of staff, and taking their second factor away, with a reason.

use axum::Form;
use axum::extract::{Path, RawQuery};
use axum::http::StatusCode;
use axum::response::Response;
use loco_rs::controller::Routes;
use serde::Deserialize;
use uuid::Uuid;

use super::StaffVisit;
use super::actions::kept;
use super::asked::reason_problem;
use super::staff::{PATH, row};
use crate::controllers::extractors::htmx;
use crate::controllers::notice::NoticeWord;
use crate::controllers::pages::PageError;
use crate::controllers::routing::{get, post};
use crate::desk::dialog::DialogError;
use crate::desk::factor::recovery;
use crate::desk::factor::reset::{self, Reset, ResetError};
use crate::desk::people::{self, StaffMember};
use crate::desk::roles::Permission;
use crate::ids::{DialogId, Prefix, UserId};
use crate::views::cs::staff_member::StaffPage;
use crate::views::form::FieldErrors;

pub fn routes() -> Routes {
    Routes::new()
        .add("/cs/staff/{id}", get(show))
        .add("/cs/staff/{id}/factor-reset", get(go_back).merge(post(take_away)))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Typed {
    reason: String,
    dialog: String,
    version: String,
}

async fn show(visit: StaffVisit, Path(id): Path<String>) -> Result<Response, PageError> {
    visit.require(Permission::ResetFactors)?;
    let page = present(&visit, &find(&visit, &id).await?).await?;
    visit.show(&page)
}

async fn take_away(visit: StaffVisit, Path(id): Path<String>, Form(typed): Form<Typed>) -> Result<Response, PageError> {
    visit.require(Permission::ResetFactors)?;
    let member = find(&visit, &id).await?;
    let reason = kept(&typed.reason);
    let problem = reason_problem(&typed.reason);
    let (dialog, version) = (Uuid::try_parse(&typed.dialog), typed.version.parse::<i64>());
    let (None, Ok(dialog), Ok(version)) = (problem, &dialog, &version) else {
        let page = StaffPage {
            reason,
            errors: problem.map(|problem| ("reason", problem)).into_iter().collect(),
            ..present(&visit, &member).await?
        };
        return visit.refuse(&page);
    };
    let wanted = Reset {
        staff: member.user.id,
        version: *version,
        reason: reason.clone(),
        dialog: DialogId(*dialog),
    };
    let there = address(&member);
    match reset::reset(&visit.services, wanted, visit.by()).await {
        Ok(()) => Ok(visit.go_and_tell(&there, NoticeWord::FactorReset)),
        Err(ResetError::NotEnrolled) => Ok(visit.go_and_tell(&there, NoticeWord::FactorNotThere)),
        Err(ResetError::Changed) => {
            // What was typed is kept, over the factor that came between.
            let page = StaffPage {
                reason,
                ..present(&visit, &member).await?
            };
            visit.refuse_as(
                StatusCode::PRECONDITION_FAILED,
                &page,
                Some(NoticeWord::ChangedMeanwhile),
            )
        }
        Err(ResetError::Own) => Err(PageError::forbidden()),
        Err(ResetError::NotFound) => Err(PageError::not_found()),
        Err(ResetError::Dialog(DialogError::Foreign)) => {
            let page = StaffPage {
                reason,
                ..present(&visit, &member).await?
            };
            visit.refuse_as(StatusCode::CONFLICT, &page, Some(NoticeWord::FormSentBefore))
        }
        Err(ResetError::Dialog(DialogError::Database(error)) | ResetError::Database(error)) => Err(error.into()),
    }
}

/// A form that was refused stands at its own address: who reloads it sees the person.
async fn go_back(visit: StaffVisit, Path(id): Path<String>, RawQuery(query): RawQuery) -> Result<Response, PageError> {
    visit.require(Permission::ResetFactors)?;
    let path = address(&find(&visit, &id).await?);
    let path = query.map_or(path.clone(), |query| format!("{path}?{query}"));
    Ok(htmx::redirect(&visit.headers, &path))
}

async fn find(visit: &StaffVisit, id: &str) -> Result<StaffMember, PageError> {
    let id = Prefix::Staff.parse(id).map(UserId).ok_or(PageError::not_found())?;
    people::find(visit.db(), id).await?.ok_or(PageError::not_found())
}

fn address(of: &StaffMember) -> String {
    format!("{PATH}/{}", Prefix::Staff.show(of.user.id.0))
}

/// The page as things are, with a form that was never sent.
async fn present(visit: &StaffVisit, of: &StaffMember) -> Result<StaffPage, PageError> {
    Ok(StaffPage {
        member: row(of, visit.staff.id),
        codes_left: recovery::left(visit.db(), of.user.id).await?,
        dialog: DialogId::new().0.simple().to_string(),
        version: of.factor.as_ref().map_or(0, reset::version),
        reason: String::new(),
        errors: FieldErrors::new(),
    })
}
