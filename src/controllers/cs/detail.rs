//! `/cs/payments/{id}`: one payment or refund, whether money moved and why we think so.

use std::collections::HashMap;

use axum::extract::Path;
use axum::response::Response;
use axum::routing::get;
use loco_rs::controller::Routes;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::payments::failed;
use super::{StaffVisit, actions, correction, story};
use crate::controllers::pages::PageError;
use crate::controllers::web::rows;
use crate::members::history::{Entry, with_partner_names};
use crate::models::kinds::TransferKind;
use crate::models::{bank_accounts, transfer_events, transfers, users};
use crate::money::Won;
use crate::security::masking;
use crate::transfers::{find, refund, timeline};
use crate::views::cs::payment::{CsFacts, CsTransfer};
use crate::views::cs::why::{Decided, Why};
use crate::views::words::UnknownWord;

/// More refunds of one payment than a page shows.
const REFUNDS_SHOWN: u64 = 100;

pub fn routes() -> Routes {
    Routes::new().add("/cs/payments/{id}", get(show))
}

async fn show(visit: StaffVisit, Path(id): Path<String>) -> Result<Response, PageError> {
    let (kind, id) = rows::parse_id(&id).ok_or(PageError::not_found())?;
    let transfer = find::any_of_kind(visit.db(), kind, id).await.map_err(failed)?;
    visit.show(&page(&visit, transfer).await?)
}

/// The page of a transfer as it is.
pub(super) async fn page(visit: &StaffVisit, transfer: transfers::Model) -> Result<CsTransfer, PageError> {
    let account = bank_accounts::Entity::find_by_id(transfer.account_id)
        .one(visit.db())
        .await?;
    let member = users::Entity::find_by_id(transfer.member_id).one(visit.db()).await?;
    let (Some(account), Some(member)) = (account, member) else {
        return Err(PageError::not_found());
    };
    let events = timeline::events(visit.db(), transfer.id).await.map_err(failed)?;
    let calls = timeline::bank_calls(visit.db(), transfer.id).await.map_err(failed)?;
    let decided = Decided::by(events.iter().map(|event| (event.event_type, event.previous_state)));
    let staff_names = names_of(visit, &events).await?;
    let story = story::of(&events, calls, &staff_names, visit.frame.lang);
    let mut related = find::refunds_of_payment(visit.db(), transfer.id, None, REFUNDS_SHOWN)
        .await
        .map_err(failed)?;
    if let Some(payment) = transfer.payment_id {
        related.push(
            find::any_of_kind(visit.db(), TransferKind::Payment, payment)
                .await
                .map_err(failed)?,
        );
    }
    let facts = facts(&transfer);
    let correction = correction::offered(&transfer, visit.staff.role);
    let actions = actions::offered(visit, &transfer).await?;
    let mut entries = with_partner_names(visit.db(), std::iter::once(transfer).chain(related).collect()).await?;
    let Entry { transfer, partner_name } = entries.remove(0);
    let (payment, refunds): (Vec<_>, Vec<_>) = entries
        .into_iter()
        .map(rows::transfer_row)
        .partition(|row| row.kind == TransferKind::Payment);
    Ok(CsTransfer {
        why: Why::of(
            transfer.kind,
            transfer.state,
            facts.failure,
            facts.unknown_reason,
            decided,
        ),
        facts,
        member_name_masked: masking::person_name(&member.name),
        member_email_masked: masking::email(&member.email),
        account: rows::account_label(&account),
        story,
        refunds,
        payment: payment.into_iter().next(),
        correction,
        actions,
        as_of: visit.services.clock.now(),
        transfer: rows::transfer_row(Entry { transfer, partner_name }),
    })
}

/// The names of the staff who did something, by their id.
async fn names_of(visit: &StaffVisit, events: &[transfer_events::Model]) -> Result<HashMap<Uuid, String>, PageError> {
    let ids: Vec<Uuid> = events.iter().filter_map(story::staff_of).collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let staff = users::Entity::find()
        .filter(users::Column::Id.is_in(ids))
        .all(visit.db())
        .await?;
    Ok(staff.into_iter().map(|user| (user.id.0, user.name)).collect())
}

fn facts(transfer: &transfers::Model) -> CsFacts {
    CsFacts {
        version: transfer.version,
        mode: transfer.mode,
        short_code: transfer.short_code.clone(),
        trace_number: transfer.trace_number.clone(),
        failure: transfer.failure_code,
        unknown_reason: transfer.unknown_reason.as_deref().map(UnknownWord::from_word),
        bank_code: transfer.bank_code.clone(),
        refunded: Won::new(transfer.refunded_won),
        refund_reserved: Won::new(transfer.refund_reserved_won),
        refundable: refund::remaining(transfer),
        executed_at: transfer.executed_at,
        settled_at: transfer.settled_at,
        next_check_at: transfer.next_check_at,
        expires_at: transfer.expires_at,
    }
}
