//! The pages of the steps that link an account, put together from what is known.

use axum::http::StatusCode;
use axum::http::header::RETRY_AFTER;
use axum::response::Response;
use chrono::{DateTime, Utc};

use super::context::MemberVisit;
use super::rows;
use crate::accounts::AccountRow;
use crate::accounts::consent::ConsentText;
use crate::accounts::draft::Draft;
use crate::accounts::request::LinkFault;
use crate::accounts::stop::LinkStop;
use crate::cache::UsedUp;
use crate::controllers::pages::PageError;
use crate::ids::{AccountId, Prefix};
use crate::members::attempts::TooManyAttempts;
use crate::models::kinds::AccountState;
use crate::security::masking;
use crate::views::form::{FieldErrors, FieldProblem};
use crate::views::web::account_confirm::{AccountConfirm, DraftAccount};
use crate::views::web::account_link::AccountLink;
use crate::views::web::account_new::{AccountNew, KeptNumber, ReplacedAccount};
use crate::views::words::LinkProblem;

/// Why an account goes no further than the question whose it is.
#[derive(Clone, Copy)]
pub enum Refused {
    Stopped(LinkStop),
    TooMany(UsedUp),
}

/// The first step, empty but for what a wrong account's successor takes over. Another member's account is none.
pub async fn first(visit: &MemberVisit, replaces: Option<AccountId>) -> Result<AccountNew, PageError> {
    let wrong = match replaces {
        Some(id) => AccountRow::find_owned_by(visit.db(), visit.member, id).await?,
        None => None,
    };
    let Some(wrong) = wrong.filter(|account| account.state == AccountState::Pending) else {
        return Ok(AccountNew::default());
    };
    Ok(AccountNew {
        bank: wrong.bank_code,
        nickname: wrong.nickname,
        replaces: Some(ReplacedAccount {
            id: Prefix::Account.show(wrong.id.0),
            number_masked: wrong.number_masked,
        }),
        ..AccountNew::default()
    })
}

/// A number that was typed before, for the first step to keep.
pub fn kept(visit: &MemberVisit, draft: &Draft) -> Result<KeptNumber, PageError> {
    let sealed = draft.seal(&visit.services.sealer, visit.member);
    Ok(KeptNumber {
        draft: sealed.map_err(|error| PageError::internal(&error))?,
        number_masked: masking::account_number(draft.request.number.as_str()),
    })
}

/// The second step, ready for the third.
pub fn second(visit: &MemberVisit, draft: &Draft) -> Result<AccountConfirm, PageError> {
    let sealed = draft.seal(&visit.services.sealer, visit.member);
    let own_name = visit.frame.viewer.as_ref().map_or("", |viewer| viewer.name.as_str());
    let account = DraftAccount {
        nickname: draft.request.nickname.clone(),
        bank_code: draft.request.bank.as_str().to_owned(),
        number_masked: masking::account_number(draft.request.number.as_str()),
    };
    let sealed = sealed.map_err(|error| PageError::internal(&error))?;
    let text = ConsentText::today(visit.frame.lang);
    Ok(AccountConfirm::new(
        account,
        masking::person_name(own_name),
        sealed,
        &text,
    ))
}

/// The second step where it ends: nothing was stored.
pub fn refuse(visit: &MemberVisit, draft: &Draft, why: Refused) -> Result<Response, PageError> {
    let page = second(visit, draft)?;
    match why {
        Refused::Stopped(stop) => {
            let problem = LinkProblem::from(stop);
            visit.refuse(&page.stopped(problem, until(visit, Some(problem))))
        }
        Refused::TooMany(used_up) => {
            let page = page.stopped(LinkProblem::TooManyChecks, None);
            let mut response = visit.refuse_as(StatusCode::TOO_MANY_REQUESTS, &page, None)?;
            let wait = TooManyAttempts::from(used_up).retry_after_secs;
            response.headers_mut().insert(RETRY_AFTER, wait.into());
            Ok(response)
        }
    }
}

/// A pending account on its way, or where it stopped.
pub fn link(visit: &MemberVisit, account: &AccountRow) -> AccountLink {
    let now = visit.services.clock.now();
    let card = rows::account_card(account, rows::loading(None), now);
    let until = until(visit, card.link_problem);
    AccountLink::new(card, until)
}

/// When the bank works again, where a page tells that it does not.
fn until(visit: &MemberVisit, problem: Option<LinkProblem>) -> Option<DateTime<Utc>> {
    problem.filter(|problem| *problem == LinkProblem::OutsideServiceHours)?;
    closed_until(visit)
}

/// When the bank works again; `None` while it does.
pub fn closed_until(visit: &MemberVisit) -> Option<DateTime<Utc>> {
    visit.services.calendar.money_waits_until()
}

pub fn field_errors(faults: &[LinkFault]) -> FieldErrors {
    faults
        .iter()
        .map(|fault| match fault {
            LinkFault::Bank => ("bank", FieldProblem::BankUnknown),
            LinkFault::Number => ("number", FieldProblem::AccountNumberFormat),
            LinkFault::Length(bank) if bank.code == "012" => ("number", FieldProblem::AccountNumberLength012),
            LinkFault::Length(_) => ("number", FieldProblem::AccountNumberLength011),
            LinkFault::Nickname => ("nickname", FieldProblem::NicknameTooLong),
        })
        .collect()
}
