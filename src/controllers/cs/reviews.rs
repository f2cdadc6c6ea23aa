//! `/cs/reviews`: what waits for a person.

use std::collections::HashMap;

use axum::extract::Query;
use axum::response::Response;
use axum::routing::get;
use loco_rs::controller::Routes;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde::Deserialize;

use super::StaffVisit;
use super::dead_letters::letter_rows;
use super::mismatches::mismatch_row;
use crate::controllers::api::cursor;
use crate::controllers::pages::PageError;
use crate::controllers::web::rows;
use crate::desk::dead_letters::{self, DeadCount};
use crate::desk::reviews::{self, Counts, Holder, Order, Pile, Place, Wish};
use crate::desk::roles::Permission;
use crate::desk::{mismatches, walk};
use crate::ids::{PartnerId, TransferId, UserId};
use crate::members::history::{Entry, with_partner_names};
use crate::models::kinds::TransferState;
use crate::models::{partners, webhook_endpoints};
use crate::transfers::find;
use crate::views::cs::age::Age;
use crate::views::cs::reviews::{
    BrokerWord, FailingEndpoint, HolderFacts, PATH, ReviewFilter, ReviewRow, Reviews, Sort, Tab, WalkFacts,
};
use crate::views::paging::{Paging, address};
use crate::views::words::UnknownWord;

const PAGE_ROWS: u64 = 50;

pub fn routes() -> Routes {
    Routes::new().add(PATH, get(list))
}

/// The query as it came.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    tab: String,
    sort: String,
    mine: String,
    cursor: String,
}

async fn list(visit: StaffVisit, Query(asked): Query<Asked>) -> Result<Response, PageError> {
    visit.require(Permission::SeePayments)?;
    let filter = ReviewFilter {
        tab: Tab::parse(&asked.tab),
        sort: Sort::parse(&asked.sort),
        mine: asked.mine == "yes",
    };
    let services = &visit.services;
    let (counts, dead) = tokio::join!(
        reviews::counts(visit.db(), reviews::stuck_before(services)),
        services.dead_counts.fresh(services),
    );
    let counts = counts?;
    let page = Reviews {
        may_take: visit.staff.role.may(Permission::TakeReviews),
        here: address(PATH, &filter.pairs(), Some(asked.cursor.as_str())),
        ..Reviews::empty(filter, services.clock.now())
    };
    let page = page.with_counts(|tab| count_of(tab, &counts, dead));
    let page = match filter.tab {
        Tab::Unknown => with_transfers(&visit, page, Pile::Unknown, &asked.cursor).await?,
        Tab::NeedsReview => with_transfers(&visit, page, Pile::NeedsReview, &asked.cursor).await?,
        Tab::Refunds => {
            let stuck = Pile::StuckRefunds(reviews::stuck_before(services));
            with_transfers(&visit, page, stuck, &asked.cursor).await?
        }
        Tab::Mismatches => with_mismatches(&visit, page, &asked.cursor).await?,
        Tab::DeadLetters => with_letters(&visit, page).await?,
        Tab::Webhooks => with_endpoints(&visit, page).await?,
    };
    visit.show(&page)
}

const fn count_of(tab: Tab, counts: &Counts, dead: DeadCount) -> Option<u64> {
    Some(match tab {
        Tab::Unknown => counts.unknown,
        Tab::NeedsReview => counts.needs_review,
        Tab::Refunds => counts.stuck_refunds,
        Tab::Mismatches => counts.mismatches,
        Tab::Webhooks => counts.failing_endpoints,
        Tab::DeadLetters => match dead {
            DeadCount::Known(count) => count,
            DeadCount::NoBroker | DeadCount::Unclear => return None,
        },
    })
}

