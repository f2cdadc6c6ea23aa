//! `/cs/bank/windows/new` and `/cs/bank/windows/{id}`: staff enter when the bank does not work, and take it back.

use axum::Form;
use axum::extract::{Path, RawQuery};
use axum::http::StatusCode;
use axum::response::{Redirect, Response};
use chrono::TimeDelta;
use loco_rs::controller::Routes;
use sea_orm::EntityTrait;
use serde::Deserialize;
use uuid::Uuid;

use super::StaffVisit;
use super::actions::kept;
use super::asked::{dialog, new_dialog, reason_problem, version};
use super::bank::{self, window_row};
use super::notice_form::read_moment;
use crate::bank::maintenance::Span;
use crate::clock::{kst_date, kst_midnight};
use crate::controllers::notice::NoticeWord;
use crate::controllers::pages::PageError;
use crate::controllers::routing::{get, post};
use crate::desk::bank_windows::{self, End, NewWindow, WindowError, WindowFault};
use crate::desk::dialog::DialogError;
use crate::desk::roles::Permission;
use crate::ids::WindowId;
use crate::models::kinds::WindowKind;
use crate::models::{bank_windows as rows, users};
use crate::views::cs::bank::WindowStands;
use crate::views::cs::bank_window::{CsBankWindow, CsBankWindowNew};
use crate::views::cs::reason_form::ReasonForm;
use crate::views::form::{FieldErrors, FieldProblem};

