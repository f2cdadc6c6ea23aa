//! Samples of the lists of what waits.

use super::age::Age;
use super::dead_letter::{LetterQueue, LetterRow};
use super::mismatch::MismatchRow;
use super::review_news::ReviewNews;
use super::review_rows::{ApprovalRow, BrokerWord, FailingEndpoint, HolderFacts, ReviewRow, WalkFacts};
use super::reviews::{PATH, ReviewFilter, Reviews, Sort, Tab};
use crate::{
    models::kinds::{TransferKind, TransferState},
    money::Won,
    views::{example, paging::Paging, words::UnknownWord},
};

pub(super) fn samples() -> Vec<(&'static str, Reviews)> {
    let all = |tab, sort| Reviews {
        rows: rows(),
        paging: middle(),
        may_take: true,
        news: ReviewNews {
            again: "/cs/reviews?seen=0123456789abcdef".to_owned(),
            is_changed: sort == Sort::Largest,
        },
        ..of(tab, sort)
    };
    let mut samples: Vec<(&'static str, Reviews)> = Tab::ALL
        .into_iter()
        .map(|tab| ("nothing waits", of(tab, Sort::Oldest)))
        .collect();
    let mine = ReviewFilter {
        mine: true,
        ..ReviewFilter::default()
    };
    samples.extend([
        ("some wait", all(Tab::Unknown, Sort::Oldest)),
        ("the largest first", all(Tab::Refunds, Sort::Largest)),
        (
            "none of mine",
            Reviews::empty(mine, example::at(90)).with_counts(|_| Some(3)),
        ),
        ("refunds wait for a second person", approvals()),
        ("mismatches", mismatches()),
        ("webhooks fail", failing()),
    ]);
    samples.extend(letters());
    samples
}

fn of(tab: Tab, sort: Sort) -> Reviews {
    let filter = ReviewFilter { tab, sort, mine: false };
    let counts = |tab| match tab {
        Tab::DeadLetters => None,
        Tab::Unknown => Some(1_234),
        _ => Some(0),
    };
    Reviews::empty(filter, example::at(90)).with_counts(counts)
}

fn middle() -> Paging {
    Paging::new(PATH, &[("tab", "unknown")], Some("a"), Some("b"))
}

fn approvals() -> Reviews {
    let row = |is_mine: bool| ApprovalRow {
        payment_id: example::PAYMENT_ID.to_owned(),
        amount: Won::new(1_500_000),
        partner_name: example::HOSTILE.to_owned(),
        order_id: (!is_mine).then(|| example::HOSTILE.to_owned()),
        asker_name: example::HOSTILE.to_owned(),
        is_mine,
        asked_at: example::at(-7_200),
        age: Age::of(example::at(-7_200), example::at(0)),
    };
    Reviews {
        approvals: vec![row(false), row(true)],
        paging: middle(),
        ..of(Tab::Approvals, Sort::Largest)
    }
}

fn mismatches() -> Reviews {
    Reviews {
        mismatches: MismatchRow::examples(),
        walk: WalkFacts {
            begun_at: Some(example::at(-600)),
            ended_at: None,
            walked: 12_400,
        },
        ..of(Tab::Mismatches, Sort::Oldest)
    }
}

/// Few of them, more than are shown at once, more than can be reached, none in hand, and no broker that tells.
fn letters() -> [(&'static str, Reviews); 4] {
    let page = |queues| Reviews {
        queues,
        broker: BrokerWord::Up,
        ..of(Tab::DeadLetters, Sort::Oldest)
    };
    let queue = |queue, count, first, letters: Vec<LetterRow>| LetterQueue {
        queue,
        count,
        first,
        last: first + 4,
        reached: 1_000,
        letters,
        paging: Paging::default(),
    };
    let many = |first| LetterQueue {
        paging: middle(),
        ..queue("refunds", 12_400, first, LetterRow::examples())
    };
    [
        (
            "dead letters of two queues",
            page(vec![queue("payments", 5, 1, LetterRow::examples()), many(1)]),
        ),
        ("further dead letters", page(vec![many(51)])),
        (
            "dead letters that were handled meanwhile",
            page(vec![queue("payments", 0, 51, Vec::new())]),
        ),
        (
            "the broker is away",
            Reviews {
                broker: BrokerWord::Down,
                ..page(Vec::new())
            },
        ),
    ]
}

fn failing() -> Reviews {
    let endpoint = FailingEndpoint {
        partner_name: example::HOSTILE.to_owned(),
        partner_path: "/cs/partners/par_019ac1f0".to_owned(),
        url: "https://shop.example/hooks/naru".to_owned(),
        failures: 12,
        since: Some(Age::of(example::at(-7_200), example::at(0))),
        next_attempt_at: Some(example::at(600)),
    };
    Reviews {
        endpoints: vec![endpoint],
        paging: middle(),
        ..of(Tab::Webhooks, Sort::Oldest)
    }
}

fn rows() -> Vec<ReviewRow> {
    let holder = |is_me| HolderFacts {
        name: if is_me { "이수진" } else { example::HOSTILE }.to_owned(),
        is_me,
        since: example::at(30),
    };
    let row = |kind, state, holder| ReviewRow {
        transfer: example::row(kind, state),
        age: Age::of(example::at(-86_400), example::at(0)),
        why: Some(UnknownWord::TimedOut),
        next_check_at: Some(example::at(600)),
        holder,
    };
    vec![
        row(TransferKind::Payment, TransferState::Unknown, None),
        row(TransferKind::Payment, TransferState::NeedsReview, Some(holder(true))),
        ReviewRow {
            why: None,
            next_check_at: None,
            ..row(TransferKind::Refund, TransferState::Queued, Some(holder(false)))
        },
    ]
}
