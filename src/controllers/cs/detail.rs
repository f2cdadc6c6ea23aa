//! `/cs/payments/{id}`: one payment or refund, whether money moved and why we think so; and the parts of it that freshen.

use std::collections::HashMap;

use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use loco_rs::controller::Routes;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde::Deserialize;
use uuid::Uuid;

use super::payments::failed;
use super::{StaffVisit, actions, correction, members, story, told, unmask, verdict, verdict_mark};
use crate::controllers::pages::PageError;
use crate::controllers::routing::get;
use crate::controllers::web::rows;
use crate::desk::audit::{self, Record, Subject};
use crate::desk::roles::Permission;
use crate::desk::verdict::case::{self, Case, Limits};
use crate::desk::verdict::{Terms, Verdict};
use crate::ids::Prefix;
use crate::members::history::Entry;
use crate::models::kinds::StaffDeed;
use crate::models::{bank_accounts, partners, transfers, users};
use crate::money::Won;
use crate::transfers::{find, refund};
use crate::views::cs::payment::{CsFacts, CsFresh, CsMore, CsPeople, CsTransfer, Freshness};
use crate::views::transfer::TransferRow;
use crate::views::web::payment_detail::look_again_secs;
use crate::views::words::UnknownWord;

pub fn routes() -> Routes {
    Routes::new()
        .add("/cs/payments/{id}", get(show))
        .add("/cs/payments/{id}/fresh", get(show_fresh))
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    /// `yes`: lists that are cut otherwise are whole.
    all: String,
    /// Of the page that asks whether it is out of date.
    mark: String,
}

async fn show(visit: StaffVisit, Path(id): Path<String>, Query(asked): Query<Asked>) -> Result<Response, PageError> {
    visit.require(Permission::SeePayments)?;
    let transfer = found(&visit, &id).await?;
    seen(
        &visit,
        Record::look(StaffDeed::PaymentSeen, Subject::transfer(&transfer)),
    )
    .await?;
    visit.show(&read(&visit, transfer, asked.all == "yes").await?)
}

/// 204 while nothing is new. What is new is a look of its own: somebody may ask for this address alone.
async fn show_fresh(
    visit: StaffVisit,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    visit.require(Permission::SeePayments)?;
    let transfer = found(&visit, &id).await?;
    let look = Record::look(StaffDeed::PaymentSeen, Subject::transfer(&transfer));
    let page = read(&visit, transfer, asked.all == "yes").await?;
    if page.fresh.mark == asked.mark {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    seen(&visit, look).await?;
    visit.show(&CsFresh(page))
}

/// The page of a transfer as it is, for whoever shows it again beside a form that was refused.
pub(super) async fn page(visit: &StaffVisit, transfer: transfers::Model) -> Result<CsTransfer, PageError> {
    seen(
        visit,
        Record::look(StaffDeed::PaymentSeen, Subject::transfer(&transfer)),
    )
    .await?;
    read(visit, transfer, false).await
}

/// The transfer that an address names, anybody's.
pub(super) async fn found(visit: &StaffVisit, id: &str) -> Result<transfers::Model, PageError> {
    let (kind, id) = rows::parse_id(id).ok_or(PageError::not_found())?;
    find::any_of_kind(visit.db(), kind, id).await.map_err(failed)
}

/// Writes the look, without which nothing is shown.
pub(super) async fn seen(visit: &StaffVisit, look: Record) -> Result<(), PageError> {
    Ok(audit::look(&visit.services, visit.by(), look).await?)
}

async fn read(visit: &StaffVisit, transfer: transfers::Model, is_all: bool) -> Result<CsTransfer, PageError> {
    let (db, now) = (visit.db(), visit.services.clock.now());
    let account = bank_accounts::Entity::find_by_id(transfer.account_id).one(db).await?;
    let member = users::Entity::find_by_id(transfer.member_id).one(db).await?;
    let partner = partners::Entity::find_by_id(transfer.partner_id).one(db).await?;
    let (Some(account), Some(member), Some(partner)) = (account, member, partner) else {
        return Err(PageError::not_found());
    };
    let limits = if is_all { Limits::ALL } else { Limits::PAGE };
    let case = case::read(db, transfer, limits).await.map_err(failed)?;
    let windows = visit.services.calendar.windows();
    let found = Verdict::of(&case, Terms::of(&visit.services.settings, &windows), now);
    let (told, has_more_told) = told::of(visit, &case, is_all).await?;
    let staff = names_of(visit, &case).await?;
    let states = std::iter::once(&case.transfer).chain(&case.refunds);
    let fresh = Freshness {
        mark: verdict_mark::mark(&case, &found, &told),
        look_again_secs: look_again_secs(states.map(|transfer| transfer.state)),
    };
    // Everything here is of one partner.
    let row = |transfer: transfers::Model| {
        rows::transfer_row(Entry {
            transfer,
            partner_name: partner.name.clone(),
        })
    };
    let all = |transfers: Vec<transfers::Model>| -> Vec<TransferRow> { transfers.into_iter().map(row).collect() };
    Ok(CsTransfer {
        verdict: verdict::shown(found, &case, &staff, row),
        facts: facts(&case.transfer),
        people: people(&member, &partner),
        account: rows::account_label(&account),
        story: story::of(&case.events, case.calls, &staff, visit.frame.lang),
        unmask: unmask::offered_on(visit, &case.transfer, &account),
        correction: correction::offered(&case.transfer, visit.staff.role),
        actions: actions::offered(visit, &case.transfer).await?,
        more: CsMore {
            story: case.more.story,
            refunds: case.more.refunds,
            related: case.more.of_order,
        },
        has_more_told,
        shows_all: is_all,
        transfer: row(case.transfer),
        refunds: all(case.refunds),
        payment: case.payment.map(row),
        related: all(case.of_order),
        alike: all(case.alike),
        told,
        as_of: now,
        fresh,
    })
}

/// The names of the staff who did something, by their id.
async fn names_of(visit: &StaffVisit, case: &Case) -> Result<HashMap<Uuid, String>, PageError> {
    let events = case.events.iter().chain(&case.proofs);
    let ids: Vec<Uuid> = events.filter_map(story::staff_of).collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let staff = users::Entity::find()
        .filter(users::Column::Id.is_in(ids))
        .all(visit.db())
        .await?;
    Ok(staff.into_iter().map(|user| (user.id.0, user.name)).collect())
}

fn people(member: &users::Model, partner: &partners::Model) -> CsPeople {
    let member = members::row(member);
    CsPeople {
        member_id: member.id,
        member_name_masked: member.name_masked,
        member_email_masked: member.email_masked,
        partner_id: Prefix::Partner.show(partner.id.0),
    }
}

fn facts(transfer: &transfers::Model) -> CsFacts {
    CsFacts {
        version: transfer.version,
        mode: transfer.mode,
        short_code: transfer.short_code.clone(),
        trace_number: transfer.trace_number.clone(),
        request_id: transfer.request_id.as_ref().map(ToString::to_string),
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
