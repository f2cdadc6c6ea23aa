//! `/cs/payments/newer`: how many transfers of the same filter came since a list was shown. Its timer asks, and is told what
//! it does not know yet.
//!
//! Of a filter it is a number, and nothing of anybody. Of a search for a person it says that they are known here and how
//! often they paid, and its address can be asked for alone, since any moment: that is a search like the list's own.

use axum::Json;
use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use loco_rs::controller::Routes;
use serde_json::json;

use super::payments::{NEWER_PATH, failed, read, tell_of};
use super::payments_filter::Asked;
use super::{StaffVisit, payments_cursor};
use crate::controllers::pages::PageError;
use crate::desk::roles::Permission;
use crate::transfers::search;
use crate::views::i18n::{TextArgs, text};

/// Who is told of more looks anew anyhow.
const MOST: u64 = 100;

pub fn routes() -> Routes {
    Routes::new().add(NEWER_PATH, get(newer))
}

async fn newer(visit: StaffVisit, Query(asked): Query<Asked>) -> Result<Response, PageError> {
    visit.require(Permission::SeePayments)?;
    let since = payments_cursor::parse(&asked.since);
    let known: usize = asked.known.parse().unwrap_or_default();
    let (wanted, _) = read(&visit, asked).await?;
    let Some(since) = since.filter(|_| wanted.is_readable()) else {
        return Ok(StatusCode::NO_CONTENT.into_response());
    };
    let count = search::newer(visit.db(), &wanted.search, since, MOST)
        .await
        .map_err(failed)?;
    if count == 0 || count == known {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    tell_of(&visit, &wanted).await?;
    let key = if count as u64 == MOST {
        "list-newer-many"
    } else {
        "list-newer"
    };
    let args = TextArgs::from([("count".into(), count.into())]);
    Ok(Json(json!({ "count": count, "text": text(visit.frame.lang, key, &args) })).into_response())
}
