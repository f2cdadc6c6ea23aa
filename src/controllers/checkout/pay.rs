//! `/checkout/{id}`: a checkout as it stands, and its confirmation.

use axum::Form;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::Response;
use loco_rs::controller::Routes;
use sea_orm::EntityTrait;
use secrecy::SecretString;
use serde::Deserialize;

use super::{choices, outcome, shop};
use crate::controllers::extractors::htmx;
use crate::controllers::pages::PageError;
use crate::controllers::routing::{get, post};
use crate::controllers::way_back;
use crate::controllers::web::context::Visit;
use crate::ids::{CheckoutId, Prefix, RequestId};
use crate::members::password_change::ProofError;
use crate::models::kinds::{CheckoutStatus, LimitScope};
use crate::models::{checkouts, users};
use crate::money::Won;
use crate::partners::checkout_confirmation::{self, NotConfirmed, Yes};
use crate::partners::checkouts::is_open;
use crate::transfers::TransferError;
use crate::transfers::accept_checkout::ConfirmError;
use crate::views::checkout::Asked;
use crate::views::checkout::over::{Over, Why};
use crate::views::checkout::pay::{Pay, PayProblem};
use crate::views::form::{FieldErrors, FieldProblem};
use crate::views::web::sign_in::Wait;

pub fn routes() -> Routes {
    Routes::new()
        .add("/checkout/{id}", get(show).merge(post(confirm)))
        .add("/checkout/{id}/balance", get(show_balance))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Looked {
    /// `1`: the bank is asked before the page is answered, for browsers without scripts.
    wait: String,
    account: String,
}

async fn show(visit: Visit, Path(id): Path<String>, Query(looked): Query<Looked>) -> Result<Response, PageError> {
    let checkout = find(&visit, &id).await?;
    let member = shop::member(&visit);
    if let Some(response) = over(&visit, &checkout, member).await? {
        return Ok(response);
    }
    let page = pay(&visit, &checkout, member, looked.wait == "1").await?;
    let mut response = visit.show(&page)?;
    way_back::keep(&mut response, &visit.services, &path_of(&checkout));
    Ok(response)
}

async fn show_balance(
    visit: Visit,
    Path(id): Path<String>,
    Query(looked): Query<Looked>,
) -> Result<Response, PageError> {
    let checkout = find(&visit, &id).await?;
    let amount = Some(Won::new(checkout.amount_won));
    choices::show_balance(&visit, path_of(&checkout), amount, &looked.account).await
}

#[derive(Deserialize)]
#[serde(default)]
struct Typed {
    account: String,
    password: SecretString,
}

impl Default for Typed {
    fn default() -> Self {
        Self {
            account: String::new(),
            password: String::new().into(),
        }
    }
}

/// Whatever came before, the page itself tells how it stands: so a second press or a way back finds the same payment.
async fn confirm(visit: Visit, Path(id): Path<String>, Form(typed): Form<Typed>) -> Result<Response, PageError> {
    let checkout = find(&visit, &id).await?;
    let Some(member) = shop::member(&visit) else {
        return Ok(htmx::redirect(&visit.headers, &path_of(&checkout)));
    };
    let page = |chosen: &str| present(&visit, &checkout, member, chosen.to_owned());
    let Some(account) = choices::parse(&typed.account) else {
        return refuse_field(&visit, page("").await?, "account", FieldProblem::Required);
    };
    let yes = Yes {
        account,
        password: typed.password,
        request_id: Some(RequestId::new(visit.frame.request_id.clone())),
    };
    match checkout_confirmation::confirm(&visit.services, member, checkout.id, yes).await {
        Ok(_) => Ok(done(&visit, &checkout)),
        Err(NotConfirmed::WrongPassword) => {
            let page = page(&typed.account).await?;
            refuse_field(&visit, page, "password", FieldProblem::PasswordWrong)
        }
        Err(NotConfirmed::Proof(ProofError::TooManyAttempts(limit))) => {
            let wait = Some(Wait::of(limit.retry_after_secs));
            let page = page(&typed.account).await?;
            visit.refuse_for_now(&Pay { wait, ..page }, limit)
        }
        Err(NotConfirmed::Refused(ConfirmError::NoAccount)) => {
            refuse_field(&visit, page("").await?, "account", FieldProblem::ChoiceUnknown)
        }
        Err(NotConfirmed::Proof(error)) => Err(PageError::internal(&error)),
        Err(NotConfirmed::Refused(error)) => {
            let page = page(&typed.account).await.map_err(PageError::money_in_question)?;
            refuse(&visit, &checkout, page, error)
        }
    }
}

fn done(visit: &Visit, checkout: &checkouts::Model) -> Response {
    let mut response = htmx::redirect(&visit.headers, &path_of(checkout));
    way_back::forget(&mut response, &visit.services);
    response
}

fn refuse_field(visit: &Visit, page: Pay, field: &'static str, problem: FieldProblem) -> Result<Response, PageError> {
    let errors = FieldErrors::from([(field, problem)]);
    visit.refuse(&Pay { errors, ..page })
}

/// What the page itself tells is gone to; what can be mended there is told on it.
fn refuse(visit: &Visit, checkout: &checkouts::Model, page: Pay, error: ConfirmError) -> Result<Response, PageError> {
    let limit = |scope| match scope {
        LimitScope::Member => PayProblem::OwnLimit,
        LimitScope::Partner | LimitScope::Mandate => PayProblem::ShopLimit,
    };
    let problem = match error {
        ConfirmError::NotFound => return Err(PageError::not_found()),
        ConfirmError::Expired
        | ConfirmError::CompletedByOther
        | ConfirmError::ShopClosed
        | ConfirmError::Transfer(TransferError::PartnerStopped) => {
            return Ok(htmx::redirect(&visit.headers, &path_of(checkout)));
        }
        ConfirmError::OrderPaid => PayProblem::OrderPaid,
        ConfirmError::Transfer(TransferError::OverPaymentLimit { scope, .. }) => limit(scope),
        ConfirmError::Transfer(TransferError::OverDailyLimit { scope, .. }) => limit(scope),
        ConfirmError::Transfer(TransferError::OverCeiling { .. }) => PayProblem::ShopLimit,
        ConfirmError::Transfer(TransferError::DuplicateOrder { .. }) => PayProblem::OrderBusy,
        ConfirmError::Transfer(TransferError::KeyInUse | TransferError::Raced) => PayProblem::TryAgain,
        ConfirmError::Transfer(TransferError::Database(error)) => {
            return Err(PageError::from(error).money_in_question());
        }
        error @ (ConfirmError::Transfer(_) | ConfirmError::NoAccount) => {
            return Err(PageError::internal(&error).money_in_question());
        }
    };
    let page = Pay {
        problem: Some(problem),
        ..page
    };
    visit.refuse_as(StatusCode::CONFLICT, &page, None)
}

/// What there is in the place of a form: how it was paid, or why it cannot be any more.
async fn over(
    visit: &Visit,
    checkout: &checkouts::Model,
    member: Option<&users::Model>,
) -> Result<Option<Response>, PageError> {
    let (why, status) = match checkout.status {
        CheckoutStatus::Completed => match (member, checkout.payment_id) {
            (Some(member), Some(payment)) if checkout.member_id == Some(member.id) => {
                return Ok(Some(outcome::show(visit, checkout, member.id, payment).await?));
            }
            _ => (Why::CheckoutCompleted, "completed"),
        },
        _ if !is_open(checkout, visit.services.clock.now()) => (Why::CheckoutExpired, "expired"),
        _ => match shop::closed(visit, (checkout.partner_id, checkout.mode)).await? {
            Some(why) => (why, "canceled"),
            None => return Ok(None),
        },
    };
    let page = Over {
        asked: asked(visit, checkout, status, None).await?,
        why,
    };
    let mut response = visit.show(&page)?;
    way_back::forget(&mut response, &visit.services);
    Ok(Some(response))
}

/// The shop, and the way back with how the checkout stands.
pub(super) async fn asked(
    visit: &Visit,
    checkout: &checkouts::Model,
    status: &str,
    payment_id: Option<&str>,
) -> Result<Asked, PageError> {
    let id = Prefix::Checkout.show(checkout.id.0);
    let mut answer = vec![("checkout_id", id.as_str())];
    answer.extend(payment_id.map(|payment| ("payment_id", payment)));
    answer.push(("status", status));
    let of = (checkout.partner_id, checkout.mode);
    shop::asked(visit, of, path_of(checkout), Some((&checkout.return_url, &answer))).await
}

async fn present(
    visit: &Visit,
    checkout: &checkouts::Model,
    member: &users::Model,
    chosen: String,
) -> Result<Pay, PageError> {
    let page = pay(visit, checkout, Some(member), false).await?;
    Ok(Pay { chosen, ..page })
}

async fn pay(
    visit: &Visit,
    checkout: &checkouts::Model,
    member: Option<&users::Model>,
    ask_bank: bool,
) -> Result<Pay, PageError> {
    let amount = Won::new(checkout.amount_won);
    let accounts = match member {
        Some(member) => Some(choices::of(visit, member.id, Some(amount), ask_bank).await?),
        None => None,
    };
    let (active, pending) = accounts.map_or_else(Default::default, |all| (all.active, all.pending));
    // The first that may have enough; the member sees which, and can take another.
    let first = active.iter().find(|choice| !choice.short).or(active.first());
    Ok(Pay {
        asked: asked(visit, checkout, "canceled", None).await?,
        amount,
        description: checkout.description.clone(),
        order_id: checkout.order_id.clone(),
        expires_at: checkout.expires_at,
        is_member: member.is_some(),
        chosen: first.map(|choice| choice.account.id.clone()).unwrap_or_default(),
        choices: active,
        pending,
        errors: FieldErrors::new(),
        problem: None,
        wait: None,
    })
}

/// The checkout that an address names: who has the link may look.
pub(super) async fn find(visit: &Visit, id: &str) -> Result<checkouts::Model, PageError> {
    let id = Prefix::Checkout
        .parse(id)
        .map(CheckoutId)
        .ok_or(PageError::not_found())?;
    let found = checkouts::Entity::find_by_id(id).one(visit.db()).await?;
    found.ok_or(PageError::not_found())
}

pub(super) fn path_of(checkout: &checkouts::Model) -> String {
    format!("/checkout/{}", Prefix::Checkout.show(checkout.id.0))
}