async fn with_transfers(visit: &StaffVisit, page: Reviews, pile: Pile, cursor: &str) -> Result<Reviews, PageError> {
    let (db, filter) = (visit.db(), page.filter);
    let order = match filter.sort {
        Sort::Oldest => Order::Oldest,
        Sort::Newest => Order::Newest,
        Sort::Largest => Order::Largest,
    };
    let after = Place::parse(cursor);
    let wish = Wish {
        pile,
        order,
        mine: filter.mine.then_some(visit.staff.id),
        after,
    };
    let mut found = reviews::page(wish, PAGE_ROWS).all(db).await?;
    let limit = usize::try_from(PAGE_ROWS).unwrap_or(usize::MAX);
    let has_more = found.len() > limit;
    found.truncate(limit);
    let next = found
        .last()
        .filter(|_| has_more)
        .map(|row| Place::of(row, order).shown());
    let holders = reviews::holders(db, found.iter().map(|row| row.id)).await?;
    let entries = with_partner_names(db, found).await?;
    let me = visit.staff.id;
    let rows = entries.into_iter().map(|entry| row(entry, &holders, me, page.as_of));
    Ok(Reviews {
        rows: rows.collect(),
        paging: Paging::new(PATH, &filter.pairs(), after.map(|_| cursor), next.as_deref()),
        ..page
    })
}

fn row(
    entry: Entry,
    holders: &HashMap<TransferId, Holder>,
    me: UserId,
    now: chrono::DateTime<chrono::Utc>,
) -> ReviewRow {
    let transfer = &entry.transfer;
    let is_unproven = matches!(transfer.state, TransferState::Unknown | TransferState::NeedsReview);
    let why = transfer.unknown_reason.as_deref().filter(|_| is_unproven);
    ReviewRow {
        age: Age::of(transfer.created_at, now),
        why: why.map(UnknownWord::from_word),
        next_check_at: transfer.next_check_at,
        holder: holders.get(&transfer.id).map(|holder| HolderFacts {
            name: holder.name.clone(),
            is_me: holder.staff == me,
            since: holder.since,
        }),
        transfer: rows::transfer_row(entry),
    }
}

async fn with_mismatches(visit: &StaffVisit, page: Reviews, asked: &str) -> Result<Reviews, PageError> {
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

async fn with_letters(visit: &StaffVisit, page: Reviews) -> Result<Reviews, PageError> {
    let Some(broker) = visit.services.settings.relay.broker() else {
        return Ok(page);
    };
    let (all, letters) = match dead_letters::list(&broker).await {
        Ok(listed) => listed,
        Err(error) => {
            tracing::warn!(%error, "dead letters cannot be looked at");
            let broker = BrokerWord::Down;
            return Ok(Reviews { broker, ..page });
        }
    };
    let letters = letter_rows(visit.db(), &letters).await?;
    Ok(Reviews {
        broker: BrokerWord::Up,
        more_letters: all > u64::try_from(letters.len()).unwrap_or(u64::MAX),
        letters,
        ..page
    })
}

async fn with_endpoints(visit: &StaffVisit, page: Reviews) -> Result<Reviews, PageError> {
    let found = reviews::failing_endpoints(visit.db()).await?;
    let ids: std::collections::HashSet<PartnerId> = found.iter().map(|endpoint| endpoint.partner_id).collect();
    let partners = partners::Entity::find()
        .filter(partners::Column::Id.is_in(ids))
        .all(visit.db())
        .await?;
    let names: HashMap<PartnerId, String> = partners.into_iter().map(|row| (row.id, row.name)).collect();
    let row = |endpoint: webhook_endpoints::Model| FailingEndpoint {
        partner_name: names.get(&endpoint.partner_id).cloned().unwrap_or_default(),
        url: endpoint.url,
        failures: endpoint.failures,
        since: endpoint.failing_since.map(|since| Age::of(since, page.as_of)),
        next_attempt_at: endpoint.backoff_until,
    };
    Ok(Reviews {
        endpoints: found.into_iter().map(row).collect(),
        ..page
    })
}
