//! On `/cs/reviews`: what does not fit in the books, and endpoints that fail.

use std::collections::{HashMap, HashSet};

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::StaffVisit;
use super::mismatches::mismatch_row;
use super::partners::path_of;
use crate::controllers::api::cursor;
use crate::controllers::pages::PageError;
use crate::desk::order::{self, Place};
use crate::desk::{mismatches, reviews, walk};
use crate::ids::PartnerId;
use crate::models::{partners, webhook_endpoints};
use crate::transfers::find;
use crate::views::cs::age::Age;
use crate::views::cs::review_rows::{FailingEndpoint, WalkFacts};
use crate::views::cs::reviews::{PATH, Reviews};
use crate::views::paging::Paging;

const PAGE_ROWS: u64 = 50;

pub(super) async fn with_mismatches(visit: &StaffVisit, page: Reviews, asked: &str) -> Result<Reviews, PageError> {
    let after = cursor::parse(asked);
    let place = after.map(|place| (place.created_at, place.id));
    let mut found = mismatches::open(place, PAGE_ROWS).all(visit.db()).await?;
    let next = find::cut(&mut found, PAGE_ROWS, |row| find::Place {
        created_at: row.first_seen_at,
        id: row.id,
    });
    let next = next.map(cursor::show);
    let progress = walk::progress(&visit.services).await?;
    Ok(Reviews {
        mismatches: found.into_iter().map(|row| mismatch_row(row, page.as_of)).collect(),
        walk: WalkFacts {
            begun_at: progress.begun_at,
            ended_at: progress.ended_at,
            walked: progress.walked,
        },
        paging: Paging::new(PATH, &page.filter.pairs(), after.map(|_| asked), next.as_deref()),
        ..page
    })
}

pub(super) async fn with_endpoints(visit: &StaffVisit, page: Reviews, asked: &str) -> Result<Reviews, PageError> {
    let after = Place::parse(asked);
    let mut found = reviews::failing_endpoints(after, PAGE_ROWS).all(visit.db()).await?;
    let next = order::cut(&mut found, PAGE_ROWS, reviews::place_of_endpoint).map(Place::shown);
    let ids: HashSet<PartnerId> = found.iter().map(|endpoint| endpoint.partner_id).collect();
    let partners = partners::Entity::find()
        .filter(partners::Column::Id.is_in(ids))
        .all(visit.db())
        .await?;
    let names: HashMap<PartnerId, String> = partners.into_iter().map(|row| (row.id, row.name)).collect();
    let row = |endpoint: webhook_endpoints::Model| FailingEndpoint {
        partner_name: names.get(&endpoint.partner_id).cloned().unwrap_or_default(),
        partner_path: path_of(endpoint.partner_id),
        url: endpoint.url,
        failures: endpoint.failures,
        since: endpoint.failing_since.map(|since| Age::of(since, page.as_of)),
        next_attempt_at: endpoint.backoff_until,
    };
    Ok(Reviews {
        endpoints: found.into_iter().map(row).collect(),
        paging: Paging::new(PATH, &page.filter.pairs(), after.map(|_| asked), next.as_deref()),
        ..page
    })
}
