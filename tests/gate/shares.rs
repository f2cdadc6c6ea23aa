//! One budget over several processes: rows of the database, and nothing else.

use std::time::Duration;

use chrono::TimeDelta;
use naru::bank::shares;
use naru::models::gate_shares;
use naru::services::Services;
use naru::transfers::execute::{self, Begun};
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::json;

use super::pay;
use crate::support::app::{self, TestApp, Wish, eventually};

const BUDGET: u32 = 50;

fn wish() -> Wish {
    app::wish()
        .without_workers()
        .settings(json!({ "bank": { "calls_per_sec": BUDGET, "concurrency": 16 } }))
}

fn used(services: &Services) -> (u32, u32) {
    let limits = services.bank.limits();
    // Nothing at once is nothing a second.
    (limits.at_once, if limits.at_once == 0 { 0 } else { limits.per_sec })
}

async fn rows(app: &TestApp) -> u64 {
    gate_shares::Entity::find().count(app.services.db.read()).await.unwrap()
}

#[tokio::test]
async fn processes_divide_the_budget_and_never_use_more_than_it_together() {
    let app = wish().start().await;
    let (one, two) = (&app.services, app.services_of_a_new_process().await);
    shares::renew(one).await.unwrap();
    assert_eq!(used(one), (15, BUDGET - 1));
    // The second one begins with what is kept for it, and has more when the first gave it back. The third one waits.
    shares::renew(&two).await.unwrap();
    assert_eq!(used(&two), (1, 1));
    let three = app.services_of_a_new_process().await;
    shares::renew(&three).await.unwrap();
    assert_eq!(used(&three), (0, 0));
    shares::leave(&three).await.unwrap();
    eventually("both have their part", || async {
        shares::renew(one).await.unwrap();
        shares::renew(&two).await.unwrap();
        let (one, two) = (used(one), used(&two));
        assert!(one.0 + two.0 <= 16 && one.1 + two.1 <= BUDGET, "{one:?} {two:?}");
        (one.0 + two.0, one.1 + two.1) == (15, BUDGET - 1) && one.0.abs_diff(two.0) == 1
    })
    .await;
    assert_eq!(rows(&app).await, 2);
}

#[tokio::test]
async fn the_share_of_a_process_that_stopped_is_free_at_once_and_of_one_that_was_killed_after_its_time() {
    let app = wish().start().await;
    let (one, two, three) = (
        &app.services,
        app.services_of_a_new_process().await,
        app.services_of_a_new_process().await,
    );
    shares::renew(one).await.unwrap();
    shares::renew(&two).await.unwrap();
    shares::leave(one).await.unwrap();
    assert!(one.bank.sight().limits.at_once > 0, "the numbers stay");
    // It was given back for good.
    shares::renew(one).await.unwrap();
    assert_eq!(rows(&app).await, 1);
    shares::renew(&two).await.unwrap();
    assert_eq!(used(&two), (15, BUDGET - 1));
    // The second one is heard of no more: the third begins with what is kept for who comes.
    shares::renew(&three).await.unwrap();
    assert_eq!(used(&three), (1, 1));
    app.clock.advance(TimeDelta::milliseconds(5_300));
    shares::renew(&three).await.unwrap();
    assert_eq!(used(&three), (15, BUDGET - 1));
}

#[tokio::test]
async fn what_was_sent_just_before_counts_no_more_when_a_share_is_given_back() {
    let app = wish().start().await;
    shares::renew(&app.services).await.unwrap();
    let call = naru::bank::Call::new(app.services.clock.now());
    let fin = naru::bank::FinAccountNumber::new("00820109000010000000000001413");
    let begun = std::time::Instant::now();
    drop(naru::bank::Bank::balance(&app.services.bank, &call, &fin).await);
    shares::leave(&app.services).await.unwrap();
    assert!(begun.elapsed() >= Duration::from_secs(1), "{:?}", begun.elapsed());
    let after = naru::bank::Bank::balance(&app.services.bank, &call, &fin).await;
    assert_eq!(
        after.outcome,
        naru::bank::Outcome::NotSent(naru::bank::NotSentReason::GateClosed)
    );
    assert_eq!(rows(&app).await, 0);
}

#[tokio::test]
async fn who_may_not_join_sends_nothing_until_it_did() {
    let app = wish().start().await;
    let two = app.services_of_a_new_process().await;
    two.db.read().clone().close().await.unwrap();
    shares::join(&two).await;
    let call = naru::bank::Call::new(two.clock.now());
    let fin = naru::bank::FinAccountNumber::new("00820109000010000000000001413");
    let answer = naru::bank::Bank::balance(&two.bank, &call, &fin).await;
    assert_eq!(
        answer.outcome,
        naru::bank::Outcome::NotSent(naru::bank::NotSentReason::GateClosed)
    );
}

#[tokio::test]
async fn who_cannot_renew_its_share_sends_nothing_and_says_so() {
    let app = app::wish()
        .without_workers()
        .settings(json!({ "bank": { "share_ms": 100, "balance_timeout_ms": 200 } }))
        .start()
        .await;
    shares::renew(&app.services).await.unwrap();
    app.services.db.read().clone().close().await.unwrap();
    assert!(shares::renew(&app.services).await.is_err());
    eventually("the share has ended", || async {
        let call = naru::bank::Call::new(app.services.clock.now());
        let fin = naru::bank::FinAccountNumber::new("00820109000010000000000001413");
        let answer = naru::bank::Bank::balance(&app.services.bank, &call, &fin).await;
        answer.outcome == naru::bank::Outcome::NotSent(naru::bank::NotSentReason::GateClosed)
    })
    .await;
}

#[tokio::test]
async fn a_turn_from_before_the_end_of_a_share_claims_nothing_after_it() {
    let app = app::wish()
        .without_workers()
        .settings(json!({ "bank": { "share_ms": 1_000 } }))
        .start()
        .await;
    let (shop, mandate) = app.shop_with_mandate().await;
    pay(&shop, &mandate, 0..1).await;
    let (other, waiting) = (app.services_of_a_new_process().await, app.only_transfer().await);
    shares::renew(&other).await.unwrap();
    let turn = other.bank.money_turn().await;
    // It is renewed no more.
    eventually("the share has ended", || async { other.bank.is_over() }).await;
    assert_eq!(execute::execute_next(&other, turn).await.unwrap(), Begun::Closed);
    assert_eq!(app.only_transfer().await, waiting);
}
