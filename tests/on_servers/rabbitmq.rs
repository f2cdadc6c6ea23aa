//! What RabbitMQ may do wrong: each test has a broker of its own, which it ends as it likes.

use std::time::Duration;

use chrono::TimeDelta;
use futures::future::join_all;
use naru::models::kinds::TransferState;
use naru::models::transfers;
use serde_json::{Value, json};

use crate::api::payments::payment;
use crate::support::app::{self, TestApp, Wish, eventually, eventually_within};
use crate::support::broker::PrivateBroker;
use crate::support::http::Api;
use crate::support::people::Shop;

/// An app that listens to the broker already.
pub async fn app_on(wish: Wish, broker: &PrivateBroker) -> TestApp {
    let app = wish.settings(broker.settings()).start().await;
    eventually("it is ready", || is_ready(&app)).await;
    broker.remember();
    app
}

pub async fn pay(shop: &Shop, mandate: &str, orders: std::ops::Range<usize>) {
    pay_over(&shop.api, mandate, orders).await;
}

pub async fn pay_over(api: &Api, mandate: &str, orders: std::ops::Range<usize>) {
    let orders: Vec<(String, Value)> = orders
        .map(|order| {
            (
                format!("order-{order}"),
                payment(mandate, &format!("order-{order}"), 1_000),
            )
        })
        .collect();
    for answer in join_all(orders.iter().map(|(key, body)| api.post("/payments", key, body))).await {
        answer.expect(202);
    }
}

/// So long after the broker its consumers are back.
const BACK_WITHIN: Duration = Duration::from_secs(10);
/// A lease that is not over when the clock is moved under a transfer in hand: nothing of it is proven then.
const LONG_SECS: u64 = 600;

pub async fn expect_withdrawals(app: &TestApp, withdrawals: usize) {
    let summary = app.bank_get("/_sim/summary").await;
    let seen = (
        &summary["withdrawals"],
        &summary["max_calls_per_trace"],
        &summary["duplicates"],
    );
    assert_eq!(seen, (&json!(withdrawals), &json!(1), &json!(0)), "{summary}");
}

pub async fn is_ready(app: &TestApp) -> bool {
    let answer = app.client.get(format!("{}/_readiness", app.base)).send().await;
    answer.expect("the app answers").status().is_success()
}

#[tokio::test]
async fn c61_payments_are_accepted_while_the_broker_is_down_and_settle_when_it_is_back() {
    let broker = PrivateBroker::start().await;
    let app = app_on(app::wish(), &broker).await;
    let (shop, mandate) = app.shop_with_mandate().await;
    pay(&shop, &mandate, 0..5).await;
    app.settled().await;

    broker.kill();
    eventually("it says that it is not ready", || async { !is_ready(&app).await }).await;
    pay(&shop, &mandate, 5..55).await;
    broker.restart().await;
    app.settled().await;
    eventually("it is ready again", || is_ready(&app)).await;
    expect_withdrawals(&app, 55).await;
}

#[tokio::test]
async fn c62_a_broker_that_is_killed_three_times_is_listened_to_again_each_time() {
    let broker = PrivateBroker::start().await;
    let app = app_on(app::wish(), &broker).await;
    let (shop, mandate) = app.shop_with_mandate().await;
    for round in 0..3 {
        pay(&shop, &mandate, round * 10..round * 10 + 10).await;
        broker.kill();
        eventually("it says that it does not listen", || async { !is_ready(&app).await }).await;
        broker.restart().await;
        eventually_within(BACK_WITHIN, "it listens again", || is_ready(&app)).await;
        app.settled().await;
    }
    pay(&shop, &mandate, 30..40).await;
    app.settled().await;
    expect_withdrawals(&app, 40).await;
}

#[tokio::test]
async fn rule_3_c07_a_message_that_comes_back_while_the_bank_thinks_sends_nothing_again() {
    let broker = PrivateBroker::start().await;
    let app = app_on(app::wish(), &broker).await;
    let (shop, mandate) = app.shop_with_mandate().await;
    app.bank_post(
        "/_sim/mode",
        json!({ "operation": "withdraw", "mode": "slow", "ms": 6_000 }),
    )
    .await;
    pay(&shop, &mandate, 0..3).await;
    eventually("the messages are in hand", || async {
        app.in_state(&[TransferState::Executing]).await == 3
    })
    .await;
    broker.kill();
    broker.restart().await;
    app.settled().await;
    expect_withdrawals(&app, 3).await;
}

