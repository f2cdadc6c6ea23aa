//! `/checkout/mandates/{id}`: a mandate that a shop asks for, the member's yes to it, and their no.

use axum::Form;
use axum::extract::{Path, Query};
use axum::response::{Redirect, Response};
use loco_rs::controller::Routes;
use sea_orm::EntityTrait;
use secrecy::SecretString;
use serde::Deserialize;

use super::{choices, shop};
use crate::accounts::AccountRow;
use crate::controllers::extractors::htmx;
use crate::controllers::pages::PageError;
use crate::controllers::routing::{get, post};
use crate::controllers::way_back;
use crate::controllers::web::context::Visit;
use crate::controllers::web::rows;
use crate::ids::{AccountId, MandateId, Prefix, UserId};
use crate::members::password_change::ProofError;
use crate::models::kinds::{AccountState, MandateStatus};
use crate::models::{mandates, users};
use crate::partners::mandate_approval::{self as verbs, ApprovalError, can_be_answered};
use crate::partners::mandate_consent::MandateConsent;
use crate::views::checkout::Asked;
use crate::views::checkout::approval::{Approval, Approved, Chosen};
use crate::views::checkout::over::{Over, Why};
use crate::views::form::{FieldErrors, FieldProblem};
use crate::views::web::sign_in::Wait;

