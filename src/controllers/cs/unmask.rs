//! `/cs/members/{id}/unmask` and `/cs/payments/{id}/unmask`: one record of a member's, whole, with a reason.
//!
//! Sent by a script, the answer takes the form's place and the form comes back after a minute. Without scripts the answer
//! is a page of its own, which the browser leaves after a minute by the `Refresh` header. Neither is kept anywhere: all
//! pages are `no-store`, and a page that is left forgets what it showed (`app.js`).

use axum::Form;
use axum::extract::Path;
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use chrono::{DateTime, Utc};
use loco_rs::controller::Routes;
use sea_orm::EntityTrait;
use serde::Deserialize;
use serde_json::json;

use super::actions::kept as kept_text;
use super::asked::reason_problem;
use super::{StaffVisit, detail, members};
use crate::controllers::extractors::htmx;
use crate::controllers::extractors::session::STAFF_HOME;
use crate::controllers::pages::PageError;
use crate::controllers::routing::{get, post};
use crate::controllers::web::rows;
use crate::desk::audit::{Record, Subject};
use crate::desk::roles::Permission;
use crate::desk::unmask::{self, Asked, Opened, SHOWN_SECS, UnmaskError, Wanted, Whole};
use crate::ids::{AccountId, Prefix, UserId};
use crate::members::search;
use crate::models::kinds::StaffDeed;
use crate::models::{bank_accounts, transfers};
use crate::views::cs::unmask::{
    AccountChoice, ShownWhole, UnmaskForm, UnmaskFragment, UnmaskWait, UnmaskedFragment, UnmaskedPage, WholeAccount,
    WholePerson, birth_date, phone,
};
use crate::views::form::{FieldErrors, FieldProblem};

pub fn routes() -> Routes {
    Routes::new()
        .add(
            "/cs/members/{id}/unmask",
            get(back_to_member).merge(post(open_on_members_page)),
        )
        .add(
            "/cs/payments/{id}/unmask",
            get(back_to_transfer).merge(post(open_on_transfers_page)),
        )
}

/// The page that a record is asked for on: the member's, or that of a payment or refund of theirs.
struct Spot {
    member: UserId,
    transfer: Option<transfers::Model>,
}

impl Spot {
    fn of_member(id: &str) -> Result<Self, PageError> {
        Ok(Self {
            member: members::parse_id(id)?,
            transfer: None,
        })
    }

    async fn of_transfer(visit: &StaffVisit, id: &str) -> Result<Self, PageError> {
        let transfer = detail::found(visit, id).await?;
        Ok(Self {
            member: transfer.member_id,
            transfer: Some(transfer),
        })
    }

    /// Where the form stands, and where who has seen the record goes back to.
    fn page(&self) -> String {
        self.transfer
            .as_ref()
            .map_or_else(|| members::path_of(self.member), page_of)
    }
}

fn page_of(transfer: &transfers::Model) -> String {
    format!("{STAFF_HOME}/{}", rows::shown_id(transfer))
}

/// The form for a member's page, where this role may see records whole.
pub(super) fn offered(visit: &StaffVisit, member: UserId, accounts: &[bank_accounts::Model]) -> Option<UnmaskForm> {
    let form = UnmaskForm::new(&members::path_of(member), accounts.iter().map(choice).collect());
    may(visit).then_some(UnmaskForm { is_open: true, ..form })
}

/// The form for the page of a transfer: its member, and the account it went from or to.
pub(super) fn offered_on(
    visit: &StaffVisit,
    transfer: &transfers::Model,
    account: &bank_accounts::Model,
) -> Option<UnmaskForm> {
    may(visit).then(|| UnmaskForm::new(&page_of(transfer), vec![choice(account)]))
}

fn may(visit: &StaffVisit) -> bool {
    visit.staff.role.may(Permission::Unmask)
}

fn choice(account: &bank_accounts::Model) -> AccountChoice {
    AccountChoice {
        value: Prefix::Account.show(account.id.0),
        label: rows::account_label(account),
    }
}

async fn back_to_member(visit: StaffVisit, Path(id): Path<String>) -> Result<Response, PageError> {
    visit.require(Permission::Unmask)?;
    back(&visit, Spot::of_member(&id)?).await
}

async fn back_to_transfer(visit: StaffVisit, Path(id): Path<String>) -> Result<Response, PageError> {
    visit.require(Permission::Unmask)?;
    back(&visit, Spot::of_transfer(&visit, &id).await?).await
}