#[tokio::test]
async fn rule_3_c08_a_message_that_is_delivered_twice_makes_one_bank_call() {
    let broker = PrivateBroker::start().await;
    let app = app_on(app::wish(), &broker).await;
    let (shop, mandate) = app.shop_with_mandate().await;
    app.bank_post(
        "/_sim/mode",
        json!({ "operation": "withdraw", "mode": "slow", "ms": 300 }),
    )
    .await;
    pay(&shop, &mandate, 0..1).await;
    let id = app.only_transfer().await.id.0;
    let body = json!({ "v": 1, "do": "execute", "kind": "payment", "transfer": id }).to_string();
    for _ in 0..5 {
        broker.publish("payment", body.as_bytes()).await;
    }
    app.settled().await;
    broker.publish("payment", body.as_bytes()).await;
    pay(&shop, &mandate, 1..2).await;
    app.settled().await;
    expect_withdrawals(&app, 2).await;
}

#[tokio::test]
async fn c59_a_message_that_nobody_understands_goes_to_its_dead_queue_and_the_others_go_on() {
    let broker = PrivateBroker::start().await;
    let app = app_on(app::wish(), &broker).await;
    let (shop, mandate) = app.shop_with_mandate().await;
    let id = uuid::Uuid::now_v7();
    let poison = [
        "{".to_owned(),
        String::new(),
        format!(r#"{{"v":9,"do":"inquire","transfer":"{id}"}}"#),
    ];
    for body in &poison {
        broker.publish("payment", body.as_bytes()).await;
    }
    pay(&shop, &mandate, 0..5).await;
    app.settled().await;
    eventually("all of them are dead", || async {
        broker.waiting("payments.dead").await == 3
    })
    .await;
    let mut dead = Vec::new();
    for _ in &poison {
        dead.extend(broker.take("payments.dead").await);
    }
    dead.sort();
    let mut sent: Vec<_> = poison.into_iter().map(String::into_bytes).collect();
    sent.sort();
    assert_eq!(dead, sent);
    assert!(broker.take("payments").await.is_none(), "one of them goes in circles");
    expect_withdrawals(&app, 5).await;
}

#[tokio::test]
async fn payments_that_a_broker_lost_are_told_to_it_again_also_while_others_wait_there() {
    let broker = PrivateBroker::start().await;
    let one_worker = app::wish().settings(json!({ "relay": { "workers": 1, "claim_lease_secs": LONG_SECS } }));
    let app = app_on(one_worker, &broker).await;
    let (shop, mandate) = app.shop_with_mandate().await;
    let slow = json!({ "operation": "withdraw", "mode": "slow", "ms": 200 });
    app.bank_post("/_sim/mode", slow).await;
    pay(&shop, &mandate, 0..40).await;
    eventually("the broker was told of all", || async { app.untold().await == 0 }).await;
    broker.delete_queue("payments").await;
    app.clock.advance(TimeDelta::seconds(31));
    // A backlog that never ends: as many come as go.
    let is_old = |transfer: &transfers::Model| {
        let order = transfer
            .order_id
            .as_deref()
            .and_then(|order| order.strip_prefix("order-"));
        order.expect("an order").parse::<usize>().expect("a number") < 40
    };
    let mut next = 40;
    loop {
        let all = app.every_transfer().await;
        let queued = all.iter().filter(|it| it.state == TransferState::Queued);
        let (old, new): (Vec<_>, Vec<_>) = queued.partition(|it| is_old(it));
        if old.is_empty() {
            break;
        }
        assert!(next < 400, "they wait for ever behind others");
        let missing = 60_usize.saturating_sub(new.len());
        pay(&shop, &mandate, next..next + missing).await;
        next += missing;
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    // The rest is no part of the claim, and need not be slow.
    app.bank_mode("withdraw", "ok").await;
    app.settled().await;
}

#[tokio::test]
async fn payments_that_a_broker_lost_are_told_to_it_again() {
    let broker = PrivateBroker::start().await;
    let wish = app::wish().settings(json!({ "relay": { "claim_lease_secs": LONG_SECS } }));
    let app = app_on(wish, &broker).await;
    let (shop, mandate) = app.shop_with_mandate().await;
    // One transfer at a time and a slow bank: the others wait at the broker.
    app.bank_post(
        "/_sim/mode",
        json!({ "operation": "withdraw", "mode": "slow", "ms": 200 }),
    )
    .await;
    pay(&shop, &mandate, 0..60).await;
    eventually("the broker was told of all", || async { app.untold().await == 0 }).await;
    broker.delete_queue("payments").await;
    app.clock.advance(TimeDelta::seconds(31));
    app.settled().await;
    expect_withdrawals(&app, 60).await;
}
