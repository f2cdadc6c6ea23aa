//! The file of an export: read and sent a page at a time, so that a large one holds as little memory as a small one.
//!
//! A database that goes away in the middle cuts the answer, of which a browser tells; and the last line, which says how many
//! rows there were, is sent only after the audit knows it. So a file that did not come whole does not look as if it had.

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use chrono::NaiveDate;
use futures::stream;

use super::{StaffVisit, members};
use crate::controllers::web::rows;
use crate::desk::export::{self, Export, Line};
use crate::ids::Prefix;
use crate::members::history::Entry;
use crate::money::Won;
use crate::services::Services;
use crate::transfers::search::{Place, Search};
use crate::views::csv::Mark;
use crate::views::csv::desk::{self as csv, CsvRow};
use crate::views::filters::bank_name;
use crate::views::i18n::Language;

/// How far a file has come.
pub struct File {
    services: Services,
    search: Search,
    export: Export,
    mark: Mark,
    language: Language,
    rows: u64,
    next: Next,
}

enum Next {
    Head,
    RowsAfter(Option<Place>),
    End,
    Nothing,
}

impl File {
    pub fn new(visit: &StaffVisit, search: Search, export: Export, mark: Mark) -> Self {
        Self {
            services: visit.services.clone(),
            search,
            export,
            mark,
            language: visit.frame.lang,
            rows: 0,
            next: Next::Head,
        }
    }

    /// The file, named after a day in Korea.
    pub fn answer(self, today: NaiveDate) -> Response {
        let name = format!("attachment; filename=\"naru-payments-{}.csv\"", today.format("%Y%m%d"));
        let disposition = HeaderValue::from_str(&name).unwrap_or(HeaderValue::from_static("attachment"));
        let csv = HeaderValue::from_static("text/csv; charset=utf-8");
        let headers = [(header::CONTENT_TYPE, csv), (header::CONTENT_DISPOSITION, disposition)];
        (headers, Body::from_stream(stream::try_unfold(self, part))).into_response()
    }
}

async fn part(mut file: File) -> Result<Option<(Bytes, File)>, axum::BoxError> {
    let text = match file.next {
        Next::Head => {
            file.next = Next::RowsAfter(None);
            csv::head(file.mark, file.language)?
        }
        Next::RowsAfter(after) => {
            let (lines, next) = export::lines(file.services.db.read(), &file.search, after).await?;
            file.rows += lines.len() as u64;
            file.next = next.map_or(Next::End, |place| Next::RowsAfter(Some(place)));
            let rows = lines.into_iter().map(|line| row(line, file.language)).collect();
            csv::rows(rows, file.language)?
        }
        Next::End => {
            file.export.end(&file.services, file.rows).await?;
            file.next = Next::Nothing;
            csv::end(file.rows, file.language)?
        }
        Next::Nothing => return Ok(None),
    };
    Ok(Some((text.into(), file)))
}

fn row(line: Line, language: Language) -> CsvRow {
    let Line {
        transfer,
        partner_name,
        member,
        account,
    } = line;
    let member = member.as_ref().map(members::row);
    let (name, email) = member
        .map(|row| (row.name_masked, row.email_masked))
        .unwrap_or_default();
    CsvRow {
        refunded: Won::new(transfer.refunded_won),
        member_name_masked: name,
        member_email_masked: email.unwrap_or_default(),
        bank_name: account
            .as_ref()
            .map(|account| bank_name(&account.bank_code, language))
            .unwrap_or_default(),
        account_number_masked: account.map(|account| account.number_masked).unwrap_or_default(),
        executed_at: transfer.executed_at,
        settled_at: transfer.settled_at,
        failure: transfer.failure_code,
        bank_code: transfer.bank_code.clone(),
        trace_number: transfer.trace_number.clone(),
        payment_id: transfer.payment_id.map(|id| Prefix::Payment.show(id.0)),
        request_id: transfer.request_id.as_ref().map(ToString::to_string),
        transfer: rows::transfer_row(Entry { transfer, partner_name }),
    }
}
