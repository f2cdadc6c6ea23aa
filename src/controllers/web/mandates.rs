//! `/mandates`: the member's consents, their limits, and their end.

use axum::Form;
use axum::extract::{Path, RawQuery};
use axum::http::StatusCode;
use axum::response::{Redirect, Response};
use loco_rs::controller::Routes;
use serde::Deserialize;

use super::context::MemberVisit;
use super::mandate_cards::mandate_cards;
use super::rows;
use crate::controllers::notice::NoticeWord;
use crate::controllers::pages::PageError;
use crate::controllers::routing::{get, post};
use crate::ids::{MandateId, Prefix};
use crate::members::history;
use crate::models::kinds::MandateStatus;
use crate::models::{mandate_consents, mandates};
use crate::partners::mandates::{self as verbs, MandateError, OwnLimits};
use crate::views::form::{FieldErrors, FieldProblem};
use crate::views::web::mandates::{MandateDetail, MandateList};

const PATH: &str = "/mandates";
const LATEST: u64 = 5;

pub fn routes() -> Routes {
    Routes::new()
        .add(PATH, get(list))
        .add("/mandates/{id}", get(show))
        .add("/mandates/{id}/limits", get(back).merge(post(set_limits)))
        .add("/mandates/{id}/revoke", get(back).merge(post(revoke)))
}

async fn list(visit: MemberVisit) -> Result<Response, PageError> {
    let mandates = mandates::Model::list_owned_by(visit.db(), visit.member).await?;
    let (active, ended) = mandate_cards(&visit, &mandates)
        .await?
        .into_iter()
        .partition(|card| card.status == MandateStatus::Active);
    visit.show(&MandateList { active, ended })
}

async fn show(visit: MemberVisit, Path(id): Path<String>) -> Result<Response, PageError> {
    let page = detail(&visit, parse_id(&id)?).await?;
    visit.show(&page)
}

/// A form that was refused stands at its own address: who reloads it, or changes the language there, sees the consent.
async fn back(_: MemberVisit, Path(id): Path<String>, RawQuery(query): RawQuery) -> Result<Redirect, PageError> {
    let path = path_of(parse_id(&id)?);
    Ok(Redirect::to(
        &query.map_or(path.clone(), |query| format!("{path}?{query}")),
    ))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Typed {
    per_payment: String,
    daily: String,
    /// Of the page that the form stood on.
    version: String,
}

async fn set_limits(
    visit: MemberVisit,
    Path(id): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, PageError> {
    let id = parse_id(&id)?;
    let mut errors = FieldErrors::new();
    let mut amount = |name, text: &str| {
        let won = rows::typed_won(text);
        if won.is_none() {
            errors.insert(name, FieldProblem::AmountFormat);
        }
        won
    };
    let (per_payment, daily) = (amount("per_payment", &typed.per_payment), amount("daily", &typed.daily));
    let (Some(per_payment), Some(daily)) = (per_payment, daily) else {
        return refuse_fields(&visit, id, typed, errors).await;
    };
    let wanted = OwnLimits { per_payment, daily };
    let version = typed.version.parse().unwrap_or_default();
    match verbs::set_limits(&visit.services, visit.member, id, version, wanted).await {
        Ok(()) => Ok(visit.go_and_tell(&path_of(id), NoticeWord::MandateLimitsSaved)),
        Err(MandateError::OverConsent { per_payment, daily }) => {
            let over = [("per_payment", per_payment), ("daily", daily)];
            let over = over.into_iter().filter(|(_, is_over)| *is_over);
            let errors = over.map(|(name, _)| (name, FieldProblem::OverConsent)).collect();
            refuse_fields(&visit, id, typed, errors).await
        }
        Err(error) => refuse(&visit, id, error).await,
    }
}

async fn revoke(visit: MemberVisit, Path(id): Path<String>, Form(typed): Form<Typed>) -> Result<Response, PageError> {
    let id = parse_id(&id)?;
    let version = typed.version.parse().unwrap_or_default();
    match verbs::revoke(&visit.services, visit.member, id, version).await {
        Ok(()) => Ok(visit.go_and_tell(&path_of(id), NoticeWord::MandateRevoked)),
        Err(error) => refuse(&visit, id, error).await,
    }
}

async fn refuse_fields(
    visit: &MemberVisit,
    id: MandateId,
    typed: Typed,
    errors: FieldErrors,
) -> Result<Response, PageError> {
    visit.refuse(&MandateDetail {
        per_payment: typed.per_payment,
        daily: typed.daily,
        errors,
        ..detail(visit, id).await?
    })
}

/// The page as it is now, saying what came between.
async fn refuse(visit: &MemberVisit, id: MandateId, error: MandateError) -> Result<Response, PageError> {
    let (status, word) = match error {
        MandateError::Ended => (StatusCode::CONFLICT, NoticeWord::MandateEnded),
        MandateError::Changed => (StatusCode::PRECONDITION_FAILED, NoticeWord::ChangedMeanwhile),
        MandateError::NotFound => return Err(PageError::not_found()),
        MandateError::Database(error) => return Err(error.into()),
        error @ MandateError::OverConsent { .. } => return Err(PageError::internal(&error)),
    };
    visit.refuse_as(status, &detail(visit, id).await?, Some(word))
}

async fn detail(visit: &MemberVisit, id: MandateId) -> Result<MandateDetail, PageError> {
    let found = mandates::Model::find_owned_by(visit.db(), visit.member, id).await?;
    let mandate = found.ok_or(PageError::not_found())?;
    let (version, shop) = (mandate.version, mandate.partner_id);
    let latest = history::under_mandate_owned_by(visit.db(), visit.member, id, LATEST).await?;
    let consent = mandate_consents::Model::find_owned_by(visit.db(), visit.member, id).await?;
    let mut cards = mandate_cards(visit, &[mandate]).await?;
    let mandate = cards.pop().ok_or(PageError::not_found())?;
    Ok(MandateDetail {
        version,
        per_payment: mandate.per_payment.to_string(),
        daily: mandate.daily.to_string(),
        errors: FieldErrors::new(),
        latest: latest.into_iter().map(rows::transfer_row).collect(),
        all_path: format!("/payments?shop={}", shop.0.simple()),
        consent: consent.map(|consent| rows::consent_line(consent.agreed_at, consent.text_version, &consent.text)),
        mandate,
    })
}

fn parse_id(id: &str) -> Result<MandateId, PageError> {
    Prefix::Mandate.parse(id).map(MandateId).ok_or(PageError::not_found())
}

fn path_of(id: MandateId) -> String {
    format!("{PATH}/{}", Prefix::Mandate.show(id.0))
}
