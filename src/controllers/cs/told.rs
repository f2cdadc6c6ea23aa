//! `/cs/payments/{id}/deliveries/{delivery_id}`: one delivery with its attempts; and what was told, for its payment's page.

use axum::extract::Path;
use axum::response::Response;
use loco_rs::controller::Routes;
use serde_json::json;

use super::{StaffVisit, detail};
use crate::controllers::extractors::session::STAFF_HOME;
use crate::controllers::pages::PageError;
use crate::controllers::routing::get;
use crate::controllers::web::rows::shown_id;
use crate::desk::audit::{Record, Subject};
use crate::desk::roles::Permission;
use crate::desk::told::{self, Delivered, Told};
use crate::desk::verdict::case::Case;
use crate::ids::{DeliveryId, Prefix};
use crate::models::kinds::{EndpointStatus, PartnerEventType, Role, StaffDeed};
use crate::models::{partner_events, webhook_attempts};
use crate::notifications::webhooks::due;
use crate::security::masking;
use crate::views::api::EventBody;
use crate::views::cs::delivery::{CsAttempt, CsDeliveryPage};
use crate::views::cs::exchange::laid_out;
use crate::views::cs::told::{CsDelivery, CsTold};
use crate::views::words::AttemptFailure;

/// What a page shows of itself, and where somebody asked for all.
const SHOWN: u64 = 20;
const ALL: u64 = 500;

pub fn routes() -> Routes {
    Routes::new().add("/cs/payments/{id}/deliveries/{delivery_id}", get(show))
}

async fn show(visit: StaffVisit, Path((id, delivery)): Path<(String, String)>) -> Result<Response, PageError> {
    visit.require(Permission::SeePayments)?;
    let transfer = detail::found(&visit, &id).await?;
    let delivery = Prefix::Delivery.parse(&delivery).map(DeliveryId);
    let delivery = delivery.ok_or(PageError::not_found())?;
    let found = told::detail(visit.db(), &transfer, delivery).await?;
    let found = found.ok_or(PageError::not_found())?;
    let look = Record::look(StaffDeed::PaymentSeen, Subject::transfer(&transfer));
    let look = look.with(json!({ "delivery": Prefix::Delivery.show(delivery.0) }));
    detail::seen(&visit, look).await?;
    let body = EventBody::new(&found.event).and_then(|body| serde_json::to_string(&body));
    let body = body.map_err(|error| PageError::internal(&error))?;
    visit.show(&CsDeliveryPage {
        transfer_id: shown_id(&transfer),
        event_id: Prefix::Event.show(found.event.id.0),
        event_type: found.event.event_type,
        event_at: found.event.created_at,
        resend: resend(&found.event, visit.staff.role),
        delivery: delivery_line(found.delivered),
        body: laid_out(&body),
        attempts: found.attempts.iter().map(attempt_line).collect(),
    })
}

/// What the partner was told of a case, newest first, and whether there is more.
pub(super) async fn of(visit: &StaffVisit, case: &Case, is_all: bool) -> Result<(Vec<CsTold>, bool), PageError> {
    let limit = if is_all { ALL } else { SHOWN };
    let transfers = std::iter::once(&case.transfer).chain(&case.refunds);
    let mut told = told::of(visit.db(), transfers, limit).await?;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let is_more = told.len() > limit;
    told.truncate(limit);
    let line = |told| told_line(told, visit.staff.role);
    Ok((told.into_iter().map(line).collect(), is_more))
}

fn told_line(told: Told, reader: Role) -> CsTold {
    CsTold {
        id: Prefix::Event.show(told.event.id.0),
        event_type: told.event.event_type,
        subject_id: subject_id(&told.event),
        resend: resend(&told.event, reader),
        version: told.event.version,
        at: told.event.created_at,
        deliveries: told.deliveries.into_iter().map(delivery_line).collect(),
    }
}

/// Where an event is told again, with this one chosen. One without a place is about to be told for the first time.
fn resend(event: &partner_events::Model, reader: Role) -> Option<String> {
    let may = reader.may(Permission::ResendWebhooks) && event.seq.is_some();
    let (of, event_id) = (subject_id(event), Prefix::Event.show(event.id.0));
    may.then(|| format!("{STAFF_HOME}/{of}/resend?event={event_id}"))
}

fn subject_id(event: &partner_events::Model) -> String {
    use PartnerEventType::{RefundFailed, RefundNeedsReview, RefundSucceeded, RefundUnknown};
    let prefix = match event.event_type {
        RefundSucceeded | RefundFailed | RefundUnknown | RefundNeedsReview => Prefix::Refund,
        _ => Prefix::Payment,
    };
    prefix.show(event.subject_id)
}

fn delivery_line(Delivered { delivery, endpoint }: Delivered) -> CsDelivery {
    let is = |status| endpoint.as_ref().is_some_and(|endpoint| endpoint.status == status);
    let next_attempt_at = endpoint
        .as_ref()
        .and_then(|endpoint| due::next_attempt_at(&delivery, endpoint));
    CsDelivery {
        id: Prefix::Delivery.show(delivery.id.0),
        is_deleted: endpoint.is_none() || is(EndpointStatus::Deleted),
        is_paused: is(EndpointStatus::Paused),
        url: endpoint.map(|endpoint| endpoint.url).unwrap_or_default(),
        status: delivery.status,
        attempts: delivery.attempts,
        is_repeat: delivery.repeats_id.is_some(),
        next_attempt_at,
        ended_at: delivery.ended_at,
    }
}

fn attempt_line(attempt: &webhook_attempts::Model) -> CsAttempt {
    CsAttempt {
        number: attempt.number,
        at: attempt.started_at,
        took_ms: attempt.took_ms,
        http_status: attempt.response_status,
        failure: attempt.failure.as_deref().map(AttemptFailure::from_word),
        answer_masked: attempt.response_body.as_deref().map(masking::foreign_text),
    }
}
