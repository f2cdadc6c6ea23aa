//! The lists of `/cs/reviews` that are of no transfers: what waits for a second person, what does not fit, what the broker
//! put aside, and endpoints that fail.

use std::collections::{HashMap, HashSet};

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::StaffVisit;
use super::dead_letters::letter_rows;
use super::mismatches::mismatch_row;
use crate::controllers::api::cursor;
use crate::controllers::pages::PageError;
use crate::controllers::web::rows::shown_id;
use crate::desk::dead_letter_list::{self, LetterPage};
use crate::desk::order::{self, Order, Place};
use crate::desk::{approval_list, mismatches, people, reviews, walk};
use crate::ids::{PartnerId, TransferId};
use crate::members::history::{Entry, with_partner_names};
use crate::models::{partners, refund_approvals, transfers, webhook_endpoints};
use crate::money::Won;
use crate::relay::dead::REACHED;
use crate::transfers::find;
use crate::views::cs::age::Age;
use crate::views::cs::dead_letter::LetterQueue;
use crate::views::cs::reviews::{ApprovalRow, BrokerWord, FailingEndpoint, PATH, Reviews, WalkFacts};
use crate::views::paging::Paging;

const PAGE_ROWS: u64 = 50;

/// What waits for a second person. Four queries.
pub(super) async fn with_approvals(
    visit: &StaffVisit,
    page: Reviews,
    order: Order,
    asked: &str,
) -> Result<Reviews, PageError> {
    let (db, after) = (visit.db(), Place::parse(asked));
    let mut found = approval_list::page(order, after, PAGE_ROWS).all(db).await?;
    let next = order::cut(&mut found, PAGE_ROWS, |row| approval_list::place_of(row, order));
    let ids: Vec<TransferId> = found.iter().map(|row| row.payment_id).collect();
    let payments = transfers::Entity::find()
        .filter(transfers::Column::Id.is_in(ids))
        .all(db)
        .await?;
    let payments = with_partner_names(db, payments).await?.into_iter();
    let payments: HashMap<TransferId, Entry> = payments.map(|entry| (entry.transfer.id, entry)).collect();
    let names = people::names(db, found.iter().map(|row| row.asker_id)).await?;
    let row = |asked: &refund_approvals::Model| {
        let payment = payments.get(&asked.payment_id)?;
        Some(ApprovalRow {
            payment_id: shown_id(&payment.transfer),
            amount: Won::new(asked.amount_won),
            partner_name: payment.partner_name.clone(),
            order_id: payment.transfer.order_id.clone(),
            asker_name: names.get(&asked.asker_id).cloned().unwrap_or_default(),
            is_mine: asked.asker_id == visit.staff.id,
            asked_at: asked.created_at,
            age: Age::of(asked.created_at, page.as_of),
        })
    };
    Ok(Reviews {
        approvals: found.iter().filter_map(row).collect(),
        paging: paging(&page, after.map(|_| asked), next),
        ..page
    })
}

fn paging(page: &Reviews, cursor: Option<&str>, next: Option<Place>) -> Paging {
    let next = next.map(Place::shown);
    Paging::new(PATH, &page.filter.pairs(), cursor, next.as_deref())
}

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

/// A page of one queue, or the first of each that holds something.
pub(super) async fn with_letters(visit: &StaffVisit, page: Reviews, asked: &str) -> Result<Reviews, PageError> {
    let Some(broker) = visit.services.settings.relay.broker() else {
        return Ok(page);
    };
    let place = dead_letter_list::Place::parse(asked);
    let listed = match dead_letter_list::list(&broker, place).await {
        Ok(listed) => listed,
        Err(error) => {
            tracing::warn!(%error, "dead letters cannot be looked at");
            let broker = BrokerWord::Down;
            return Ok(Reviews { broker, ..page });
        }
    };
    let pairs = page.filter.pairs();
    let mut queues = Vec::new();
    let shown = listed.into_iter().filter(|one| place.is_some() || one.looked_at > 0);
    for one in shown {
        queues.push(letter_queue(visit, one, &pairs, place.map(|_| asked)).await?);
    }
    Ok(Reviews {
        broker: BrokerWord::Up,
        queues,
        ..page
    })
}

/// One query, for three queues at most.
async fn letter_queue(
    visit: &StaffVisit,
    page: LetterPage,
    pairs: &[(&str, &str)],
    cursor: Option<&str>,
) -> Result<LetterQueue, PageError> {
    let queue = page.place.queue;
    let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    let next = page.next.map(dead_letter_list::Place::shown);
    let letters: Vec<_> = page.letters.into_iter().map(|letter| (queue, letter)).collect();
    Ok(LetterQueue {
        queue: queue.word(),
        count: page.count,
        first: count(page.place.before + 1),
        last: count(page.place.before + page.looked_at),
        reached: count(REACHED),
        letters: letter_rows(visit.db(), &letters).await?,
        paging: Paging::new(PATH, pairs, cursor, next.as_deref()),
    })
}

pub(super) async fn with_endpoints(visit: &StaffVisit, page: Reviews, asked: &str) -> Result<Reviews, PageError> {
    let after = Place::parse(asked);
    let mut found = reviews::failing_endpoints(after, PAGE_ROWS).all(visit.db()).await?;
    let next = order::cut(&mut found, PAGE_ROWS, reviews::place_of_endpoint);
    let ids: HashSet<PartnerId> = found.iter().map(|endpoint| endpoint.partner_id).collect();
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
        paging: paging(&page, after.map(|_| asked), next),
        ..page
    })
}
