//! `/payments.csv`: all that the list's filters name, as a file. Read and sent a page at a time, so that a long history
//! holds as little memory as a short one.

use axum::body::{Body, Bytes};
use axum::extract::Query;
use axum::extract::rejection::QueryRejection;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures::stream;
use loco_rs::controller::Routes;
use serde::Deserialize;

use super::context::MemberVisit;
use super::payment_filter::{Asked, Wanted};
use super::rows;
use crate::controllers::pages::PageError;
use crate::controllers::routing::get;
use crate::ids::UserId;
use crate::members::history_filter::{Filter, page_owned_by};
use crate::services::Services;
use crate::transfers::find::Place;
use crate::views::csv::{Mark, history as csv};
use crate::views::i18n::Language;

const ROWS_AT_ONCE: u64 = 500;

pub fn routes() -> Routes {
    Routes::new().add("/payments.csv", get(show))
}

/// `bom=0`: without the mark.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Form {
    bom: String,
}

async fn show(
    visit: MemberVisit,
    form: Result<Query<Form>, QueryRejection>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, PageError> {
    let today = visit.services.clock.today_kst();
    let wanted = match Wanted::read(asked, today) {
        Ok(wanted) if wanted.errors.is_empty() => wanted,
        // The list says what is wrong with the address; a file cannot.
        _ => return Ok(StatusCode::BAD_REQUEST.into_response()),
    };
    let begin = Reading {
        services: visit.services.clone(),
        member: visit.member,
        filter: wanted.filter,
        language: visit.frame.lang,
        mark: Mark::asked(&form.map(|Query(form)| form.bom).unwrap_or_default()),
        next: Next::Head,
    };
    let name = format!("attachment; filename=\"naru-payments-{}.csv\"", today.format("%Y%m%d"));
    let disposition = HeaderValue::from_str(&name).unwrap_or(HeaderValue::from_static("attachment"));
    Ok((
        [
            (
                header::CONTENT_TYPE,
                HeaderValue::from_static("text/csv; charset=utf-8"),
            ),
            (header::CONTENT_DISPOSITION, disposition),
        ],
        Body::from_stream(stream::try_unfold(begin, part)),
    )
        .into_response())
}

/// How far a file has come.
struct Reading {
    services: Services,
    member: UserId,
    filter: Filter,
    language: Language,
    mark: Mark,
    next: Next,
}

enum Next {
    Head,
    RowsAfter(Option<Place>),
    End,
}

/// The next part of the file. A database that goes away in the middle cuts the answer, which a browser tells of: a file
/// that only looks whole would be worse.
async fn part(mut reading: Reading) -> Result<Option<(Bytes, Reading)>, axum::BoxError> {
    let after = match reading.next {
        Next::Head => {
            reading.next = Next::RowsAfter(None);
            return Ok(Some((csv::head(reading.mark, reading.language)?.into(), reading)));
        }
        Next::RowsAfter(after) => after,
        Next::End => return Ok(None),
    };
    let db = reading.services.db.read();
    let page = page_owned_by(db, reading.member, &reading.filter, after, ROWS_AT_ONCE).await?;
    let rows: Vec<_> = page.entries.into_iter().map(rows::csv_row).collect();
    let text = csv::rows(&rows, reading.language)?;
    reading.next = page.next.map_or(Next::End, |place| Next::RowsAfter(Some(place)));
    Ok(Some((text.into(), reading)))
}
