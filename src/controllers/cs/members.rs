//! `/cs/members`: find a member while they are on the line, and see what they have.

use axum::extract::{Path, Query};
use axum::response::Response;
use loco_rs::controller::Routes;
use sea_orm::EntityTrait;
use serde::Deserialize;
use serde_json::json;

use super::actions::note_line;
use super::{StaffVisit, audit as audit_page, mandate, member_notes, unmask};
use crate::accounts::AccountRow;
use crate::controllers::api::cursor;
use crate::controllers::extractors::session::STAFF_HOME;
use crate::controllers::pages::PageError;
use crate::controllers::routing::get;
use crate::controllers::web::mandate_cards::mandate_cards;
use crate::controllers::web::rows;
use crate::desk::audit::{self, Record, Subject};
use crate::desk::notes;
use crate::desk::roles::Permission;
use crate::ids::{Prefix, UserId};
use crate::members::history_filter::{Filter, page_owned_by};
use crate::members::search::{self, SearchError};
use crate::models::kinds::StaffDeed;
use crate::models::{mandates, members, users};
use crate::money::Won;
use crate::security::masking;
use crate::transfers::find::{self, Place};
use crate::views::cs::member::{CsAccount, CsLimits, CsMandateRow, CsMember, CsNotes};
use crate::views::cs::members::{CsMemberList, CsMemberRow};
use crate::views::paging::Paging;

pub(super) const PATH: &str = "/cs/members";
const PAGE_ROWS: u64 = 50;
const PAYMENTS: u64 = 20;
/// Notes that stand on the member's page itself.
const LATEST_NOTES: u64 = 3;

pub fn routes() -> Routes {
    Routes::new().add(PATH, get(list)).add("/cs/members/{id}", get(show))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    q: String,
    cursor: String,
}

async fn list(visit: StaffVisit, Query(asked): Query<Asked>) -> Result<Response, PageError> {
    visit.require(Permission::SeeMembers)?;
    let after = cursor::parse(&asked.cursor);
    let q = asked.q.trim().to_owned();
    let mut found = if q.is_empty() {
        Vec::new()
    } else {
        // Which way it was looked for is told, and nothing of what was typed: that is a person's.
        let detail = json!({ "what": "member", "by": search::By::of(&q).as_str() });
        let look = Record::look(StaffDeed::Searched, Subject::LIST).with(detail);
        audit::look(&visit.services, visit.by(), look).await?;
        let after = after.map(|place| place.id);
        search::exactly(visit.db(), &visit.services.sealer, &q, after, PAGE_ROWS)
            .await
            .map_err(failed)?
    };
    let place = |user: &users::Model| Place {
        created_at: user.created_at,
        id: user.id.0,
    };
    let next = find::cut(&mut found, PAGE_ROWS, place).map(cursor::show);
    visit.show(&CsMemberList {
        members: found.iter().map(row).collect(),
        paging: Paging::new(PATH, &[("q", &q)], after.map(cursor::show).as_deref(), next.as_deref()),
        q,
    })
}

async fn show(visit: StaffVisit, Path(id): Path<String>, Query(asked): Query<Asked>) -> Result<Response, PageError> {
    visit.require(Permission::SeeMembers)?;
    let page = page(&visit, parse_id(&id)?, cursor::parse(&asked.cursor)).await?;
    visit.show(&page)
}

/// The member's page, once it is written that it is looked at.
pub(super) async fn page(visit: &StaffVisit, id: UserId, after: Option<Place>) -> Result<CsMember, PageError> {
    let db = visit.db();
    let user = search::any_member(db, id).await?.ok_or(PageError::not_found())?;
    let look = Record::look(StaffDeed::MemberSeen, Subject::member(id));
    audit::look(&visit.services, visit.by(), look).await?;
    let accounts = AccountRow::list_ever_of(db, id).await?;
    let mandates = mandates::Model::list_owned_by(db, id).await?;
    let payments = page_owned_by(db, id, &Filter::default(), after, PAYMENTS).await?;
    let next = payments.next.map(cursor::show);
    let shown_id = Prefix::Member.show(id.0);
    let audit_path = visit.staff.role.may(Permission::SeeAudit);
    Ok(CsMember {
        member: row(&user),
        limits: limits(visit, id).await?,
        notes: latest_notes(visit, id).await?,
        unmask: unmask::offered(visit, id, &accounts),
        accounts: accounts.iter().map(account).collect(),
        mandates: mandate_cards(visit, &mandates)
            .await?
            .into_iter()
            .map(|card| CsMandateRow {
                path: format!("{}/{}", mandate::PATH, card.id),
                card,
            })
            .collect(),
        payments: payments.entries.into_iter().map(rows::transfer_row).collect(),
        paging: Paging::new(&path_of(id), &[], after.map(cursor::show).as_deref(), next.as_deref()),
        payments_path: format!("{STAFF_HOME}?q={shown_id}"),
        audit_path: audit_path.then(|| format!("{}?subject={shown_id}", audit_page::PATH)),
        as_of: visit.services.clock.now(),
    })
}

async fn latest_notes(visit: &StaffVisit, id: UserId) -> Result<CsNotes, PageError> {
    let (latest, older) = notes::page(visit.db(), id.0, None, LATEST_NOTES).await?;
    Ok(CsNotes {
        path: member_notes::notes_path(id),
        latest: latest.into_iter().map(note_line).collect(),
        has_more: older.is_some(),
        may_write: visit.staff.role.may(Permission::Annotate),
    })
}

fn account(account: &AccountRow) -> CsAccount {
    CsAccount {
        label: rows::account_label(account),
        state: account.state,
        linked_at: account.created_at,
        unlinked_at: account.unlinked_at,
    }
}

/// The member's own limits, or those of everybody.
async fn limits(visit: &StaffVisit, id: UserId) -> Result<CsLimits, PageError> {
    let member = members::Entity::find_by_id(id).one(visit.db()).await?;
    let member = member.ok_or(PageError::not_found())?;
    let defaults = &visit.services.settings.limits;
    let per_payment = member.per_payment_limit_won.or(defaults.member_per_payment_won());
    let daily = member.daily_limit_won.or(defaults.member_daily_won());
    Ok(CsLimits {
        per_payment: per_payment.map(Won::new),
        daily: daily.map(Won::new),
    })
}

pub(super) fn row(user: &users::Model) -> CsMemberRow {
    let has_left = user.withdrawn_at.is_some();
    CsMemberRow {
        id: Prefix::Member.show(user.id.0),
        // The name of who left is kept with its middle hidden, and their address not at all.
        name_masked: if has_left {
            user.name.clone()
        } else {
            masking::person_name(&user.name)
        },
        email_masked: (!has_left).then(|| masking::email(&user.email)),
        joined_at: user.created_at,
        withdrawn_at: user.withdrawn_at,
    }
}

pub(super) fn parse_id(id: &str) -> Result<UserId, PageError> {
    Prefix::Member.parse(id).map(UserId).ok_or(PageError::not_found())
}

pub(super) fn path_of(member: UserId) -> String {
    format!("{PATH}/{}", Prefix::Member.show(member.0))
}

fn failed(error: SearchError) -> PageError {
    match error {
        SearchError::Database(error) => error.into(),
        error @ SearchError::Seal(_) => PageError::internal(&error),
    }
}
