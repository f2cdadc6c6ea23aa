//! `/cs/partners/{id}`: how a partner stands, what it has, and what was done with it.

use axum::extract::Path;
use axum::response::Response;
use chrono::NaiveDate;
use loco_rs::controller::Routes;
use sea_orm::DatabaseConnection;
use uuid::Uuid;

use super::StaffVisit;
use super::asked::new_dialog;
use super::partners::{path_of, word_of};
use crate::clock::{kst_date, kst_midnight};
use crate::controllers::pages::PageError;
use crate::controllers::partner::{home, rows, webhook_rows};
use crate::controllers::routing::get;
use crate::desk::audit::{self, Record, Subject};
use crate::desk::audit_list::{self, Filter};
use crate::desk::roles::Permission;
use crate::ids::{PartnerId, Prefix};
use crate::models::kinds::{StaffDeed, SubjectKind};
use crate::models::{partners, users};
use crate::money::Won;
use crate::partners::{audit as own_audit, directory, key_list, overview, return_urls, standing};
use crate::security::masking;
use crate::views::cs::chart::list;
use crate::views::cs::partner::{CsPartner, PartnerFacts, PartnerPerson, StaffAct};
use crate::views::cs::reason_form::ReasonForm;

/// What was done with the partner's keys and addresses.
const DEEDS: u64 = 10;
/// What staff did with it: with the looks among them, the newest stop is not far.
const STAFF_ACTS: u64 = 5;

pub fn routes() -> Routes {
    Routes::new().add("/cs/partners/{id}", get(show))
}

async fn show(visit: StaffVisit, Path(id): Path<String>) -> Result<Response, PageError> {
    visit.require(Permission::SeePartners)?;
    let page = page(&visit, parse_id(&id)?).await?;
    visit.show(&page)
}

/// The partner's page, once it is written that it is looked at: it names people, though masked.
pub(super) async fn page(visit: &StaffVisit, id: PartnerId) -> Result<CsPartner, PageError> {
    let (db, now) = (visit.db(), visit.services.clock.now());
    let partner = directory::any(db, id).await?.ok_or(PageError::not_found())?;
    let subject = Subject::new(SubjectKind::Partner, id.0);
    let look = Record::look(StaffDeed::PartnerSeen, subject);
    audit::look(&visit.services, visit.by(), look).await?;
    let mode = visit.services.settings.bank.mode();
    let owner = (id, mode);
    let (living, ended) = key_list::list_owned_by(db, id, mode, now).await?;
    let sums = overview::sums_since(db, owner, kst_midnight(kst_date(now))).await?;
    let mut endpoints = overview::endpoints(db, owner).await?;
    // What fails is what somebody calls about.
    endpoints.sort_by_key(|endpoint| (std::cmp::Reverse(endpoint.failures), endpoint.id));
    let mut deeds = own_audit::list_owned_by(db, id, None, DEEDS).await?;
    deeds.truncate(usize::try_from(DEEDS).unwrap_or(usize::MAX));
    let may_stop = visit.staff.role.may(Permission::StopPartners);
    let shown_id = Prefix::Partner.show(id.0);
    Ok(CsPartner {
        standing: word_of(standing::of(db, owner, now).await?),
        facts: facts(&partner, shown_id.clone()),
        mode,
        today: home::today_of(&sums),
        keys: living.into_iter().map(|key| rows::key_row(key, now)).collect(),
        ended_keys: ended.into_iter().map(|key| rows::key_row(key, now)).collect(),
        endpoints: endpoints
            .into_iter()
            .map(|it| webhook_rows::endpoint_row(it, now))
            .collect(),
        return_urls: return_urls::list(db, id)
            .await?
            .into_iter()
            .map(|row| row.url)
            .collect(),
        people: directory::people(db, id).await?.iter().map(person).collect(),
        deeds: deeds.into_iter().map(rows::deed_row).collect(),
        staff_acts: staff_acts(db, id).await?,
        payments_path: list(&[("partner", &id.0.simple().to_string())]),
        today_path: today_path(id, kst_date(now)),
        audit_path: visit
            .staff
            .role
            .may(Permission::SeeAudit)
            .then(|| format!("{}?subject={shown_id}", super::audit::PATH)),
        change: may_stop.then(|| ReasonForm::new(new_dialog(), partner.version)),
        as_of: now,
    })
}

/// The list whose rows the sums of today are of. A day and not a word: it says the same tomorrow.
fn today_path(id: PartnerId, today: NaiveDate) -> String {
    let (partner, day) = (id.0.simple().to_string(), today.to_string());
    list(&[("kind", "payment"), ("partner", &partner), ("from", &day), ("to", &day)])
}

fn facts(partner: &partners::Model, id: String) -> PartnerFacts {
    PartnerFacts {
        id,
        path: path_of(partner.id),
        name: partner.name.clone(),
        made_at: partner.created_at,
        stopped_at: partner.stopped_at,
        per_payment: partner.per_payment_limit_won.map(Won::new),
        daily: partner.daily_limit_won.map(Won::new),
        version: partner.version,
    }
}

fn person(user: &users::Model) -> PartnerPerson {
    PartnerPerson {
        name_masked: masking::person_name(&user.name),
        email_masked: masking::email(&user.email),
        made_at: user.created_at,
    }
}

/// Who stopped it and let it go on, newest first. Index `(subject_id, deed, at, id)`, once for each of the two.
async fn staff_acts(db: &DatabaseConnection, partner: PartnerId) -> Result<Vec<StaffAct>, PageError> {
    let mut found = Vec::new();
    for deed in [StaffDeed::PartnerStopped, StaffDeed::PartnerResumed] {
        let filter = Filter {
            deed: Some(deed),
            subject: Some(partner.0),
            ..Filter::default()
        };
        found.extend(audit_list::page(db, &filter, None, STAFF_ACTS).await?);
    }
    found.sort_by_key(|entry| std::cmp::Reverse((entry.row.at, entry.row.id)));
    let acts = found
        .into_iter()
        .take(usize::try_from(STAFF_ACTS).unwrap_or(usize::MAX));
    Ok(acts
        .map(|entry| StaffAct {
            deed: entry.row.deed,
            actor_name: entry.actor.map(|user| user.name).unwrap_or_default(),
            reason: entry.row.reason.unwrap_or_default(),
            at: entry.row.at,
        })
        .collect())
}

/// `par_…`, or the bare digits as the filter of the search has them.
pub(super) fn parse_id(text: &str) -> Result<PartnerId, PageError> {
    let id = Prefix::Partner.parse(text).or_else(|| Uuid::try_parse(text).ok());
    id.map(PartnerId).ok_or(PageError::not_found())
}
