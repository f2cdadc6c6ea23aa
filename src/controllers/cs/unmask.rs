//! `/cs/members/{id}/unmask`: one record of a member's, whole, with a reason.
//!
//! Sent by a script, the answer takes the form's place and the form comes back after a minute. Without scripts the answer
//! is a page of its own, which the browser leaves after a minute by the `Refresh` header. Neither is kept anywhere: all
//! pages are `no-store`, and a page that is left forgets what it showed (`app.js`).

use axum::Form;
use axum::extract::Path;
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use axum::routing::get;
use chrono::{DateTime, Utc};
use loco_rs::controller::Routes;
use serde::Deserialize;

use super::StaffVisit;
use super::asked::reason_problem;
use super::members::{parse_id, path_of};
use crate::controllers::extractors::htmx;
use crate::controllers::pages::PageError;
use crate::controllers::web::rows;
use crate::desk::audit::Subject;
use crate::desk::roles::Permission;
use crate::desk::unmask::{self, Asked, Opened, SHOWN_SECS, UnmaskError, Wanted, Whole};
use crate::ids::{AccountId, Prefix, UserId};
use crate::members::search;
use crate::models::bank_accounts;
use crate::views::cs::unmask::{
    AccountChoice, ShownWhole, UnmaskForm, UnmaskFragment, UnmaskWait, UnmaskedFragment, UnmaskedPage, WholeAccount,
    WholePerson, birth_date, phone,
};
use crate::views::form::{FieldErrors, FieldProblem};

pub fn routes() -> Routes {
    Routes::new().add("/cs/members/{id}/unmask", get(back).post(open))
}

/// The form for a member, where this role may see records whole.
pub(super) fn offered(visit: &StaffVisit, member: UserId, accounts: &[bank_accounts::Model]) -> Option<UnmaskForm> {
    let choices = accounts.iter().map(|account| AccountChoice {
        value: Prefix::Account.show(account.id.0),
        label: rows::account_label(account),
    });
    let may = visit.staff.role.may(Permission::Unmask);
    may.then(|| UnmaskForm::new(format!("{}/unmask", path_of(member)), choices.collect()))
}

/// The form by itself, for the place of a record whose time is over. Who goes there otherwise sees the member.
async fn back(visit: StaffVisit, Path(id): Path<String>) -> Result<Response, PageError> {
    visit.require(Permission::Unmask)?;
    let member = parse_id(&id)?;
    if !htmx::asks_for_fragment(&visit.headers) {
        return Ok(htmx::redirect(&visit.headers, &path_of(member)));
    }
    let unmask = form(&visit, member).await?;
    visit.show(&UnmaskFragment { unmask })
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Typed {
    what: String,
    reason: String,
}

async fn open(visit: StaffVisit, Path(id): Path<String>, Form(typed): Form<Typed>) -> Result<Response, PageError> {
    visit.require(Permission::Unmask)?;
    let member = parse_id(&id)?;
    let (Some(wanted), None) = (wanted(&typed.what), reason_problem(&typed.reason)) else {
        return refuse(&visit, member, typed).await;
    };
    let asked = Asked {
        by: visit.by(),
        member,
        wanted,
        subject: Subject::member(member),
        reason: typed.reason.trim().to_owned(),
    };
    match unmask::open(&visit.services, asked).await {
        Ok(opened) => show(&visit, member, opened),
        Err(UnmaskError::TooMany { most, again_at }) => {
            let wait = UnmaskWait { most, again_at };
            refuse_for_now(&visit, member, typed, wait).await
        }
        Err(UnmaskError::NotFound) => Err(PageError::not_found()),
        Err(UnmaskError::Database(error)) => Err(error.into()),
        Err(error @ UnmaskError::Seal(_)) => Err(PageError::internal(&error)),
    }
}

fn wanted(what: &str) -> Option<Wanted> {
    if what == "person" {
        return Some(Wanted::Person);
    }
    Prefix::Account.parse(what).map(|id| Wanted::Account(AccountId(id)))
}

fn show(visit: &StaffVisit, member: UserId, opened: Opened) -> Result<Response, PageError> {
    let shown = shown(path_of(member), opened);
    if htmx::asks_for_fragment(&visit.headers) {
        return visit.show(&UnmaskedFragment { shown });
    }
    let refresh = format!("{SHOWN_SECS};url={}", shown.back);
    let mut response = visit.show(&UnmaskedPage { shown })?;
    if let Ok(value) = HeaderValue::from_str(&refresh) {
        response.headers_mut().insert("refresh", value);
    }
    Ok(response)
}

fn shown(back: String, Opened { whole, until }: Opened) -> ShownWhole {
    let (person, account) = match whole {
        Whole::Person {
            name,
            email,
            phone: digits,
            birth_date: day,
        } => {
            let person = WholePerson {
                name,
                email,
                phone: digits.as_deref().map(phone),
                birth_date: birth_date(&day),
            };
            (Some(person), None)
        }
        Whole::Account { bank_code, number } => (None, Some(WholeAccount { bank_code, number })),
    };
    ShownWhole {
        path: format!("{back}/unmask"),
        back,
        person,
        account,
        until,
        seconds: SHOWN_SECS,
    }
}

async fn form(visit: &StaffVisit, member: UserId) -> Result<UnmaskForm, PageError> {
    let found = search::any_member(visit.db(), member).await?;
    found.ok_or(PageError::not_found())?;
    let accounts = bank_accounts::Model::list_ever_of(visit.db(), member).await?;
    offered(visit, member, &accounts).ok_or(PageError::forbidden())
}

/// The form with what was typed and what is wrong with it: by itself, or on the member's page.
async fn refuse(visit: &StaffVisit, member: UserId, typed: Typed) -> Result<Response, PageError> {
    let mut errors = FieldErrors::new();
    errors.extend(reason_problem(&typed.reason).map(|problem| ("reason", problem)));
    if wanted(&typed.what).is_none() {
        errors.insert("what", FieldProblem::ChoiceUnknown);
    }
    let refused = UnmaskForm {
        errors,
        ..kept(form(visit, member).await?, typed)
    };
    answer(visit, member, refused, StatusCode::UNPROCESSABLE_ENTITY).await
}

async fn refuse_for_now(
    visit: &StaffVisit,
    member: UserId,
    typed: Typed,
    wait: UnmaskWait,
) -> Result<Response, PageError> {
    let refused = UnmaskForm {
        wait: Some(wait),
        ..kept(form(visit, member).await?, typed)
    };
    let mut response = answer(visit, member, refused, StatusCode::TOO_MANY_REQUESTS).await?;
    let secs = wait_secs(wait.again_at, visit.services.clock.now());
    response.headers_mut().insert(RETRY_AFTER, secs.into());
    Ok(response)
}

/// Whole seconds, one at least: who came a part of one too early would come in vain.
fn wait_secs(until: DateTime<Utc>, now: DateTime<Utc>) -> i64 {
    (until - now).num_seconds().saturating_add(1).max(1)
}

fn kept(form: UnmaskForm, typed: Typed) -> UnmaskForm {
    UnmaskForm {
        what: typed.what,
        reason: typed.reason,
        ..form
    }
}

async fn answer(
    visit: &StaffVisit,
    member: UserId,
    unmask: UnmaskForm,
    status: StatusCode,
) -> Result<Response, PageError> {
    if htmx::asks_for_fragment(&visit.headers) {
        return visit.refuse_as(status, &UnmaskFragment { unmask }, None);
    }
    let page = super::members::page(visit, member, None).await?;
    visit.refuse_as(status, &page.with_unmask(unmask), None)
}
