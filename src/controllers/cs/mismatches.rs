//! One mismatch of the books: looked at, and closed by who is content with it.

use axum::Form;
use axum::extract::{Path, RawQuery};
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, Utc};
use loco_rs::controller::Routes;
use serde::Deserialize;
use uuid::Uuid;

use super::actions::kept;
use super::dead_letters::reason_errors;
use super::{StaffVisit, asked};
use crate::controllers::extractors::htmx;
use crate::controllers::notice::NoticeWord;
use crate::controllers::pages::PageError;
use crate::controllers::routing::{get, post};
use crate::desk::audit::LONGEST_REASON;
use crate::desk::dialog::DialogError;
use crate::desk::mismatch_closing::{self, CloseError, Closing};
use crate::desk::roles::Permission;
use crate::desk::{mismatches, reviews};
use crate::ids::Prefix;
use crate::models::kinds::TransferKind;
use crate::models::mismatches::Model;
use crate::views::cs::age::Age;
use crate::views::cs::mismatch::{ClosedFacts, MismatchPage, MismatchRow};
use crate::views::cs::reviews::{PATH, ReviewFilter, Tab};
use crate::views::form::FieldErrors;
use crate::views::words::FlawWord;

pub fn routes() -> Routes {
    Routes::new().add("/cs/reviews/mismatches/{mismatch}", get(show)).add(
        "/cs/reviews/mismatches/{mismatch}/closing",
        get(go_back).merge(post(close)),
    )
}

/// Of the form.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Typed {
    reason: String,
    dialog: String,
    version: String,
}

async fn show(visit: StaffVisit, Path(id): Path<String>) -> Result<Response, PageError> {
    visit.require(Permission::SeePayments)?;
    let row = find(&visit, &id).await?;
    visit.show(&page(&visit, row, String::new(), FieldErrors::new()).await?)
}

/// A form that was refused stands at its own address: who reloads it, or changes the language there, sees the mismatch.
async fn go_back(visit: StaffVisit, Path(id): Path<String>, RawQuery(query): RawQuery) -> Result<Response, PageError> {
    let row = find(&visit, &id).await?;
    let path = format!("{PATH}/mismatches/{}", row.id.simple());
    let path = query.map_or(path.clone(), |query| format!("{path}?{query}"));
    Ok(htmx::redirect(&visit.headers, &path))
}

async fn find(visit: &StaffVisit, id: &str) -> Result<Model, PageError> {
    let id = Uuid::try_parse(id).map_err(|_| PageError::not_found())?;
    let found = mismatches::find(visit.db(), id).await?;
    found.ok_or(PageError::not_found())
}

async fn page(visit: &StaffVisit, row: Model, reason: String, errors: FieldErrors) -> Result<MismatchPage, PageError> {
    let names = reviews::names(visit.db(), row.closed_by).await?;
    let closed = row.closed_at.map(|at| ClosedFacts {
        at,
        by: row
            .closed_by
            .map(|staff| names.get(&staff).cloned().unwrap_or_default()),
        reason: row.close_reason.clone(),
    });
    Ok(MismatchPage {
        version: row.version,
        dialog: asked::new_dialog(),
        may_close: visit.staff.role.may(Permission::HandleDeadLetters),
        closed,
        reason,
        errors,
        longest_reason: LONGEST_REASON,
        mismatch: mismatch_row(row, visit.services.clock.now()),
    })
}

async fn close(visit: StaffVisit, Path(id): Path<String>, Form(typed): Form<Typed>) -> Result<Response, PageError> {
    visit.require(Permission::HandleDeadLetters)?;
    let row = find(&visit, &id).await?;
    let errors = reason_errors(&typed.reason);
    if !errors.is_empty() {
        return visit.refuse(&page(&visit, row, typed.reason, errors).await?);
    }
    let seen = asked::version(&visit, &typed.version).zip(asked::dialog(&typed.dialog));
    let Some((version, dialog)) = seen else {
        // No form of ours has sent this: nothing is done.
        return changed(&visit, row, typed.reason).await;
    };
    let closing = Closing {
        id: row.id,
        version,
        reason: kept(&typed.reason),
        dialog,
        by: visit.by(),
    };
    match mismatch_closing::close(&visit.services, closing).await {
        Ok(()) => Ok(visit.go_and_tell(&tab(), NoticeWord::MismatchClosed)),
        Err(CloseError::Changed) => {
            let row = find(&visit, &id).await?;
            changed(&visit, row, typed.reason).await
        }
        Err(CloseError::NotFound) => Err(PageError::not_found()),
        Err(CloseError::Dialog(DialogError::Foreign)) => Ok(visit.go_and_tell(&tab(), NoticeWord::FormSentBefore)),
        Err(CloseError::Database(error) | CloseError::Dialog(DialogError::Database(error))) => Err(error.into()),
    }
}

/// The mismatch as it is now, with what was typed.
async fn changed(visit: &StaffVisit, row: Model, reason: String) -> Result<Response, PageError> {
    let page = page(visit, row, reason, FieldErrors::new()).await?;
    let told = Some(NoticeWord::ChangedMeanwhile);
    visit.refuse_as(StatusCode::PRECONDITION_FAILED, &page, told)
}

fn tab() -> String {
    let filter = ReviewFilter {
        tab: Tab::Mismatches,
        ..ReviewFilter::default()
    };
    filter.href()
}

pub(super) fn mismatch_row(row: Model, now: DateTime<Utc>) -> MismatchRow {
    let prefix = match row.kind {
        TransferKind::Payment => Prefix::Payment,
        TransferKind::Refund => Prefix::Refund,
    };
    MismatchRow {
        id: row.id.simple().to_string(),
        transfer_id: prefix.show(row.transfer_id.0),
        kind: row.kind,
        says: FlawWord::from_word(&row.flaw),
        flaw: row.flaw,
        detail: row.detail,
        age: Age::of(row.first_seen_at, now),
        first_seen_at: row.first_seen_at,
        last_seen_at: row.last_seen_at,
    }
}
