//! `/cs/bank/limits/{lane}`: an operator changes how much may go on at the bank.

use axum::Form;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use loco_rs::controller::Routes;
use sea_orm::EntityTrait;
use serde::Deserialize;

use super::actions::kept;
use super::asked::{dialog, new_dialog, reason_problem, version};
use super::{StaffVisit, bank};
use crate::bank::OUR_BANK;
use crate::bank::gate::lane::Lane;
use crate::bank::gate::limits::{BankLimits, longest};
use crate::bank::shares::WHOLE;
use crate::controllers::notice::NoticeWord;
use crate::controllers::pages::PageError;
use crate::controllers::routing::{get, post};
use crate::desk::bank_limits::{self, Asked, LimitsError, Wanted};
use crate::desk::dialog::DialogError;
use crate::desk::roles::Permission;
use crate::models::gate_limits;
use crate::views::cs::bank_limit::CsBankLimit;
use crate::views::cs::reason_form::ReasonForm;
use crate::views::form::{FieldErrors, FieldProblem};

/// More than any bank allows.
const LARGEST: i64 = 100_000;
/// A shorter deadline ends calls before the bank can answer any.
const SHORTEST_MS: i64 = 100;

pub fn routes() -> Routes {
    Routes::new().add("/cs/bank/limits/{lane}", get(show).merge(post(change)))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Typed {
    dialog: String,
    version: String,
    reason: String,
    at_once: String,
    per_sec: String,
    deadline_ms: String,
}

async fn show(visit: StaffVisit, Path(lane): Path<String>) -> Result<Response, PageError> {
    visit.require(Permission::SetLimits)?;
    visit.show(&page(&visit, known(&lane)?).await?)
}

/// `bank`, or a class of calls.
fn known(lane: &str) -> Result<&'static str, PageError> {
    let word = Lane::parse(lane).map(Lane::as_str).or((lane == WHOLE).then_some(WHOLE));
    word.ok_or(PageError::not_found())
}

async fn page(visit: &StaffVisit, lane: &'static str) -> Result<CsBankLimit, PageError> {
    let found = gate_limits::Entity::find_by_id((OUR_BANK.to_owned(), lane.to_owned()));
    let row = found.one(visit.db()).await?.ok_or(PageError::not_found())?;
    let bank = &visit.services.settings.bank;
    let configured = BankLimits::configured(bank);
    let is_whole = lane == WHOLE;
    let typed = |number: Option<i64>| number.map(|number| number.to_string()).unwrap_or_default();
    Ok(CsBankLimit {
        lane,
        at_once: typed(row.at_once),
        per_sec: typed(row.per_sec),
        deadline_ms: typed(row.deadline_ms),
        configured_at_once: is_whole.then_some(configured.at_once),
        configured_per_sec: Some(configured.per_sec).filter(|per_sec| is_whole && *per_sec > 0),
        configured_deadline_ms: Lane::parse(lane).and_then(|lane| u64::try_from(longest(bank, lane).as_millis()).ok()),
        errors: FieldErrors::new(),
        form: ReasonForm::new(new_dialog(), row.version),
    })
}

/// The numbers that were typed; empty is as configured.
fn read(typed: &Typed, page: &CsBankLimit) -> Result<Wanted, FieldErrors> {
    // None at all is no limit but a stop, and a stop is a maintenance; what has no limit is left empty.
    let limit = |text: &str| {
        let (least, most) = ((1, FieldProblem::BelowOne), (LARGEST, FieldProblem::NumberFormat));
        number(text, least, most)
    };
    let deadline = match page.configured_deadline_ms {
        Some(longest) => {
            let longest = i64::try_from(longest).unwrap_or(i64::MAX);
            let least = (SHORTEST_MS.min(longest), FieldProblem::NumberFormat);
            number(&typed.deadline_ms, least, (longest, FieldProblem::OverConfigured))
        }
        None if typed.deadline_ms.trim().is_empty() => Ok(None),
        None => Err(FieldProblem::DeadlineOfClass),
    };
    let mut errors = FieldErrors::new();
    let mut told = |name, read: Result<Option<i64>, FieldProblem>| {
        read.unwrap_or_else(|problem| {
            errors.insert(name, problem);
            None
        })
    };
    let wanted = Wanted {
        at_once: told("at_once", limit(&typed.at_once)),
        per_sec: told("per_sec", limit(&typed.per_sec)),
        deadline_ms: told("deadline_ms", deadline),
    };
    if errors.is_empty() { Ok(wanted) } else { Err(errors) }
}

/// A number, `None` where nothing was typed; with the bounds go what is wrong below and above them.
fn number(
    text: &str,
    (least, too_little): (i64, FieldProblem),
    (most, too_much): (i64, FieldProblem),
) -> Result<Option<i64>, FieldProblem> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    match text.parse::<i64>() {
        Ok(number) if number < least => Err(too_little),
        Ok(number) if number > most => Err(too_much),
        Ok(number) => Ok(Some(number)),
        Err(_) => Err(FieldProblem::NumberFormat),
    }
}

async fn change(visit: StaffVisit, Path(lane): Path<String>, Form(typed): Form<Typed>) -> Result<Response, PageError> {
    visit.require(Permission::SetLimits)?;
    let page = page(&visit, known(&lane)?).await?;
    let (wanted, problem) = (read(&typed, &page), reason_problem(&typed.reason));
    let wanted = match (wanted, problem) {
        (Ok(wanted), None) => wanted,
        (wanted, problem) => {
            let errors = wanted.err().unwrap_or_default();
            let page = refilled(page, typed, errors, problem);
            return visit.refuse(&page);
        }
    };
    let (Some(version), Some(dialog)) = (version(&visit, &typed.version), dialog(&typed.dialog)) else {
        return again(
            &visit,
            page,
            typed,
            StatusCode::PRECONDITION_FAILED,
            NoticeWord::ChangedMeanwhile,
        );
    };
    let asked = Asked {
        by: visit.by(),
        lane: page.lane,
        version,
        dialog,
        reason: kept(&typed.reason),
        wanted,
    };
    match bank_limits::change(&visit.services, asked).await {
        Ok(()) => Ok(visit.go_and_tell(bank::PATH, NoticeWord::LimitsChanged)),
        Err(LimitsError::Changed { .. }) => again(
            &visit,
            page,
            typed,
            StatusCode::PRECONDITION_FAILED,
            NoticeWord::ChangedMeanwhile,
        ),
        Err(LimitsError::SentOtherwise | LimitsError::Dialog(DialogError::Foreign)) => {
            again(&visit, page, typed, StatusCode::CONFLICT, NoticeWord::FormSentBefore)
        }
        Err(LimitsError::Database(error) | LimitsError::Dialog(DialogError::Database(error))) => Err(error.into()),
    }
}

fn refilled(page: CsBankLimit, typed: Typed, errors: FieldErrors, problem: Option<FieldProblem>) -> CsBankLimit {
    CsBankLimit {
        at_once: typed.at_once,
        per_sec: typed.per_sec,
        deadline_ms: typed.deadline_ms,
        errors,
        form: page.form.refused(typed.reason, problem),
        ..page
    }
}

fn again(
    visit: &StaffVisit,
    page: CsBankLimit,
    typed: Typed,
    status: StatusCode,
    word: NoticeWord,
) -> Result<Response, PageError> {
    let page = refilled(page, typed, FieldErrors::new(), None);
    visit.refuse_as(status, &page, Some(word))
}
