//! C10: RabbitMQ closes the channel of who holds a message for too long. Ours are let go of before.

use chrono::TimeDelta;
use futures::StreamExt;
use lapin::BasicProperties;
use lapin::options::{BasicConsumeOptions, BasicPublishOptions, QueueDeclareOptions};
use lapin::types::FieldTable;
use naru::models::kinds::TransferState;
use serde_json::json;

use super::rabbitmq::{app_on, pay};
use crate::support::app::{self, TestApp, eventually};
use crate::support::broker::PrivateBroker;

/// How long a message may be held, and how often RabbitMQ looks, instead of half an hour and a minute.
const IMPATIENT: &str = "application:set_env(rabbit, consumer_timeout, 6000),
    application:set_env(rabbit, channel_tick_interval, 100).";

async fn impatient_broker() -> PrivateBroker {
    let broker = PrivateBroker::start().await;
    broker.ctl(&["eval", IMPATIENT]);
    broker
}

/// An app whose bank never answers, and whose deadlines are as far below the broker's as they are in production.
async fn app_with_a_hanging_bank(broker: &PrivateBroker, calls_at_once: usize) -> TestApp {
    let deadlines = json!({
        "bank": { "money_timeout_ms": 1_000, "concurrency": calls_at_once },
        "relay": { "claim_lease_secs": 2 },
    });
    let app = app_on(app::wish().settings(deadlines), broker).await;
    app.bank_mode("withdraw", "hang").await;
    app
}

/// Every queue with the channel that listens to it.
fn listeners(broker: &PrivateBroker) -> Vec<String> {
    let list = broker.ctl(&["list_consumers", "queue_name", "channel_pid", "consumer_tag"]);
    let mut lines: Vec<String> = list
        .lines()
        .filter(|line| line.contains("naru."))
        .map(str::to_owned)
        .collect();
    lines.sort();
    lines
}

/// Returns when RabbitMQ has closed the channel of somebody who began to hold a message now.
async fn somebody_is_closed_for_holding(broker: &PrivateBroker) {
    let channel = broker.channel().await;
    let queue = || "held".into();
    let options = QueueDeclareOptions::durable();
    let mut arguments = FieldTable::default();
    arguments.insert(
        "x-queue-type".into(),
        lapin::types::AMQPValue::LongString("quorum".into()),
    );
    channel
        .queue_declare(queue(), options, arguments)
        .await
        .expect("a queue");
    let consuming = channel.basic_consume(
        queue(),
        "".into(),
        BasicConsumeOptions::default(),
        FieldTable::default(),
    );
    let mut held = consuming.await.expect("consuming");
    let (options, properties) = (BasicPublishOptions::default(), BasicProperties::default());
    let publishing = channel.basic_publish("".into(), queue(), options, b"held", properties);
    publishing.await.expect("sent");
    let delivery = held.next().await.expect("a message").expect("a message");
    let closed = held
        .next()
        .await
        .expect("an end")
        .expect_err("RabbitMQ closes the channel");
    assert!(closed.to_string().contains("PRECONDITION"), "{closed}");
    drop(delivery);
}

#[tokio::test]
async fn c10_our_deadline_is_before_the_brokers_and_a_hanging_bank_costs_no_channel() {
    let broker = impatient_broker().await;
    let app = app_with_a_hanging_bank(&broker, 16).await;
    let (shop, mandate) = app.shop_with_mandate().await;
    let before = listeners(&broker);
    assert_eq!(before.len(), 3, "{before:?}");
    pay(&shop, &mandate, 0..3).await;
    eventually("the bank has them", || async {
        app.in_state(&[TransferState::Executing, TransferState::Unknown]).await == 3
    })
    .await;
    somebody_is_closed_for_holding(&broker).await;
    assert_eq!(app.in_state(&[TransferState::Unknown]).await, 3);
    assert_eq!(listeners(&broker), before, "a channel was closed");
    // Nothing comes back when everybody goes: all of it was acknowledged.
    drop(app);
    eventually("nobody listens", || async { listeners(&broker).is_empty() }).await;
    assert_eq!(broker.waiting("payments").await, 0);
}

#[tokio::test]
async fn c10_a_transfer_that_waits_long_for_its_turn_is_let_go_of_and_told_of_again() {
    let broker = impatient_broker().await;
    let app = app_with_a_hanging_bank(&broker, 1).await;
    let (shop, mandate) = app.shop_with_mandate().await;
    let before = listeners(&broker);
    // Each has the bank for a second: the last would be held for twelve.
    pay(&shop, &mandate, 0..12).await;
    eventually("all are in hand", || async {
        app.untold().await == 0 && broker.waiting("payments").await == 0
    })
    .await;
    somebody_is_closed_for_holding(&broker).await;
    assert_eq!(listeners(&broker), before, "a channel was closed");
    let queued = app.in_state(&[TransferState::Queued]).await;
    assert!(queued > 0, "all of them had their turn");
    app.bank_mode("withdraw", "ok").await;
    app.clock.advance(TimeDelta::seconds(31));
    app.settled().await;
    let summary = app.bank_get("/_sim/summary").await;
    assert_eq!(summary["max_calls_per_trace"], json!(1), "{summary}");
    let succeeded = app.in_state(&[TransferState::Succeeded]).await;
    assert!(succeeded >= queued - 1, "{succeeded} of {queued}");
}
