//! `/cs/reviews`: what waits for a person.

use std::collections::HashMap;

use axum::extract::Query;
use axum::extract::rejection::QueryRejection;
use axum::response::Response;
use loco_rs::controller::Routes;
use serde::Deserialize;

use super::StaffVisit;
use super::review_approvals::with_approvals;
use super::review_letters::with_letters;
use super::review_lists::{with_endpoints, with_mismatches};
use crate::controllers::pages::PageError;
use crate::controllers::routing::get;
use crate::controllers::web::rows;
use crate::desk::dead_counts::DeadCount;
use crate::desk::order::{self, Order, Place};
use crate::desk::reviews::{self, Counts, Holder, Pile, Wish};
use crate::desk::roles::Permission;
use crate::ids::{TransferId, UserId};
use crate::members::history::{Entry, with_partner_names};
use crate::models::kinds::TransferState;
use crate::views::cs::age::Age;
use crate::views::cs::review_news::ReviewNews;
use crate::views::cs::review_rows::{HolderFacts, ReviewRow};
use crate::views::cs::reviews::{PATH, ReviewFilter, Reviews, Sort, Tab};
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
    /// Of the page whose timer asks: the mark of its list.
    seen: String,
}

async fn list(visit: StaffVisit, asked: Result<Query<Asked>, QueryRejection>) -> Result<Response, PageError> {
    visit.require(Permission::SeePayments)?;
    // A query that says a thing twice is none of ours: the page begins anew.
    let Query(asked) = asked.unwrap_or_default();
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
        Tab::Approvals => with_approvals(&visit, page, order_of(filter.sort), &asked.cursor).await?,
        Tab::Refunds => {
            let stuck = Pile::StuckRefunds(reviews::stuck_before(services));
            with_transfers(&visit, page, stuck, &asked.cursor).await?
        }
        Tab::Mismatches => with_mismatches(&visit, page, &asked.cursor).await?,
        Tab::DeadLetters => with_letters(&visit, page, &asked.cursor).await?,
        Tab::Webhooks => with_endpoints(&visit, page, &asked.cursor).await?,
    };
    let news = ReviewNews::of(&page, &asked.cursor, &asked.seen);
    visit.show(&Reviews { news, ..page })
}

const fn count_of(tab: Tab, counts: &Counts, dead: DeadCount) -> Option<u64> {
    Some(match tab {
        Tab::Unknown => counts.unknown,
        Tab::NeedsReview => counts.needs_review,
        Tab::Approvals => counts.approvals,
        Tab::Refunds => counts.stuck_refunds,
        Tab::Mismatches => counts.mismatches,
        Tab::Webhooks => counts.failing_endpoints,
        Tab::DeadLetters => match dead {
            DeadCount::Known(count) => count,
            DeadCount::NoBroker | DeadCount::Unclear => return None,
        },
    })
}

const fn order_of(sort: Sort) -> Order {
    match sort {
        Sort::Oldest => Order::Oldest,
        Sort::Newest => Order::Newest,
        Sort::Largest => Order::Largest,
    }
}

async fn with_transfers(visit: &StaffVisit, page: Reviews, pile: Pile, cursor: &str) -> Result<Reviews, PageError> {
    let (db, filter) = (visit.db(), page.filter);
    let order = order_of(filter.sort);
    let after = Place::parse(cursor);
    let wish = Wish {
        pile,
        order,
        mine: filter.mine.then_some(visit.staff.id),
        after,
    };
    let mut found = reviews::page(wish, PAGE_ROWS).all(db).await?;
    let next = order::cut(&mut found, PAGE_ROWS, |row| reviews::place_of(row, order)).map(Place::shown);
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
