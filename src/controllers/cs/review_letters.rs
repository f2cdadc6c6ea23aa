//! On `/cs/reviews`: what the broker put aside, a page of each queue.

use super::StaffVisit;
use super::dead_letters::letter_rows;
use crate::controllers::pages::PageError;
use crate::desk::dead_letter_list::{self, LetterPage, Place};
use crate::relay::dead::REACHED;
use crate::views::cs::dead_letter::LetterQueue;
use crate::views::cs::review_rows::BrokerWord;
use crate::views::cs::reviews::{PATH, Reviews};
use crate::views::paging::Paging;

/// A page of one queue, or the first of each that holds something.
pub(super) async fn with_letters(visit: &StaffVisit, page: Reviews, asked: &str) -> Result<Reviews, PageError> {
    let Some(broker) = visit.services.settings.relay.broker() else {
        return Ok(page);
    };
    let place = Place::parse(asked);
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
    let next = page.next.map(Place::shown);
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
