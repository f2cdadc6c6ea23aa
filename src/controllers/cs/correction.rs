//! `POST /cs/payments/{id}/correction`: a lead decides how a transfer ended.

use axum::Form;
use axum::extract::{Path, RawQuery};
use axum::http::StatusCode;
use axum::response::{Redirect, Response};
use loco_rs::controller::Routes;
use serde::Deserialize;
use uuid::Uuid;

use super::actions::{kept, new_dialog, require};
use super::payments::failed;
use super::{StaffVisit, detail};
use crate::controllers::api::headers::if_match;
use crate::controllers::extractors::session::STAFF_HOME;
use crate::controllers::notice::NoticeWord;
use crate::controllers::pages::PageError;
use crate::controllers::routing::{get, post};
use crate::controllers::web::rows;
use crate::desk::action::{Act, ActionError};
use crate::desk::corrections;
use crate::desk::roles::Permission;
use crate::ids::DialogId;
use crate::models::kinds::{FailureCode, Role};
use crate::models::transfers;
use crate::transfers::correct::Decision;
use crate::transfers::{TransferError, find, state};
use crate::views::cs::correction::{CsCorrection, DecisionWord, LONGEST_TEXT};
use crate::views::form::{FieldErrors, FieldProblem};

pub fn routes() -> Routes {
    Routes::new().add("/cs/payments/{id}/correction", get(back).merge(post(decide)))
}

/// A form that was refused stands at its own address: who reloads it sees the transfer.
async fn back(_: StaffVisit, Path(id): Path<String>, RawQuery(query): RawQuery) -> Redirect {
    let path = format!("{STAFF_HOME}/{id}");
    Redirect::to(&query.map_or(path.clone(), |query| format!("{path}?{query}")))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Typed {
    decision: String,
    reason: String,
    evidence: String,
    /// Of the page that the form stood on; an `If-Match` header counts more.
    version: String,
    /// Of that page: it decides once.
    dialog: String,
}

/// The form for a transfer, where it may be corrected by this role.
pub(super) fn offered(transfer: &transfers::Model, role: Role) -> Option<CsCorrection> {
    let decisions: Vec<_> = DecisionWord::ALL
        .into_iter()
        .filter(|word| state::may_be_corrected(transfer.state, decision(*word).state()))
        .collect();
    (role.may(Permission::Correct) && !decisions.is_empty()).then(|| CsCorrection {
        dialog: new_dialog(),
        ..CsCorrection::new(transfer.version, decisions)
    })
}

const fn decision(word: DecisionWord) -> Decision {
    match word {
        DecisionWord::Succeeded => Decision::Succeeded,
        DecisionWord::BankRefused => Decision::Failed(FailureCode::BankRefused),
        DecisionWord::BankNeverReceived => Decision::Failed(FailureCode::BankNeverReceived),
    }
}

async fn decide(visit: StaffVisit, Path(id): Path<String>, Form(typed): Form<Typed>) -> Result<Response, PageError> {
    visit.require(Permission::Correct)?;
    let (kind, transfer_id) = rows::parse_id(&id).ok_or(PageError::not_found())?;
    let transfer = find::any_of_kind(visit.db(), kind, transfer_id).await.map_err(failed)?;
    let (Some(word), Some(act), true) = (
        DecisionWord::parse(&typed.decision),
        act(&visit, &typed),
        problems(&typed).is_empty(),
    ) else {
        return again(&visit, transfer, typed).await;
    };
    let decided = (decision(word), kept(&typed.evidence));
    let (status, told) = match corrections::correct(&visit.services, act, transfer_id, decided).await {
        Ok(done) => {
            let word = done.made.map_or(NoticeWord::DoneBefore, |_| NoticeWord::Corrected);
            return Ok(visit.go_and_tell(&format!("{STAFF_HOME}/{id}"), word));
        }
        Err(error) => refused(error)?,
    };
    let now = find::any_of_kind(visit.db(), kind, transfer_id).await.map_err(failed)?;
    let page = detail::page(&visit, now).await?;
    visit.refuse_as(status, &page.with_correction(|form| keep(form, typed)), Some(told))
}

fn refused(error: ActionError) -> Result<(StatusCode, NoticeWord), PageError> {
    match error {
        ActionError::Transfer(error) => match error {
            TransferError::VersionConflict { .. } | TransferError::Raced => {
                Ok((StatusCode::PRECONDITION_FAILED, NoticeWord::ChangedMeanwhile))
            }
            TransferError::NotCorrectable { .. } => Ok((StatusCode::CONFLICT, NoticeWord::NotCorrectable)),
            TransferError::HasRefunds { .. } => Ok((StatusCode::CONFLICT, NoticeWord::HasRefunds)),
            TransferError::RefundExceedsRemaining { .. } => Ok((StatusCode::CONFLICT, NoticeWord::RefundExceedsPaid)),
            error => Err(failed(error)),
        },
        ActionError::ForeignDialog | ActionError::SentOtherwise => {
            Ok((StatusCode::CONFLICT, NoticeWord::FormSentBefore))
        }
        ActionError::Database(error) => Err(error.into()),
        error => Err(PageError::internal(&error)),
    }
}

/// Who decides, on what they saw. `None` where the form does not say it: then nothing is decided.
fn act(visit: &StaffVisit, typed: &Typed) -> Option<Act> {
    let version = match if_match(&visit.headers) {
        Ok(Some(version)) => version,
        Ok(None) => typed.version.parse().ok()?,
        Err(_) => return None,
    };
    Some(Act {
        by: visit.by(),
        dialog: DialogId(Uuid::try_parse(&typed.dialog).ok()?),
        version,
        reason: kept(&typed.reason),
    })
}

fn problems(typed: &Typed) -> FieldErrors {
    let mut errors = FieldErrors::new();
    if DecisionWord::parse(&typed.decision).is_none() {
        errors.insert("decision", FieldProblem::Required);
    }
    for (name, text) in [("reason", &typed.reason), ("evidence", &typed.evidence)] {
        require(&mut errors, name, text, LONGEST_TEXT);
    }
    errors
}

/// The page with what was typed and what is wrong with it, or with its version.
async fn again(visit: &StaffVisit, transfer: transfers::Model, typed: Typed) -> Result<Response, PageError> {
    let errors = problems(&typed);
    let page = detail::page(visit, transfer).await?;
    if errors.is_empty() {
        let page = page.with_correction(|form| keep(form, typed));
        return visit.refuse_as(
            StatusCode::PRECONDITION_FAILED,
            &page,
            Some(NoticeWord::ChangedMeanwhile),
        );
    }
    let page = page.with_correction(|form| CsCorrection {
        errors,
        ..keep(form, typed)
    });
    visit.refuse_as(StatusCode::UNPROCESSABLE_ENTITY, &page, None)
}

fn keep(form: CsCorrection, typed: Typed) -> CsCorrection {
    CsCorrection {
        decision: typed.decision,
        reason: typed.reason,
        evidence: typed.evidence,
        is_open: true,
        ..form
    }
}
