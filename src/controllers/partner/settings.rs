//! `/partner/settings`: where members may return to, and what holds for this partner here.

use axum::Form;
use axum::extract::{Path, RawQuery};
use axum::response::{Redirect, Response};
use loco_rs::controller::Routes;
use serde::Deserialize;

use super::{PartnerVisit, rows};
use crate::controllers::notice::NoticeWord;
use crate::controllers::pages::PageError;
use crate::controllers::routing::{get, post};
use crate::ids::{Prefix, ReturnUrlId};
use crate::money::Won;
use crate::partners::return_urls::{self, ListError, MOST};
use crate::partners::{audit, keys};
use crate::views::form::{FieldErrors, FieldProblem};
use crate::views::partner::settings::{PartnerSettings, ReturnUrlRow};

pub const PATH: &str = "/partner/settings";
const HISTORY_SHOWN: u64 = 8;

pub fn routes() -> Routes {
    Routes::new()
        .add(PATH, get(show))
        .add("/partner/settings/return-urls", get(back).merge(post(add)))
        .add(
            "/partner/settings/return-urls/{id}/removal",
            get(back).merge(post(remove)),
        )
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Typed {
    url: String,
}

async fn show(visit: PartnerVisit) -> Result<Response, PageError> {
    let page = present(&visit).await?;
    visit.show(&page)
}

async fn present(visit: &PartnerVisit) -> Result<PartnerSettings, PageError> {
    let urls = return_urls::list(visit.db(), visit.partner.id).await?;
    let mut history = audit::list_owned_by(visit.db(), visit.partner.id, None, HISTORY_SHOWN).await?;
    history.truncate(usize::try_from(HISTORY_SHOWN).unwrap_or(usize::MAX));
    Ok(PartnerSettings {
        mode: visit.mode,
        per_payment: visit.partner.per_payment_limit_won.map(Won::new),
        daily: visit.partner.daily_limit_won.map(Won::new),
        api_version: keys::API_VERSION,
        is_full: u64::try_from(urls.len()).unwrap_or(u64::MAX) >= MOST,
        return_urls: urls
            .into_iter()
            .map(|row| ReturnUrlRow {
                id: Prefix::ReturnUrl.show(row.id.0),
                url: row.url,
                at: row.created_at,
            })
            .collect(),
        most: MOST,
        url: String::new(),
        errors: FieldErrors::new(),
        history: history.into_iter().map(rows::deed_row).collect(),
    })
}

async fn add(visit: PartnerVisit, Form(typed): Form<Typed>) -> Result<Response, PageError> {
    let problem = match return_urls::add(&visit.services, visit.by(), &typed.url).await {
        Ok(_) => return Ok(visit.go_and_tell(PATH, NoticeWord::ReturnUrlAdded)),
        Err(ListError::Fault(_)) if typed.url.trim().is_empty() => Some(FieldProblem::Required),
        Err(ListError::Fault(_)) => Some(FieldProblem::UrlFormat),
        Err(ListError::Known) => Some(FieldProblem::UrlKnown),
        // The page says that it is full.
        Err(ListError::TooMany) => None,
        Err(ListError::NotFound) => return Err(PageError::not_found()),
        Err(ListError::Database(error)) => return Err(error.into()),
    };
    visit.refuse(&PartnerSettings {
        url: typed.url,
        errors: problem.map(|problem| ("url", problem)).into_iter().collect(),
        ..present(&visit).await?
    })
}

async fn remove(visit: PartnerVisit, Path(id): Path<String>) -> Result<Response, PageError> {
    let id = Prefix::ReturnUrl.parse(&id).map(ReturnUrlId);
    let id = id.ok_or(PageError::not_found())?;
    match return_urls::remove(&visit.services, visit.by(), id).await {
        Ok(()) => Ok(visit.go_and_tell(PATH, NoticeWord::ReturnUrlRemoved)),
        Err(ListError::NotFound) => Err(PageError::not_found()),
        Err(ListError::Database(error)) => Err(error.into()),
        Err(other) => Err(PageError::internal(&other)),
    }
}

/// The answer to a form stands at its own address: who goes there again sees the settings.
async fn back(_: PartnerVisit, RawQuery(query): RawQuery) -> Redirect {
    Redirect::to(&query.map_or(PATH.to_owned(), |query| format!("{PATH}?{query}")))
}
