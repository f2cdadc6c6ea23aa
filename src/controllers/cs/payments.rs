//! `/cs/payments`: find a payment or refund while the caller is on the line.

use std::collections::HashMap;

use axum::extract::Query;
use axum::response::Response;
use loco_rs::controller::Routes;
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::json;
use uuid::Uuid;

use super::payments_filter::{Asked, Wanted};
use super::{StaffVisit, members, payments_cursor, payments_links, payments_newer};
use crate::clock::{kst_date, kst_midnight};
use crate::controllers::extractors::htmx;
use crate::controllers::extractors::session::STAFF_HOME;
use crate::controllers::pages::PageError;
use crate::controllers::routing::get;
use crate::controllers::web::rows;
use crate::desk::audit::{self, Record, Subject};
use crate::desk::roles::Permission;
use crate::desk::shortcuts;
use crate::desk::tags;
use crate::ids::UserId;
use crate::members::history::with_partner_names;
use crate::models::kinds::{StaffDeed, TransferKind};
use crate::models::{partners, transfers, users};
use crate::money::Won;
use crate::transfers::search::{self, Place, Search};
use crate::transfers::{TransferError, refund_sums};
use crate::views::cs::payment_filter::FilterLink;
use crate::views::cs::payments::{CsTransferList, CsTransferRow, RefundsOfRow};
use crate::views::paging::{Paging, address};

pub(super) const PATH: &str = STAFF_HOME;
const PAGE_ROWS: u64 = 50;
/// Partners that the filter offers and knows by name.
const PARTNERS: u64 = 1_000;

pub fn routes() -> Routes {
    Routes::new().add(PATH, get(list))
}

async fn list(visit: StaffVisit, Query(asked): Query<Asked>) -> Result<Response, PageError> {
    visit.require(Permission::SeePayments)?;
    let (wanted, partners) = read(&visit, asked).await?;
    if !wanted.is_canonical {
        let canonical = address(PATH, &wanted.shown.pairs(), wanted.cursor.as_deref());
        return Ok(htmx::redirect(&visit.headers, &canonical));
    }
    let shortcuts_on = shortcuts::are_on(visit.db(), visit.staff.id).await?;
    if !wanted.is_readable() {
        // Nothing, and not everything: that would look like an answer.
        let links = payments_links::links(&wanted, None, &partners);
        let mut page = CsTransferList::new(wanted.shown, links, visit.services.clock.now());
        page.errors = wanted.errors;
        page.faults = wanted.faults;
        page.partners = partners.iter().map(payments_links::choice).collect();
        page.shortcuts_on = shortcuts_on;
        page.tags = tags::suggestions(visit.db()).await?;
        return visit.show(&page);
    }
    tell_of(&visit, &wanted).await?;
    let mut page = found(&visit, wanted, &partners).await?;
    page.shortcuts_on = shortcuts_on;
    visit.show(&page)
}

/// What the address asks for, and the partners that it may name.
pub(super) async fn read(visit: &StaffVisit, asked: Asked) -> Result<(Wanted, Vec<partners::Model>), PageError> {
    let mut partners = partners::Entity::find()
        .order_by_asc(partners::Column::Name)
        .limit(PARTNERS)
        .all(visit.db())
        .await?;
    let asked_for = asked
        .partner()
        .filter(|id| partners.iter().all(|partner| partner.id != *id));
    if let Some(id) = asked_for {
        // One that is named by its id is known, however many there are.
        partners.extend(partners::Entity::find_by_id(id).one(visit.db()).await?);
    }
    let services = &visit.services;
    let wanted = Wanted::read(asked, &partners, services.clock.today_kst(), &services.sealer);
    Ok((wanted.map_err(|error| PageError::internal(&error))?, partners))
}

/// A search for a person is one row of the audit: what was searched by, and never the text; of whom, where the text is the
/// id of a member. So is each further page of it, for whoever makes up a place in the list need not have seen the first one.
pub(super) async fn tell_of(visit: &StaffVisit, wanted: &Wanted) -> Result<(), DbErr> {
    if !wanted.search.names_a_person() {
        return Ok(());
    }
    let understood = wanted.search.understood();
    let by: Vec<&str> = understood
        .iter()
        .filter(|kind| kind.names_a_person())
        .map(|kind| kind.as_str())
        .collect();
    let subject = wanted.search.member().map_or(Subject::LIST, Subject::member);
    let record = Record::look(StaffDeed::Searched, subject).with(json!({ "by": by }));
    audit::look(&visit.services, visit.by(), record).await
}

/// The rows of a page, and whether there are more.
pub(super) async fn page_of(visit: &StaffVisit, search: &Search) -> Result<(Vec<transfers::Model>, bool), PageError> {
    let mut rows = search::search(visit.db(), search, PAGE_ROWS).await.map_err(failed)?;
    let has_more = rows.len() as u64 > PAGE_ROWS;
    rows.truncate(usize::try_from(PAGE_ROWS).unwrap_or(usize::MAX));
    Ok((rows, has_more))
}

