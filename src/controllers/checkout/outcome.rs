//! How the payment of a checkout stands, live, for the member who confirmed it.

use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use loco_rs::controller::Routes;
use serde::Deserialize;

use super::pay::{asked, find};
use super::shop;
use crate::controllers::pages::PageError;
use crate::controllers::routing::get;
use crate::controllers::way_back;
use crate::controllers::web::context::Visit;
use crate::controllers::web::payment_detail;
use crate::ids::{TransferId, UserId};
use crate::members::history_detail;
use crate::models::checkouts;
use crate::models::kinds::TransferKind;
use crate::views::checkout::Asked;
use crate::views::checkout::outcome::{Outcome, OutcomeProgress};
use crate::views::web::payment_detail::Progress;

pub fn routes() -> Routes {
    Routes::new().add("/checkout/{id}/progress", get(show_progress))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Seen {
    mark: String,
}

/// The whole page.
pub(super) async fn show(
    visit: &Visit,
    checkout: &checkouts::Model,
    member: UserId,
    payment: TransferId,
) -> Result<Response, PageError> {
    let (asked, progress) = look(visit, checkout, member, payment).await?;
    let mut response = visit.show(&Outcome { asked, progress })?;
    way_back::forget(&mut response, &visit.services);
    Ok(response)
}

/// 204 while nothing is new.
async fn show_progress(visit: Visit, Path(id): Path<String>, Query(seen): Query<Seen>) -> Result<Response, PageError> {
    let checkout = find(&visit, &id).await?;
    let member = shop::member(&visit).ok_or(PageError::forbidden())?.id;
    let payment = checkout.payment_id.filter(|_| checkout.member_id == Some(member));
    let payment = payment.ok_or(PageError::not_found())?;
    let (asked, progress) = look(&visit, &checkout, member, payment).await?;
    if seen.mark == progress.mark {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    visit.show(&OutcomeProgress { asked, progress })
}

async fn look(
    visit: &Visit,
    checkout: &checkouts::Model,
    member: UserId,
    payment: TransferId,
) -> Result<(Asked, Progress), PageError> {
    let found = history_detail::find_owned_by(visit.db(), member, TransferKind::Payment, payment).await?;
    let progress = payment_detail::progress(visit, found.ok_or(PageError::not_found())?);
    let transfer = &progress.transfer;
    let asked = asked(visit, checkout, transfer.status.as_str(), Some(&transfer.id)).await?;
    Ok((asked, progress))
}
