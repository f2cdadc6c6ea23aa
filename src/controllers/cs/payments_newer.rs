//! `/cs/payments/newer`: whether a list is another one by now: so many of the same filter came since it was shown, or what
//! it shows has changed. Its timer asks, and is told what it does not know yet.
//!
//! Of a filter it is a number, and nothing of anybody. Of a search for a person it says that they are known here and how
//! often they paid, and its address can be asked for alone, since any moment: that is a search like the list's own.

use std::hash::{DefaultHasher, Hash, Hasher};

use axum::Json;
use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use loco_rs::controller::Routes;
use serde_json::json;

use super::payments::{failed, page_of, read, tell_of};
use super::payments_filter::{Asked, Wanted};
use super::{StaffVisit, payments_cursor};
use crate::controllers::pages::PageError;
use crate::controllers::routing::get;
use crate::desk::roles::Permission;
use crate::models::transfers;
use crate::transfers::search::{self, Place, Sort};
use crate::views::i18n::{TextArgs, text};
use crate::views::paging::address;

const PATH: &str = "/cs/payments/newer";
/// Who is told of more looks anew anyhow.
const MOST: u64 = 100;

pub fn routes() -> Routes {
    Routes::new().add(PATH, get(newer))
}

/// Where the timer of a list asks. Newer ones stand at the beginning of a list alone that begins with the newest; any list
/// shows what may change, or gets another row in its middle.
pub(super) fn asks(wanted: &Wanted, first: Place, rows: &[transfers::Model]) -> String {
    let begins_with_newest = wanted.cursor.is_none() && wanted.search.sort == Sort::Newest;
    let since = begins_with_newest.then(|| payments_cursor::show(first));
    let seen = mark(rows);
    let timers = [("since", since.as_deref().unwrap_or_default()), ("seen", seen.as_str())];
    let pairs = wanted.shown.pairs().into_iter().chain(timers);
    address(PATH, &pairs.collect::<Vec<_>>(), wanted.cursor.as_deref())
}

/// The same as long as the same rows say the same.
fn mark(rows: &[transfers::Model]) -> String {
    let mut hasher = DefaultHasher::new();
    for row in rows {
        (row.id, row.version).hash(&mut hasher);
    }
    format!("{:016x}", hasher.finish())
}

async fn newer(visit: StaffVisit, Query(asked): Query<Asked>) -> Result<Response, PageError> {
    visit.require(Permission::SeePayments)?;
    let (since, seen) = (payments_cursor::parse(&asked.since), asked.seen.clone());
    let known: Option<usize> = asked.known.parse().ok();
    let (wanted, _) = read(&visit, asked).await?;
    if !wanted.is_readable() {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    let count = match since {
        Some(since) => search::newer(visit.db(), &wanted.search, since, MOST)
            .await
            .map_err(failed)?,
        None => 0,
    };
    if known == Some(count) {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    let key = if count as u64 == MOST {
        "list-newer-many"
    } else if count > 0 {
        "list-newer"
    } else if is_another(&visit, &wanted, &seen).await? {
        "list-changed"
    } else {
        return Ok(StatusCode::NO_CONTENT.into_response());
    };
    tell_of(&visit, &wanted).await?;
    let args = TextArgs::from([("count".into(), count.into())]);
    Ok(Json(json!({ "count": count, "text": text(visit.frame.lang, key, &args) })).into_response())
}

/// Whether the page has other rows, or they say something else, than when it had this mark.
async fn is_another(visit: &StaffVisit, wanted: &Wanted, seen: &str) -> Result<bool, PageError> {
    if seen.is_empty() {
        return Ok(false);
    }
    let (rows, _) = page_of(visit, &wanted.search).await?;
    Ok(mark(&rows) != seen)
}
