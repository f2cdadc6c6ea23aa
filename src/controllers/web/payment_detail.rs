//! `/payments/{id}`: one payment or refund, and its moving part for a page that looks again.

use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use loco_rs::controller::Routes;
use serde::Deserialize;

use super::context::{MemberVisit, Visit};
use super::rows;
use crate::controllers::pages::PageError;
use crate::controllers::routing::get;
use crate::ids::Prefix;
use crate::members::history_detail::{self, HistoryDetail};
use crate::models::kinds::{TransferKind, TransferState};
use crate::models::transfers;
use crate::money::Won;
use crate::transfers::refund;
use crate::views::web::payment_detail::{
    Now, PaymentDetail, PaymentProgress, Progress, RefundStory, Step, look_again_secs,
};
use crate::views::web::receipt::{Receipt, RefundLine};

pub fn routes() -> Routes {
    Routes::new()
        .add("/payments/{id}", get(show))
        .add("/payments/{id}/progress", get(show_progress))
        .add("/payments/{id}/receipt", get(show_receipt))
}

async fn show(visit: MemberVisit, Path(id): Path<String>) -> Result<Response, PageError> {
    let progress = progress(&visit, find(&visit, &id).await?);
    visit.show(&PaymentDetail { progress })
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Seen {
    mark: String,
}

/// 204 while nothing is new, which leaves the page and what a screen reader reads as they are.
async fn show_progress(
    visit: MemberVisit,
    Path(id): Path<String>,
    Query(seen): Query<Seen>,
) -> Result<Response, PageError> {
    let progress = progress(&visit, find(&visit, &id).await?);
    if seen.mark == progress.mark {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    visit.show(&PaymentProgress { progress })
}

async fn show_receipt(visit: MemberVisit, Path(id): Path<String>) -> Result<Response, PageError> {
    let detail = find(&visit, &id).await?;
    let transfer = &detail.entry.transfer;
    let member_name = visit.visitor.signed_in().map(|signed_in| signed_in.user.name.clone());
    visit.show(&Receipt {
        member_name: member_name.unwrap_or_default(),
        account: rows::account_label(&detail.account),
        trace_number: transfer.trace_number.clone(),
        sent_at: transfer.executed_at,
        settled_at: transfer.settled_at,
        refunded: Won::new(transfer.refunded_won),
        refunds: detail
            .refunds
            .into_iter()
            .rev()
            .map(|entry| RefundLine {
                settled_at: entry.transfer.settled_at,
                transfer: rows::transfer_row(entry),
            })
            .collect(),
        payment_id: transfer.payment_id.map(|id| Prefix::Payment.show(id.0)),
        issued_at: visit.services.clock.now(),
        transfer: rows::transfer_row(detail.entry),
    })
}

/// The member's payment or refund that an address names.
async fn find(visit: &MemberVisit, id: &str) -> Result<HistoryDetail, PageError> {
    let (kind, id) = rows::parse_id(id).ok_or(PageError::not_found())?;
    let found = history_detail::find_owned_by(visit.db(), visit.member, kind, id).await?;
    found.ok_or(PageError::not_found())
}

/// All of a payment or a refund that may change while its member looks.
pub fn progress(visit: &Visit, detail: HistoryDetail) -> Progress {
    let transfer = &detail.entry.transfer;
    let all = || std::iter::once(&detail.entry).chain(&detail.refunds);
    let mark: Vec<_> = all().map(|entry| entry.transfer.version.to_string()).collect();
    let is_refundable = transfer.kind == TransferKind::Payment && transfer.state == TransferState::Succeeded;
    let timeline = detail.events.iter().map(|event| Step {
        at: event.at,
        event: event.event_type,
        status: event.state,
    });
    Progress {
        account: rows::account_label(&detail.account),
        mandate_id: transfer.mandate_id.map(|id| Prefix::Mandate.show(id.0)),
        failure: transfer
            .failure_code
            .filter(|_| transfer.state == TransferState::Failed),
        settled_at: transfer.settled_at,
        refunded: Won::new(transfer.refunded_won),
        refundable: is_refundable.then(|| refund::remaining(transfer)),
        payment_id: transfer.payment_id.map(|id| Prefix::Payment.show(id.0)),
        timeline: timeline.collect(),
        now: now(visit, transfer),
        look_again_secs: look_again_secs(all().map(|entry| entry.transfer.state)),
        mark: mark.join("."),
        refunds: detail
            .refunds
            .into_iter()
            .map(|entry| RefundStory {
                sent_at: entry.transfer.executed_at,
                settled_at: entry.transfer.settled_at,
                transfer: rows::transfer_row(entry),
            })
            .collect(),
        transfer: rows::transfer_row(detail.entry),
    }
}

/// Where a transfer stands that has not ended.
fn now(visit: &Visit, transfer: &transfers::Model) -> Option<Now> {
    let is_queued = transfer.state == TransferState::Queued;
    let maintenance_until = visit.services.calendar.money_waits_until();
    (!transfer.state.is_final()).then(|| Now {
        checks: transfer.checks,
        next_check_at: transfer
            .next_check_at
            .filter(|_| transfer.state == TransferState::Unknown),
        maintenance_until: maintenance_until.filter(|_| is_queued),
        expires_at: transfer.expires_at.filter(|_| is_queued),
    })
}