pub fn routes() -> Routes {
    Routes::new()
        .add("/cs/bank/windows/new", get(show_new).merge(post(enter)))
        .add("/cs/bank/windows/{id}", get(show))
        .add("/cs/bank/windows/{id}/end", get(back).merge(post(end)))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Typed {
    dialog: String,
    version: String,
    reason: String,
    kind: String,
    from: String,
    until: String,
}

async fn show_new(visit: StaffVisit) -> Result<Response, PageError> {
    visit.require(Permission::PlanMaintenance)?;
    visit.show(&CsBankWindowNew {
        kind: WindowKind::Once,
        from: String::new(),
        until: String::new(),
        errors: FieldErrors::new(),
        form: ReasonForm::new(new_dialog(), 0),
    })
}

/// When it is to begin and end.
fn read(typed: &Typed) -> Result<(WindowKind, Span), FieldErrors> {
    let kind = WindowKind::parse(&typed.kind).unwrap_or(WindowKind::Once);
    let moment = |name, text: &str| {
        let problem = if text.trim().is_empty() {
            FieldProblem::Required
        } else {
            FieldProblem::MomentFormat
        };
        read_moment(text).ok_or_else(|| FieldErrors::from([(name, problem)]))
    };
    let from = moment("from", &typed.from)?;
    if kind == WindowKind::Holiday {
        let day = kst_midnight(kst_date(from));
        return Ok((kind, (day, day + TimeDelta::days(1))));
    }
    Ok((kind, (from, moment("until", &typed.until)?)))
}

/// The field that is to be changed, and why.
fn told(kind: WindowKind, fault: WindowFault) -> FieldErrors {
    FieldErrors::from([match (fault, kind) {
        (WindowFault::Empty, _) => ("until", FieldProblem::EndsBeforeItBegins),
        (WindowFault::Over, WindowKind::Holiday) => ("from", FieldProblem::DayPast),
        (WindowFault::Over, WindowKind::Once) => ("until", FieldProblem::WindowOver),
        (WindowFault::BeganLongAgo, _) => ("from", FieldProblem::BeginsTooEarly),
        (WindowFault::TooLong, _) => ("until", FieldProblem::WindowTooLong),
    }])
}

async fn enter(visit: StaffVisit, Form(typed): Form<Typed>) -> Result<Response, PageError> {
    visit.require(Permission::PlanMaintenance)?;
    let (kind, span) = match (read(&typed), reason_problem(&typed.reason)) {
        (Ok(window), None) => window,
        (Ok((kind, span)), problem) => {
            let fault = bank_windows::fault(kind, span, visit.services.clock.now());
            let errors = fault.map(|fault| told(kind, fault)).unwrap_or_default();
            return visit.refuse(&refilled(typed, errors, problem));
        }
        (Err(errors), problem) => return visit.refuse(&refilled(typed, errors, problem)),
    };
    let Some(dialog) = dialog(&typed.dialog) else {
        let page = refilled(typed, FieldErrors::new(), None);
        return visit.refuse_as(
            StatusCode::PRECONDITION_FAILED,
            &page,
            Some(NoticeWord::ChangedMeanwhile),
        );
    };
    let new = NewWindow {
        by: visit.by(),
        dialog,
        kind,
        starts_at: span.0,
        ends_at: span.1,
        reason: kept(&typed.reason),
    };
    match bank_windows::enter(&visit.services, new).await {
        Ok(()) => Ok(visit.go_and_tell(bank::PATH, NoticeWord::WindowEntered)),
        Err(WindowError::Refused(fault)) => visit.refuse(&refilled(typed, told(kind, fault), None)),
        Err(WindowError::SentOtherwise | WindowError::Dialog(DialogError::Foreign)) => {
            let page = refilled(typed, FieldErrors::new(), None);
            visit.refuse_as(StatusCode::CONFLICT, &page, Some(NoticeWord::FormSentBefore))
        }
        Err(error) => Err(failed(error)),
    }
}

fn refilled(typed: Typed, errors: FieldErrors, problem: Option<FieldProblem>) -> CsBankWindowNew {
    CsBankWindowNew {
        kind: WindowKind::parse(&typed.kind).unwrap_or(WindowKind::Once),
        from: typed.from,
        until: typed.until,
        errors,
        form: ReasonForm::new(new_dialog(), 0).refused(typed.reason, problem),
    }
}

fn parse_id(id: &str) -> Result<WindowId, PageError> {
    Uuid::try_parse(id).map(WindowId).map_err(|_| PageError::not_found())
}

async fn page(visit: &StaffVisit, id: WindowId) -> Result<CsBankWindow, PageError> {
    let found = rows::Entity::find_by_id(id).one(visit.db()).await?;
    let row = found.ok_or(PageError::not_found())?;
    let author = users::Entity::find_by_id(row.author_id).one(visit.db()).await?;
    let window = window_row(&row, visit.services.clock.now());
    let can_end = matches!(window.stands, WindowStands::Planned | WindowStands::Now) && row.ended_at.is_none();
    let may_end = visit.staff.role.may(Permission::PlanMaintenance) && can_end;
    Ok(CsBankWindow {
        window,
        author_name: author.map(|user| user.name).unwrap_or_default(),
        form: may_end.then(|| ReasonForm::new(new_dialog(), row.version)),
    })
}

async fn show(visit: StaffVisit, Path(id): Path<String>) -> Result<Response, PageError> {
    visit.require(Permission::SeeOverview)?;
    visit.show(&page(&visit, parse_id(&id)?).await?)
}

/// A form that was refused stands at its own address: who reloads it sees the window.
async fn back(visit: StaffVisit, Path(id): Path<String>, RawQuery(query): RawQuery) -> Result<Redirect, PageError> {
    visit.require(Permission::SeeOverview)?;
    let path = format!("/cs/bank/windows/{}", parse_id(&id)?.0.simple());
    Ok(Redirect::to(
        &query.map_or(path.clone(), |query| format!("{path}?{query}")),
    ))
}

async fn end(visit: StaffVisit, Path(id): Path<String>, Form(typed): Form<Typed>) -> Result<Response, PageError> {
    visit.require(Permission::PlanMaintenance)?;
    let id = parse_id(&id)?;
    if let Some(problem) = reason_problem(&typed.reason) {
        return again(
            &visit,
            id,
            typed,
            (StatusCode::UNPROCESSABLE_ENTITY, Some(problem), None),
        )
        .await;
    }
    let changed = (
        StatusCode::PRECONDITION_FAILED,
        None,
        Some(NoticeWord::ChangedMeanwhile),
    );
    let (Some(version), Some(dialog)) = (version(&visit, &typed.version), dialog(&typed.dialog)) else {
        return again(&visit, id, typed, changed).await;
    };
    let asked = End {
        by: visit.by(),
        dialog,
        window: id,
        version,
        reason: kept(&typed.reason),
    };
    match bank_windows::end(&visit.services, asked).await {
        Ok(()) => Ok(visit.go_and_tell(bank::PATH, NoticeWord::WindowEnded)),
        Err(WindowError::Changed) => again(&visit, id, typed, changed).await,
        Err(WindowError::Dialog(DialogError::Foreign)) => {
            let told = (StatusCode::CONFLICT, None, Some(NoticeWord::FormSentBefore));
            again(&visit, id, typed, told).await
        }
        Err(error) => Err(failed(error)),
    }
}

/// The page as it is now, with what was typed and why nothing was done.
async fn again(
    visit: &StaffVisit,
    id: WindowId,
    typed: Typed,
    (status, problem, word): (StatusCode, Option<FieldProblem>, Option<NoticeWord>),
) -> Result<Response, PageError> {
    let page = page(visit, id).await?;
    let form = page.form.map(|form| form.refused(typed.reason, problem));
    visit.refuse_as(status, &CsBankWindow { form, ..page }, word)
}

fn failed(error: WindowError) -> PageError {
    match error {
        WindowError::NotFound => PageError::not_found(),
        WindowError::Database(error) | WindowError::Dialog(DialogError::Database(error)) => error.into(),
        error => PageError::internal(&error),
    }
}
