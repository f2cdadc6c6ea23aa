//! `/cs/payments`: find a payment or refund while the caller is on the line.

use std::collections::HashMap;

use axum::extract::Query;
use axum::response::Response;
use axum::routing::get;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use loco_rs::controller::Routes;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde::Deserialize;
use uuid::Uuid;

use super::StaffVisit;
use crate::clock::kst_midnight;
use crate::controllers::api::cursor;
use crate::controllers::extractors::session::STAFF_HOME;
use crate::controllers::pages::PageError;
use crate::controllers::web::payment_filter::read_day;
use crate::controllers::web::rows;
use crate::ids::UserId;
use crate::members::history::with_partner_names;
use crate::models::kinds::{TransferKind, TransferState};
use crate::models::{partners, transfers, users};
use crate::security::masking;
use crate::transfers::find::Place;
use crate::transfers::{TransferError, find, search};
use crate::views::cs::payments::{CsFilter, CsTransferList, CsTransferRow, PartnerChoice};
use crate::views::form::{FieldErrors, FieldProblem};
use crate::views::paging::Paging;

const PAGE_ROWS: u64 = 50;

pub fn routes() -> Routes {
    Routes::new().add(STAFF_HOME, get(list))
}

/// The query as it came.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    q: String,
    state: String,
    kind: String,
    partner: String,
    from: String,
    to: String,
    cursor: String,
}

async fn list(visit: StaffVisit, Query(asked): Query<Asked>) -> Result<Response, PageError> {
    let after = cursor::parse(&asked.cursor);
    let shown_cursor = after.map(|_| asked.cursor.clone());
    let filter = CsFilter {
        q: asked.q.trim().to_owned(),
        state: asked.state,
        kind: asked.kind,
        partner: asked.partner,
        from: asked.from,
        to: asked.to,
    };
    let partners = partners::Entity::find()
        .order_by_asc(partners::Column::Name)
        .all(visit.db())
        .await?;
    let (search, errors) = read(&filter, &partners, after);
    // A filter that cannot be read shows nothing: showing everything would look like an answer.
    let mut found = if errors.is_empty() {
        search::search(visit.db(), search, PAGE_ROWS).await.map_err(failed)?
    } else {
        Vec::new()
    };
    let next = find::cut(&mut found, PAGE_ROWS, Place::of).map(cursor::show);
    let paging = Paging::new(STAFF_HOME, &filter.pairs(), shown_cursor.as_deref(), next.as_deref());
    let choices = partners.iter().map(choice).collect();
    let rows = with_members(&visit, found).await?;
    visit.show(&CsTransferList::new(filter, choices, rows, paging, visit.services.clock.now()).with_errors(errors))
}

fn choice(partner: &partners::Model) -> PartnerChoice {
    PartnerChoice {
        value: partner.id.0.simple().to_string(),
        name: partner.name.clone(),
    }
}

/// The filter in our types, and the fields that cannot be read.
fn read(filter: &CsFilter, partners: &[partners::Model], after: Option<Place>) -> (search::Search, FieldErrors) {
    let mut errors = FieldErrors::new();
    let mut search = search::Search {
        text: Some(filter.q.clone()).filter(|text| !text.is_empty()),
        after,
        ..search::Search::default()
    };
    search.state = parsed(
        &filter.state,
        TransferState::parse,
        "state",
        FieldProblem::ChoiceUnknown,
        &mut errors,
    );
    search.kind = parsed(
        &filter.kind,
        TransferKind::parse,
        "kind",
        FieldProblem::ChoiceUnknown,
        &mut errors,
    );
    let known = |text: &str| {
        let id = Uuid::try_parse(text).ok()?;
        partners
            .iter()
            .find(|partner| partner.id.0 == id)
            .map(|partner| partner.id)
    };
    search.partner = parsed(
        &filter.partner,
        known,
        "partner",
        FieldProblem::ChoiceUnknown,
        &mut errors,
    );
    let from = parsed(&filter.from, read_day, "from", FieldProblem::DateFormat, &mut errors);
    let to = parsed(&filter.to, read_day, "to", FieldProblem::DateFormat, &mut errors);
    if from.zip(to).is_some_and(|(from, to)| from > to) {
        errors.insert("to", FieldProblem::DatesReversed);
    }
    search.from = from.map(kst_midnight);
    search.before = to.map(day_after);
    (search, errors)
}

/// The end of a Korean day is where the next one begins.
fn day_after(day: NaiveDate) -> DateTime<Utc> {
    kst_midnight(day) + TimeDelta::days(1)
}

fn parsed<T>(
    text: &str,
    parse: impl Fn(&str) -> Option<T>,
    field: &'static str,
    problem: FieldProblem,
    errors: &mut FieldErrors,
) -> Option<T> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    let value = parse(text);
    if value.is_none() {
        errors.insert(field, problem);
    }
    value
}

/// Whose money it is, for all rows in one query.
async fn with_members(visit: &StaffVisit, found: Vec<transfers::Model>) -> Result<Vec<CsTransferRow>, PageError> {
    let ids: std::collections::HashSet<UserId> = found.iter().map(|transfer| transfer.member_id).collect();
    let people = users::Entity::find()
        .filter(users::Column::Id.is_in(ids))
        .all(visit.db())
        .await?;
    let people: HashMap<UserId, users::Model> = people.into_iter().map(|user| (user.id, user)).collect();
    let entries = with_partner_names(visit.db(), found).await?;
    Ok(entries
        .into_iter()
        .map(|entry| {
            let member = people.get(&entry.transfer.member_id);
            CsTransferRow {
                member_name_masked: member.map(|user| masking::person_name(&user.name)).unwrap_or_default(),
                member_email_masked: member.map(|user| masking::email(&user.email)).unwrap_or_default(),
                transfer: rows::transfer_row(entry),
            }
        })
        .collect())
}

pub(super) fn failed(error: TransferError) -> PageError {
    match error {
        TransferError::NotFound => PageError::not_found(),
        TransferError::Database(error) => PageError::from(error),
        other => PageError::internal(&other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::PartnerId;

    #[test]
    fn a_filter_that_cannot_be_read_is_told_and_not_applied() {
        let filter = CsFilter {
            state: "lost".to_owned(),
            partner: PartnerId::new().0.simple().to_string(),
            from: "2026-02-30".to_owned(),
            to: "25.11.2026".to_owned(),
            ..CsFilter::default()
        };
        let (search, errors) = read(&filter, &[], None);
        assert_eq!(
            errors.keys().copied().collect::<Vec<_>>(),
            ["from", "partner", "state", "to"]
        );
        assert!(search.state.is_none() && search.from.is_none() && search.before.is_none());
    }

    #[test]
    fn a_day_of_the_filter_is_a_korean_day_to_its_end() {
        let filter = CsFilter {
            from: "2026-11-25".to_owned(),
            to: "2026-11-25".to_owned(),
            ..CsFilter::default()
        };
        let (search, errors) = read(&filter, &[], None);
        assert!(errors.is_empty());
        assert_eq!(search.from.unwrap().to_rfc3339(), "2026-11-24T15:00:00+00:00");
        assert_eq!(search.before.unwrap().to_rfc3339(), "2026-11-25T15:00:00+00:00");
        let reversed = CsFilter {
            to: "2026-11-24".to_owned(),
            ..filter
        };
        assert_eq!(
            read(&reversed, &[], None).1.get("to"),
            Some(&FieldProblem::DatesReversed)
        );
    }
}
