//! `/accounts/new` and after it: linking an account step by step, and going on with a link that stopped.
//!
//! What is typed goes from step to step in a sealed field; nothing is stored before the consent.

use std::time::Duration;

use axum::Form;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use loco_rs::controller::Routes;
use serde::Deserialize;

use super::accounts::{find, parse_id};
use super::context::MemberVisit;
use super::link_pages::{self, Refused};
use super::rows;
use crate::accounts::consent::ConsentText;
use crate::accounts::draft::Draft;
use crate::accounts::holder::{self, NotConfirmed};
use crate::accounts::link::{self, LinkError, Linked, NewLink, Running};
use crate::accounts::request::LinkForm;
use crate::accounts::stop::LinkStop;
use crate::controllers::extractors::htmx;
use crate::controllers::notice::NoticeWord;
use crate::controllers::pages::PageError;
use crate::controllers::routing::{get, post};
use crate::controllers::way_back;
use crate::ids::{AccountId, Prefix};
use crate::models::kinds::AccountState;
use crate::views::form::{FieldErrors, FieldProblem};
use crate::views::web::account_link::AccountLinked;
use crate::views::words::LinkProblem;

const FIRST_STEP: &str = "/accounts/new";

pub fn routes() -> Routes {
    Routes::new()
        .add(FIRST_STEP, get(show).merge(post(confirm)))
        .add("/accounts/new/edit", get(first_step).merge(post(edit)))
        .add("/accounts/new/consent", get(first_step).merge(post(agree)))
        .add("/accounts/{id}/link", get(progress).merge(post(resume)))
        .add("/accounts/{id}/linked", get(linked))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    /// `acc_…` of a pending account whose number was wrong.
    replaces: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Typed {
    bank: String,
    number: String,
    nickname: String,
    replaces: String,
    /// What was typed before, sealed: the bank is asked again.
    draft: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Agreed {
    draft: String,
    /// The hash of the text that was read.
    text: String,
    /// Any value means the box was ticked.
    consent: String,
}

/// A step's own address is nowhere to begin: who reloads it starts at the first.
async fn first_step() -> Redirect {
    Redirect::to(FIRST_STEP)
}

async fn show(visit: MemberVisit, Query(asked): Query<Asked>) -> Result<Response, PageError> {
    let page = link_pages::first(&visit, replaced(&asked.replaces)).await?;
    visit.show(&page)
}

async fn confirm(visit: MemberVisit, Form(typed): Form<Typed>) -> Result<Response, PageError> {
    let kept = Draft::open(&visit.services.sealer, visit.member, &typed.draft);
    match read(&typed, kept.as_ref()) {
        Ok(draft) => ask_whose(&visit, draft).await,
        Err(faults) => {
            let mut page = link_pages::first(&visit, replaced(&typed.replaces)).await?;
            page.kept = kept.map(|draft| link_pages::kept(&visit, &draft)).transpose()?;
            page.bank = typed.bank;
            page.number = typed.number;
            page.nickname = typed.nickname;
            page.errors = faults;
            visit.refuse(&page)
        }
    }
}

/// What was typed, with the kept number where none was; a kept draft alone is asked about again as it is.
fn read(typed: &Typed, kept: Option<&Draft>) -> Result<Draft, FieldErrors> {
    let kept_number = match kept {
        Some(draft) if typed.bank.is_empty() => return Ok(draft.clone()),
        Some(draft) if typed.number.trim().is_empty() => Some(draft.request.number.as_str()),
        _ => None,
    };
    let form = LinkForm {
        bank: typed.bank.clone(),
        number: kept_number.unwrap_or(&typed.number).to_owned(),
        nickname: typed.nickname.clone(),
    };
    let request = form.read().map_err(|faults| link_pages::field_errors(&faults))?;
    Ok(Draft {
        request,
        replaces: replaced(&typed.replaces),
        confirmed_at: None,
    })
}

/// The holder's name, and then the text to agree to.
async fn ask_whose(visit: &MemberVisit, draft: Draft) -> Result<Response, PageError> {
    match holder::confirm(&visit.services, visit.member, draft.request.clone()).await {
        Ok(confirmed) => {
            let draft = Draft {
                confirmed_at: Some(confirmed.at()),
                ..draft
            };
            visit.show(&link_pages::second(visit, &draft)?)
        }
        Err(NotConfirmed::Known(known)) => Ok(go_to_known(visit, known).await?),
        Err(NotConfirmed::Stopped(stop)) => link_pages::refuse(visit, &draft, Refused::Stopped(stop)),
        Err(NotConfirmed::TooMany(used_up)) => link_pages::refuse(visit, &draft, Refused::TooMany(used_up)),
        Err(NotConfirmed::NoUser) => Err(PageError::forbidden()),
        Err(NotConfirmed::Database(error)) => Err(error.into()),
        Err(error @ NotConfirmed::Seal(_)) => Err(PageError::internal(&error)),
    }
}

/// The member has it already: its page says that it is linked, or goes on with it.
async fn go_to_known(visit: &MemberVisit, known: AccountId) -> Result<Response, PageError> {
    let account = find(visit, visit.member, &Prefix::Account.show(known.0)).await?;
    Ok(match account.state {
        AccountState::Active => visit.go_and_tell(&rows::account_path(known), NoticeWord::AccountKnown),
        AccountState::Pending => visit.go_and_tell(&rows::link_path(known), NoticeWord::LinkKnown),
    })
}

async fn edit(visit: MemberVisit, Form(typed): Form<Typed>) -> Result<Response, PageError> {
    let Some(draft) = Draft::open(&visit.services.sealer, visit.member, &typed.draft) else {
        return Ok(first_step().await.into_response());
    };
    let mut page = link_pages::first(&visit, draft.replaces).await?;
    page.kept = Some(link_pages::kept(&visit, &draft)?);
    draft.request.bank.as_str().clone_into(&mut page.bank);
    page.nickname = draft.request.nickname;
    visit.show(&page)
}

async fn agree(visit: MemberVisit, Form(form): Form<Agreed>) -> Result<Response, PageError> {
    let Some(draft) = Draft::open(&visit.services.sealer, visit.member, &form.draft) else {
        return Ok(first_step().await.into_response());
    };
    let Some(confirmed) = draft.confirmed(visit.services.clock.now()) else {
        return ask_whose(&visit, draft).await;
    };
    let agreed = ConsentText::today(visit.frame.lang);
    if form.consent.is_empty() || form.text != agreed.hash {
        let mut page = link_pages::second(&visit, &draft)?;
        page.errors = FieldErrors::from([("consent", FieldProblem::ConsentRequired)]);
        return visit.refuse(&page);
    }
    let new = NewLink {
        confirmed,
        agreed,
        replaces: draft.replaces,
    };
    match link::begin(&visit.services, visit.member, new).await {
        Ok(running) => wait(&visit, running).await,
        Err(LinkError::Duplicate(known)) => go_to_known(&visit, known).await,
        Err(LinkError::Closed(_)) => {
            link_pages::refuse(&visit, &draft, Refused::Stopped(LinkStop::OutsideServiceHours))
        }
        // Another window of the member's was faster: the list shows it.
        Err(LinkError::InHand) => Ok(visit.go_and_tell("/accounts", NoticeWord::LinkInHand)),
        // It is there and stopped, and was agreed to once more.
        Err(LinkError::TooMany(_)) => Ok(visit.go_and_tell("/accounts", NoticeWord::LinkTooOften)),
        Err(error) => Err(error.into()),
    }
}

/// The end of the link, or the page that waits on for it.
async fn wait(visit: &MemberVisit, running: Running) -> Result<Response, PageError> {
    let (id, patience_ms) = (running.account, visit.services.settings.bank.link_patience_ms);
    let path = match running.end_within(Duration::from_millis(patience_ms)).await {
        Ok(Some(Linked::Active(_))) => rows::linked_path(id),
        Ok(Some(Linked::Pending(..)) | None) | Err(LinkError::InHand) => rows::link_path(id),
        Err(error) => return Err(error.into()),
    };
    Ok(htmx::redirect(&visit.headers, &path))
}

async fn resume(visit: MemberVisit, Path(id): Path<String>) -> Result<Response, PageError> {
    let id = parse_id(&id)?;
    match link::begin_again(&visit.services, visit.member, id).await {
        Ok(running) => wait(&visit, running).await,
        Err(LinkError::Duplicate(_)) => Ok(htmx::redirect(&visit.headers, &rows::linked_path(id))),
        Err(LinkError::TooMany(_)) => Ok(visit.go_and_tell(&rows::link_path(id), NoticeWord::LinkTooOften)),
        Err(LinkError::InHand | LinkError::Closed(_)) => Ok(htmx::redirect(&visit.headers, &rows::link_path(id))),
        Err(error) => Err(error.into()),
    }
}

/// How a pending link stands. A script that looks again gets nothing while it is in hand, and is sent on after that.
async fn progress(visit: MemberVisit, Path(id): Path<String>) -> Result<Response, PageError> {
    let account = find(&visit, visit.member, &id).await?;
    let page = link_pages::link(&visit, &account);
    let looks_again = htmx::asks_for_fragment(&visit.headers);
    match account.state {
        AccountState::Active => Ok(htmx::redirect(&visit.headers, &rows::linked_path(account.id))),
        AccountState::Pending if looks_again && page.account.in_hand => Ok(StatusCode::NO_CONTENT.into_response()),
        AccountState::Pending if looks_again => Ok(htmx::redirect(&visit.headers, &rows::link_path(account.id))),
        AccountState::Pending => visit.show(&page),
    }
}

async fn linked(visit: MemberVisit, Path(id): Path<String>) -> Result<Response, PageError> {
    let account = find(&visit, visit.member, &id).await?;
    if account.state == AccountState::Pending {
        return Ok(htmx::redirect(&visit.headers, &rows::link_path(account.id)));
    }
    let known = visit.services.balances.last_known(account.id).await;
    visit.show(&AccountLinked {
        way_back: way_back::of(&visit.headers),
        account: rows::account_card(&account, rows::loading(known), visit.services.clock.now()),
    })
}

fn replaced(id: &str) -> Option<AccountId> {
    Prefix::Account.parse(id).map(AccountId)
}

impl From<LinkError> for PageError {
    fn from(error: LinkError) -> Self {
        match error {
            LinkError::NotFound => Self::not_found(),
            LinkError::NotAMember => Self::forbidden(),
            LinkError::Database(error) => error.into(),
            other => Self::internal(&other),
        }
    }
}

impl From<LinkStop> for LinkProblem {
    fn from(stop: LinkStop) -> Self {
        Self::from_word(stop.as_str())
    }
}