async fn found(visit: &StaffVisit, wanted: Wanted, partners: &[partners::Model]) -> Result<CsTransferList, PageError> {
    let (db, now) = (visit.db(), visit.services.clock.now());
    let is_told = wanted.search.names_a_person();
    let (rows, has_more) = page_of(visit, &wanted.search).await?;
    let next = rows
        .last()
        .filter(|_| has_more)
        .map(Place::of)
        .map(payments_cursor::show);
    let tally = search::tally(db, &wanted.search).await.map_err(failed)?;
    let first = rows.first().map_or(
        Place {
            amount_won: 0,
            created_at: now,
            id: Uuid::nil(),
        },
        Place::of,
    );
    let wider = if rows.is_empty() {
        wider(visit, &wanted).await?
    } else {
        None
    };
    let links = payments_links::links(&wanted, Some(&tally), partners);
    let kept = wanted.shown.pairs();
    let paging = Paging::new(PATH, &kept, wanted.cursor.as_deref(), next.as_deref());
    let may_export = visit.staff.role.may(Permission::Export);
    let export = may_export.then(|| address(super::export::PATH, &kept, None));
    let again = address(PATH, &kept, wanted.cursor.as_deref());
    let newer = payments_newer::asks(&wanted, first, &rows);
    let sums = Some(payments_links::sums(&wanted, &tally)).filter(|_| !rows.is_empty());
    let mut page = CsTransferList::new(wanted.shown, links, now);
    page.partners = partners.iter().map(payments_links::choice).collect();
    page.tags = tags::suggestions(db).await?;
    page.understood = wanted.search.understood();
    page.is_crowded = search::is_crowded(db, &wanted.search).await.map_err(failed)?;
    page.sums = sums;
    page.wider = wider;
    page.newer = newer;
    page.again = again;
    page.paging = paging;
    page.export = export;
    if !is_told && !rows.is_empty() {
        tell_of_list(visit, rows.len()).await?;
    }
    page.rows = with_members(visit, rows).await?;
    Ok(page)
}

/// A list shows whose its transfers are. Each page of it is a row, unless [`tell_of`] wrote one for it.
async fn tell_of_list(visit: &StaffVisit, rows: usize) -> Result<(), DbErr> {
    let record = Record::look(StaffDeed::PaymentsListed, Subject::LIST).with(json!({ "rows": rows }));
    audit::look(&visit.services, visit.by(), record).await
}

/// A period in which there is something, where the one that was asked for has nothing.
async fn wider(visit: &StaffVisit, wanted: &Wanted) -> Result<Option<FilterLink>, PageError> {
    if wanted.search.from.or(wanted.search.before).is_none() {
        return Ok(None);
    }
    let newest = search::newest_of_all_time(visit.db(), &wanted.search)
        .await
        .map_err(failed)?;
    let Some(newest) = newest else { return Ok(None) };
    let today = kst_date(visit.services.clock.now());
    let is_recent = newest >= kst_midnight(today - chrono::TimeDelta::days(29));
    let (word, period) = if is_recent { ("30d", "30d") } else { ("all", "") };
    Ok(Some(FilterLink {
        word,
        href: payments_links::in_period(&wanted.shown, period),
        is_chosen: false,
    }))
}

/// Whose money it is and what of it was given back, each for all rows in one query.
async fn with_members(visit: &StaffVisit, found: Vec<transfers::Model>) -> Result<Vec<CsTransferRow>, PageError> {
    let ids: std::collections::HashSet<UserId> = found.iter().map(|transfer| transfer.member_id).collect();
    let people = users::Entity::find()
        .filter(users::Column::Id.is_in(ids))
        .all(visit.db())
        .await?;
    let people: HashMap<UserId, users::Model> = people.into_iter().map(|user| (user.id, user)).collect();
    let counts = refund_sums::counts(visit.db(), &found).await.map_err(failed)?;
    let entries = with_partner_names(visit.db(), found).await?;
    Ok(entries
        .into_iter()
        .map(|entry| {
            let member = people.get(&entry.transfer.member_id).map(members::row);
            let (name, email) = member
                .map(|row| (row.name_masked, row.email_masked))
                .unwrap_or_default();
            CsTransferRow {
                member_name_masked: name,
                member_email_masked: email.unwrap_or_default(),
                refunds: refunds_of(&entry.transfer, &counts),
                transfer: rows::transfer_row(entry),
            }
        })
        .collect())
}

fn refunds_of(transfer: &transfers::Model, counts: &HashMap<crate::ids::TransferId, i64>) -> Option<RefundsOfRow> {
    let count = *counts.get(&transfer.id)?;
    (transfer.kind == TransferKind::Payment).then(|| RefundsOfRow {
        count,
        refunded: Won::new(transfer.refunded_won),
        reserved: Won::new(transfer.refund_reserved_won),
    })
}

pub(super) fn failed(error: TransferError) -> PageError {
    match error {
        TransferError::NotFound => PageError::not_found(),
        TransferError::Database(error) => PageError::from(error),
        other => PageError::internal(&other),
    }
}