/// The form by itself, for the place of a record whose time is over. Who goes there otherwise sees the page it stands on.
async fn back(visit: &StaffVisit, spot: Spot) -> Result<Response, PageError> {
    if !htmx::asks_for_fragment(&visit.headers) {
        return Ok(htmx::redirect(&visit.headers, &spot.page()));
    }
    let unmask = form(visit, &spot).await?;
    seen(visit, &spot).await?;
    visit.show(&UnmaskFragment { unmask })
}

/// The form by itself names the accounts of somebody, masked, and its address can be asked for alone: a look of its own.
async fn seen(visit: &StaffVisit, spot: &Spot) -> Result<(), PageError> {
    let look = match &spot.transfer {
        Some(transfer) => Record::look(StaffDeed::PaymentSeen, Subject::transfer(transfer)),
        None => Record::look(StaffDeed::MemberSeen, Subject::member(spot.member)),
    };
    detail::seen(visit, look.with(json!({ "part": "unmask" }))).await
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Typed {
    what: String,
    reason: String,
}

async fn open_on_members_page(
    visit: StaffVisit,
    Path(id): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, PageError> {
    visit.require(Permission::Unmask)?;
    open(&visit, Spot::of_member(&id)?, typed).await
}

async fn open_on_transfers_page(
    visit: StaffVisit,
    Path(id): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, PageError> {
    visit.require(Permission::Unmask)?;
    open(&visit, Spot::of_transfer(&visit, &id).await?, typed).await
}

async fn open(visit: &StaffVisit, spot: Spot, typed: Typed) -> Result<Response, PageError> {
    let (Some(wanted), None) = (wanted(&typed.what), reason_problem(&typed.reason)) else {
        return refuse(visit, spot, typed).await;
    };
    let asked = Asked {
        by: visit.by(),
        member: spot.member,
        wanted,
        on: spot.transfer.as_ref().map(rows::shown_id),
        reason: kept_text(&typed.reason),
    };
    match unmask::open(&visit.services, asked).await {
        Ok(opened) => show(visit, spot.page(), opened),
        Err(UnmaskError::TooMany { most, again_at }) => {
            let wait = UnmaskWait { most, again_at };
            refuse_for_now(visit, spot, typed, wait).await
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

fn show(visit: &StaffVisit, back: String, opened: Opened) -> Result<Response, PageError> {
    let shown = shown(back, opened);
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

async fn form(visit: &StaffVisit, spot: &Spot) -> Result<UnmaskForm, PageError> {
    let (db, member) = (visit.db(), spot.member);
    let found = search::any_member(db, member).await?;
    found.ok_or(PageError::not_found())?;
    let form = match &spot.transfer {
        Some(transfer) => {
            let account = bank_accounts::Entity::find_by_id(transfer.account_id).one(db).await?;
            offered_on(visit, transfer, &account.ok_or(PageError::not_found())?)
        }
        None => offered(visit, member, &bank_accounts::Model::list_ever_of(db, member).await?),
    };
    form.ok_or(PageError::forbidden())
}

/// The form with what was typed and what is wrong with it: by itself, or on the page it stands on.
async fn refuse(visit: &StaffVisit, spot: Spot, typed: Typed) -> Result<Response, PageError> {
    let mut errors = FieldErrors::new();
    errors.extend(reason_problem(&typed.reason).map(|problem| ("reason", problem)));
    if wanted(&typed.what).is_none() {
        errors.insert("what", FieldProblem::ChoiceUnknown);
    }
    let refused = UnmaskForm {
        errors,
        ..kept(form(visit, &spot).await?, typed)
    };
    answer(visit, spot, refused, StatusCode::UNPROCESSABLE_ENTITY).await
}

async fn refuse_for_now(visit: &StaffVisit, spot: Spot, typed: Typed, wait: UnmaskWait) -> Result<Response, PageError> {
    let refused = UnmaskForm {
        wait: Some(wait),
        ..kept(form(visit, &spot).await?, typed)
    };
    let mut response = answer(visit, spot, refused, StatusCode::TOO_MANY_REQUESTS).await?;
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
        is_open: true,
        ..form
    }
}

async fn answer(visit: &StaffVisit, spot: Spot, unmask: UnmaskForm, status: StatusCode) -> Result<Response, PageError> {
    if htmx::asks_for_fragment(&visit.headers) {
        seen(visit, &spot).await?;
        return visit.refuse_as(status, &UnmaskFragment { unmask }, None);
    }
    if let Some(transfer) = spot.transfer {
        let page = detail::page(visit, transfer).await?;
        visit.refuse_as(status, &page.with_unmask(unmask), None)
    } else {
        let page = members::page(visit, spot.member, None).await?;
        visit.refuse_as(status, &page.with_unmask(unmask), None)
    }
}
