//! `/partner/payments/{id}`: one payment of the partner's, whether money moved, what happened and what was told.

use std::collections::BTreeMap;

use axum::extract::Path;
use axum::response::Response;
use loco_rs::controller::Routes;
use sea_orm::EntityTrait;

use super::payments::failed;
use super::{PartnerVisit, rows};
use crate::controllers::extractors::htmx;
use crate::controllers::pages::PageError;
use crate::controllers::routing::get;
use crate::controllers::web::rows::parse_id;
use crate::ids::{Prefix, TransferId};
use crate::models::kinds::TransferKind;
use crate::models::{bank_accounts, transfers};
use crate::money::Won;
use crate::partners::events;
use crate::transfers::{find, refund, timeline};
use crate::views::partner::payment::{PartnerPayment, PaymentFacts, RefundLine, Step, ToldEvent};

/// More of a payment than a page shows.
const REFUNDS_SHOWN: u64 = 100;
const EVENTS_SHOWN: u64 = 100;

pub fn routes() -> Routes {
    Routes::new().add("/partner/payments/{id}", get(show))
}

async fn show(visit: PartnerVisit, Path(id): Path<String>) -> Result<Response, PageError> {
    let (kind, id) = parse_id(&id).ok_or(PageError::not_found())?;
    match kind {
        TransferKind::Payment => {
            let payment = owned(&visit, id).await?;
            visit.show(&page(&visit, payment).await?)
        }
        // A refund is told of on its payment's page.
        TransferKind::Refund => {
            let refund = find::refund_of_partner(visit.db(), visit.owner(), id)
                .await
                .map_err(failed)?;
            let payment = refund.payment_id.ok_or(PageError::not_found())?;
            let path = rows::payment_path(&owned(&visit, payment).await?);
            Ok(htmx::redirect(&visit.headers, &path))
        }
    }
}

/// The partner's payment, of what this installation is for.
async fn owned(visit: &PartnerVisit, id: TransferId) -> Result<transfers::Model, PageError> {
    find::payment_of_partner(visit.db(), visit.owner(), id)
        .await
        .map_err(failed)
}

async fn page(visit: &PartnerVisit, payment: transfers::Model) -> Result<PartnerPayment, PageError> {
    let db = visit.db();
    let account = bank_accounts::Entity::find_by_id(payment.account_id).one(db).await?;
    let account = account.ok_or(PageError::not_found())?;
    let steps = timeline::events(db, payment.id).await.map_err(failed)?;
    let refunds = find::refunds_of_payment(db, payment.id, None, REFUNDS_SHOWN)
        .await
        .map_err(failed)?;
    let subjects = std::iter::once(&payment).chain(&refunds).map(|transfer| transfer.id.0);
    let told = events::of_subjects(db, visit.owner(), subjects.collect(), EVENTS_SHOWN).await?;
    let mut deliveries = events::deliveries_of(db, told.iter().map(|event| event.id)).await?;
    let facts = facts(&payment, &account).map_err(|error| PageError::internal(&error))?;
    Ok(PartnerPayment {
        facts,
        steps: steps
            .into_iter()
            .map(|event| Step {
                at: event.at,
                event: event.event_type,
                status: event.state,
                actor: event.actor,
                version: event.version,
            })
            .collect(),
        refunds: refunds
            .into_iter()
            .map(|refund| RefundLine {
                failure: refund.failure_code,
                refund: rows::payment_row(refund),
            })
            .collect(),
        events: told
            .iter()
            .map(|event| ToldEvent {
                event: rows::event_row(event),
                deliveries: deliveries
                    .remove(&event.id)
                    .unwrap_or_default()
                    .into_iter()
                    .map(rows::delivery_line)
                    .collect(),
            })
            .collect(),
        as_of: visit.services.clock.now(),
        transfer: rows::payment_row(payment),
    })
}

fn facts(payment: &transfers::Model, account: &bank_accounts::Model) -> Result<PaymentFacts, serde_json::Error> {
    Ok(PaymentFacts {
        version: payment.version,
        mandate_id: payment.mandate_id.map(|id| Prefix::Mandate.show(id.0)),
        bank_code: account.bank_code.clone(),
        account_masked: account.number_masked.clone(),
        failure: payment.failure_code,
        refunded: Won::new(payment.refunded_won),
        refundable: refund::remaining(payment),
        metadata: payment
            .metadata
            .as_deref()
            .map_or(Ok(BTreeMap::new()), serde_json::from_str)?,
        executed_at: payment.executed_at,
        settled_at: payment.settled_at,
        next_check_at: payment.next_check_at,
        expires_at: payment.expires_at,
    })
}
