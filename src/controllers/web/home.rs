//! `/`: for a member what there is and what needs them; for others what Naru is.

use axum::extract::{FromRequestParts, Query, Request};
use axum::response::Response;
use futures::future::join_all;
use loco_rs::controller::Routes;
use serde::Deserialize;

use super::context::{MemberVisit, Visit};
use super::rows;
use crate::accounts::{AccountRow, balance};
use crate::controllers::extractors::htmx;
use crate::controllers::extractors::session::STAFF_HOME;
use crate::controllers::pages::PageError;
use crate::controllers::routing::get;
use crate::members::history_filter::{Filter, Group, page_owned_by};
use crate::models::kinds::AccountState;
use crate::views::web::home::Home;
use crate::views::web::member_home::{KnownTotal, MemberHome};

/// Rows of the latest, and of those that are being checked.
const LATEST: u64 = 5;
const CHECKING: u64 = 3;

pub fn routes() -> Routes {
    Routes::new().add("/", get(show))
}

async fn show(visit: Visit, request: Request) -> Result<Response, PageError> {
    match visit.visitor.signed_in() {
        // A page of somebody who was signed in: of the one for everybody its part would be nothing.
        None if htmx::is_look(&visit.headers) => Ok(htmx::redirect(&visit.headers, "/sign-in")),
        None => visit.show(&Home {}),
        Some(signed_in) if signed_in.user.role.is_staff() => Ok(htmx::redirect(&visit.headers, STAFF_HOME)),
        Some(_) => {
            let (mut parts, _) = request.into_parts();
            let asked = Query::<Asked>::try_from_uri(&parts.uri).map(|Query(asked)| asked);
            match MemberVisit::from_request_parts(&mut parts, &()).await {
                Ok(visit) => of_member(&visit, &asked.unwrap_or_default()).await,
                Err(response) => Ok(response),
            }
        }
    }
}

/// How the page asks for its sum when it heard that money moved.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    total: String,
}

async fn of_member(visit: &MemberVisit, asked: &Asked) -> Result<Response, PageError> {
    let accounts = AccountRow::list_owned_by(visit.db(), visit.member).await?;
    let (active, pending): (Vec<_>, Vec<_>) = accounts
        .into_iter()
        .partition(|account| account.state == AccountState::Active);
    let services = &visit.services;
    let known = if asked.total == "fresh" {
        join_all(active.iter().map(|account| balance::after_moves(services, account))).await
    } else {
        join_all(active.iter().map(|account| services.balances.last_known(account.id))).await
    };
    let known: Vec<_> = known.into_iter().map(|known| known.map(rows::known_balance)).collect();
    let being_checked = Filter {
        group: Some(Group::Checking),
        ..Filter::default()
    };
    let checking = page_owned_by(visit.db(), visit.member, &being_checked, None, CHECKING).await?;
    let latest = page_owned_by(visit.db(), visit.member, &Filter::default(), None, LATEST).await?;
    visit.show(&MemberHome {
        total: KnownTotal::of(&known),
        pending: pending.iter().map(rows::account_label).collect(),
        more_checking: checking.next.is_some(),
        checking: checking.entries.into_iter().map(rows::transfer_row).collect(),
        latest: latest.entries.into_iter().map(rows::transfer_row).collect(),
    })
}
