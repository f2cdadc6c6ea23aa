//! `/payments`: what the member paid and got back, and one of them in detail.

use axum::extract::{Path, Query};
use axum::response::Response;
use axum::routing::get;
use loco_rs::controller::Routes;
use serde::Deserialize;

use super::accounts::PAGE_ROWS;
use super::context::MemberVisit;
use super::rows;
use crate::controllers::api::cursor;
use crate::controllers::pages::PageError;
use crate::ids::Prefix;
use crate::members::history::{self, HistoryDetail};
use crate::models::kinds::TransferState;
use crate::money::Won;
use crate::views::paging::Paging;
use crate::views::web::payments::{PaymentDetail, PaymentList, Step};

const PATH: &str = "/payments";

pub fn routes() -> Routes {
    Routes::new().add(PATH, get(list)).add("/payments/{id}", get(show))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    cursor: String,
}

async fn list(visit: MemberVisit, Query(asked): Query<Asked>) -> Result<Response, PageError> {
    let after = cursor::parse(&asked.cursor);
    let page = history::list_owned_by(visit.db(), visit.member, None, after, PAGE_ROWS).await?;
    let next = page.next.map(cursor::show);
    let shown_cursor = after.map(|_| asked.cursor.as_str());
    visit.show(&PaymentList {
        transfers: page.entries.into_iter().map(rows::transfer_row).collect(),
        paging: Paging::new(PATH, &[], shown_cursor, next.as_deref()),
    })
}

async fn show(visit: MemberVisit, Path(id): Path<String>) -> Result<Response, PageError> {
    let (kind, id) = rows::parse_id(&id).ok_or(PageError::not_found())?;
    let found = history::find_owned_by(visit.db(), visit.member, kind, id).await?;
    let detail = found.ok_or(PageError::not_found())?;
    visit.show(&page_of(detail))
}

fn page_of(detail: HistoryDetail) -> PaymentDetail {
    let transfer = &detail.entry.transfer;
    let failure = match transfer.state {
        TransferState::Failed => transfer.failure_code,
        _ => None,
    };
    PaymentDetail {
        account: rows::account_label(&detail.account),
        failure,
        executed_at: transfer.executed_at,
        settled_at: transfer.settled_at,
        next_check_at: transfer.next_check_at,
        refunded: Won::new(transfer.refunded_won),
        refunds: detail.refunds.into_iter().map(rows::transfer_row).collect(),
        payment_id: transfer.payment_id.map(|id| Prefix::Payment.show(id.0)),
        timeline: detail
            .events
            .iter()
            .map(|event| Step {
                at: event.at,
                event: event.event_type,
                status: event.state,
            })
            .collect(),
        transfer: rows::transfer_row(detail.entry),
    }
}
