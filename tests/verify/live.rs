//! It runs while money moves: what changes between two looks is never a finding.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use futures::future::join_all;
use naru::models::kinds::{Actor, EventType};
use naru::transfers::find;
use naru::transfers::state::{self, Change};
use naru::verify::Comparison;
use serde_json::json;

use super::transfer_id;
use crate::api::payments::payment;
use crate::support::app::{self, TestApp};
use crate::support::people::Shop;

const PAYMENTS: usize = 60;
const NOTES: usize = 300;
/// A walk must have seen this many different moments to have run beside what it looks at.
const MOMENTS: usize = 4;

/// Asks for payments of every fate, cancels some, and gives some back as soon as they are paid.
async fn trade(app: &TestApp, shop: &Shop, mandate: &str, round: usize) {
    let purchases = (0..PAYMENTS).map(async |number| {
        let amount = [12_300, 19_001, 19_041, 19_051, 1_000][number % 5];
        let order = format!("order-{round}-{number}");
        let made = shop
            .api
            .post("/payments", &order, &payment(mandate, &order, amount))
            .await;
        let id = made.expect(202).json()["id"].as_str().unwrap().to_owned();
        if number % 5 == 4 {
            let path = format!("/payments/{id}/cancellation");
            shop.api.post(&path, "", &json!({})).await;
        }
        if number % 5 == 0 {
            app::eventually("it is paid", || async {
                shop.api.get(&format!("/payments/{id}")).await.expect(200).json()["status"] == "succeeded"
            })
            .await;
            let body = json!({ "amount": 300, "reason": "변심" });
            let refund = shop.api.post(&format!("/payments/{id}/refunds"), &order, &body).await;
            refund.expect(202);
        }
    });
    join_all(purchases).await;
    app.settled().await;
}

/// Writes notes into the history of a payment, each in a commit of its own.
async fn take_notes(app: &TestApp, shown: &str) {
    let (id, clock) = (transfer_id(shown), &app.services.clock);
    for _ in 0..NOTES {
        let now = clock.now();
        let note = app.services.db.write(move |tx| {
            Box::pin(async move {
                let known = find::lock(tx, id).await?;
                let note = Change::new(EventType::Note, Actor::System);
                state::apply(tx, &known, note, now).await
            })
        });
        note.await.expect("it is written");
    }
}

/// Walks the books until `work` was done at least once and the walks saw enough; `work` is begun again until then.
/// Answers with how often it was done.
async fn walk_beside<F: Future>(app: &TestApp, work: impl Fn(usize) -> F) -> usize {
    let (moments, is_over) = (AtomicUsize::new(0), AtomicBool::new(false));
    let working = async {
        let mut rounds = 0;
        while rounds == 0 || moments.load(Ordering::SeqCst) < MOMENTS {
            work(rounds).await;
            rounds += 1;
        }
        is_over.store(true, Ordering::SeqCst);
        rounds
    };
    let walking = async {
        let mut seen = BTreeSet::new();
        while !is_over.load(Ordering::SeqCst) {
            let report = app.verify().await;
            assert_eq!(report.findings, []);
            assert!(matches!(report.bank, Comparison::Compared(_)), "{report}");
            seen.insert((report.events, report.undecided.count));
            moments.store(seen.len(), Ordering::SeqCst);
        }
    };
    tokio::join!(working, walking).0
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_history_that_grows_between_two_reads_of_a_walk_is_read_as_it_was_at_one_moment() {
    let app = app::wish().without_workers().start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    let paid = app.paid(&shop, &mandate, 12_300).await;
    let rounds = walk_beside(&app, |_| take_notes(&app, &paid)).await;
    assert_eq!(app.verify().await.events, (3 + rounds * NOTES) as u64);
}

#[tokio::test]
async fn while_money_moves_there_are_no_findings() {
    let app = app::start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    let rounds = walk_beside(&app, |round| trade(&app, &shop, &mandate, round)).await;
    let report = app.verify().await;
    assert_eq!(report.findings, []);
    assert_eq!(report.transfers, (rounds * (PAYMENTS + PAYMENTS / 5)) as u64);
}