pub fn routes() -> Routes {
    Routes::new()
        .add("/checkout/mandates/{id}", get(show).merge(post(approve)))
        .add("/checkout/mandates/{id}/balance", get(show_balance))
        .add("/checkout/mandates/{id}/decline", get(back).merge(post(decline)))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Looked {
    account: String,
    /// Any value: the member wants another account than the one that was taken for them.
    choose: String,
}

async fn show(visit: Visit, Path(id): Path<String>, Query(looked): Query<Looked>) -> Result<Response, PageError> {
    let mandate = find(&visit, &id).await?;
    let member = shop::member(&visit);
    if let Some(response) = over(&visit, &mandate, member).await? {
        return Ok(response);
    }
    let page = ask(&visit, &mandate, member, &looked).await?;
    let mut response = visit.show(&page)?;
    way_back::keep(&mut response, &visit.services, &path_of(&mandate));
    Ok(response)
}

/// A form's own address is nowhere to begin.
async fn back(visit: Visit, Path(id): Path<String>) -> Result<Redirect, PageError> {
    Ok(Redirect::to(&path_of(&find(&visit, &id).await?)))
}

async fn show_balance(
    visit: Visit,
    Path(id): Path<String>,
    Query(looked): Query<Looked>,
) -> Result<Response, PageError> {
    let mandate = find(&visit, &id).await?;
    choices::show_balance(&visit, path_of(&mandate), None, &looked.account).await
}

#[derive(Deserialize)]
#[serde(default)]
struct Typed {
    account: String,
    /// The hash of the text that was read.
    text: String,
    /// Any value means the box was ticked.
    consent: String,
    password: SecretString,
}

impl Default for Typed {
    fn default() -> Self {
        Self {
            account: String::new(),
            text: String::new(),
            consent: String::new(),
            password: String::new().into(),
        }
    }
}

async fn approve(visit: Visit, Path(id): Path<String>, Form(typed): Form<Typed>) -> Result<Response, PageError> {
    let mandate = find(&visit, &id).await?;
    let path = path_of(&mandate);
    let Some(member) = shop::member(&visit) else {
        return Ok(htmx::redirect(&visit.headers, &path));
    };
    if !can_be_answered(&mandate, visit.services.clock.now()) {
        return Ok(htmx::redirect(&visit.headers, &path));
    }
    let looked = Looked {
        account: typed.account.clone(),
        choose: String::new(),
    };
    let page = ask(&visit, &mandate, Some(member), &looked).await?;
    let Some(account) = choices::parse(&typed.account).filter(|_| page.chosen.is_some()) else {
        return refuse_field(&visit, page, "account", FieldProblem::ChoiceUnknown);
    };
    if typed.consent.is_empty() {
        return refuse_field(&visit, page, "consent", FieldProblem::ConsentRequired);
    }
    let approval = verbs::Approval {
        account,
        text: typed.text,
        language: visit.frame.lang,
        password: typed.password,
    };
    match verbs::approve(&visit.services, member, mandate.id, approval).await {
        Ok(()) => Ok(done(&visit, &path)),
        Err(ApprovalError::WrongPassword) => refuse_field(&visit, page, "password", FieldProblem::PasswordWrong),
        Err(ApprovalError::Proof(ProofError::TooManyAttempts(limit))) => {
            let wait = Some(Wait::of(limit.retry_after_secs));
            visit.refuse_for_now(&Approval { wait, ..page }, limit)
        }
        // The text that holds is on the page now.
        Err(ApprovalError::TextChanged) => refuse_field(&visit, page, "consent", FieldProblem::ConsentRequired),
        Err(ApprovalError::NoAccount) => {
            let page = Approval { chosen: None, ..page };
            refuse_field(&visit, page, "account", FieldProblem::ChoiceUnknown)
        }
        Err(error) => answered(&visit, &path, error),
    }
}

async fn decline(visit: Visit, Path(id): Path<String>) -> Result<Response, PageError> {
    let mandate = find(&visit, &id).await?;
    let path = path_of(&mandate);
    if shop::member(&visit).is_none() {
        return Ok(htmx::redirect(&visit.headers, &path));
    }
    match verbs::decline(&visit.services, mandate.id).await {
        Ok(()) => Ok(done(&visit, &path)),
        Err(error) => answered(&visit, &path, error),
    }
}

fn done(visit: &Visit, path: &str) -> Response {
    let mut response = htmx::redirect(&visit.headers, path);
    way_back::forget(&mut response, &visit.services);
    response
}

/// The page itself tells that somebody was faster, or that its time is over.
fn answered(visit: &Visit, path: &str, error: ApprovalError) -> Result<Response, PageError> {
    match error {
        ApprovalError::NotFound => Err(PageError::not_found()),
        ApprovalError::Answered | ApprovalError::Expired | ApprovalError::ShopClosed => Ok(done(visit, path)),
        ApprovalError::Database(error) => Err(error.into()),
        error => Err(PageError::internal(&error)),
    }
}

fn refuse_field(
    visit: &Visit,
    page: Approval,
    field: &'static str,
    problem: FieldProblem,
) -> Result<Response, PageError> {
    let errors = FieldErrors::from([(field, problem)]);
    visit.refuse(&Approval { errors, ..page })
}

/// What there is in the place of the question.
async fn over(
    visit: &Visit,
    mandate: &mandates::Model,
    member: Option<&users::Model>,
) -> Result<Option<Response>, PageError> {
    let own = member.filter(|member| mandate.member_id == Some(member.id));
    let mut response = if let Some(member) = own {
        visit.show(&approved(visit, mandate, member.id).await?)?
    } else {
        let (why, status) = if mandate.status == MandateStatus::Revoked && mandate.member_id.is_none() {
            (Why::MandateDeclined, "declined")
        } else if mandate.status != MandateStatus::Pending {
            // Of a stranger's answer the shop is told by its events, not by this browser.
            (Why::MandateAnswered, "answered")
        } else if !can_be_answered(mandate, visit.services.clock.now()) {
            (Why::MandateExpired, "expired")
        } else if let Some(why) = shop::closed(visit, (mandate.partner_id, mandate.mode)).await? {
            (why, "canceled")
        } else {
            return Ok(None);
        };
        let asked = asked(visit, mandate, status).await?;
        visit.show(&Over { asked, why })?
    };
    way_back::forget(&mut response, &visit.services);
    Ok(Some(response))
}

async fn approved(visit: &Visit, mandate: &mandates::Model, member: UserId) -> Result<Approved, PageError> {
    let account = mandate.account(visit.db()).await?;
    let account = account.filter(|account| account.member_id == member);
    let account = account.ok_or(PageError::not_found())?;
    Ok(Approved {
        asked: asked(visit, mandate, mandate.status.as_str()).await?,
        mandate_id: Prefix::Mandate.show(mandate.id.0),
        per_payment: mandate.per_payment_won(),
        daily: mandate.daily_won(),
        account: rows::account_label(&account),
        is_ended: mandate.status == MandateStatus::Revoked,
    })
}

async fn ask(
    visit: &Visit,
    mandate: &mandates::Model,
    member: Option<&users::Model>,
    looked: &Looked,
) -> Result<Approval, PageError> {
    let accounts = match member {
        Some(member) => Some(choices::of(visit, member.id, None, false).await?),
        None => None,
    };
    let (active, pending) = accounts.map_or_else(Default::default, |all| (all.active, all.pending));
    let asked = asked(visit, mandate, "canceled").await?;
    let only = (active.len() == 1).then(|| active.first()).flatten();
    let only = only.map(|choice| choice.account.id.as_str());
    let wanted = Some(looked.account.as_str()).filter(|id| !id.is_empty()).or(only);
    let wanted = wanted.filter(|_| looked.choose.is_empty()).and_then(choices::parse);
    let chosen = match (member, wanted) {
        (Some(member), Some(id)) => chosen(visit, (mandate, &asked.shop), member.id, id).await?,
        _ => None,
    };
    Ok(Approval {
        asked,
        per_payment: mandate.per_payment_won(),
        daily: mandate.daily_won(),
        expires_at: mandate.expires_at,
        is_member: member.is_some(),
        can_change: active.len() > 1,
        choices: active,
        pending,
        chosen,
        errors: FieldErrors::new(),
        wait: None,
    })
}

/// The member's account that can pay, with the text about it.
async fn chosen(
    visit: &Visit,
    (mandate, shop): (&mandates::Model, &str),
    member: UserId,
    id: AccountId,
) -> Result<Option<Chosen>, PageError> {
    let found = AccountRow::find_owned_by(visit.db(), member, id).await?;
    let Some(account) = found.filter(|account| account.state == AccountState::Active) else {
        return Ok(None);
    };
    let text = MandateConsent::today(visit.frame.lang, shop, mandate, &account);
    let card = rows::account_card(&account, rows::loading(None), visit.services.clock.now());
    Ok(Some(Chosen::new(card, text)))
}

async fn asked(visit: &Visit, mandate: &mandates::Model, status: &str) -> Result<Asked, PageError> {
    let id = Prefix::Mandate.show(mandate.id.0);
    let answer = [("mandate_id", id.as_str()), ("status", status)];
    let back = mandate.return_url.as_deref().map(|url| (url, answer.as_slice()));
    shop::asked(visit, (mandate.partner_id, mandate.mode), path_of(mandate), back).await
}

async fn find(visit: &Visit, id: &str) -> Result<mandates::Model, PageError> {
    let id = Prefix::Mandate.parse(id).map(MandateId).ok_or(PageError::not_found())?;
    let found = mandates::Entity::find_by_id(id).one(visit.db()).await?;
    // One that no partner asked for by a link has no page here.
    found
        .filter(|mandate| mandate.return_url.is_some())
        .ok_or(PageError::not_found())
}

fn path_of(mandate: &mandates::Model) -> String {
    format!("/checkout/mandates/{}", Prefix::Mandate.show(mandate.id.0))
}
