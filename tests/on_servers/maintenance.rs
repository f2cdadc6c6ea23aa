//! With RabbitMQ a maintenance costs no message a delivery: those in hand are told again and acknowledged.

use chrono::TimeDelta;
use naru::desk::audit::By;
use naru::desk::bank_windows::{self, NewWindow};
use naru::ids::DialogId;
use naru::models::bank_windows::Entity;
use naru::models::kinds::{TransferState, WindowKind};
use sea_orm::EntityTrait;
use serde_json::json;

use super::rabbitmq::{app_on, expect_withdrawals, pay};
use crate::support::app::{self, TestApp, eventually};
use crate::support::broker::PrivateBroker;

const PAYMENTS: usize = 40;

/// Rings that the broker took so far.
async fn told(app: &TestApp) -> u64 {
    let text = app.services.metrics.text(&app.services).await;
    let line = text
        .lines()
        .find(|line| line.starts_with("naru_rings_published_total "));
    line.expect("it is counted")
        .split_whitespace()
        .nth(1)
        .unwrap()
        .parse()
        .unwrap()
}

#[tokio::test]
async fn messages_wait_out_a_maintenance_without_being_given_back_and_then_each_is_done_once() {
    let broker = PrivateBroker::start().await;
    // In hand for two seconds at most.
    let wish = app::wish().settings(json!({ "relay": { "claim_lease_secs": 2, "workers": 4 } }));
    let app = app_on(wish, &broker).await;
    let (shop, mandate) = app.shop_with_mandate().await;
    let now = app.services.clock.now();
    let window = NewWindow {
        by: By::TERMINAL,
        dialog: DialogId::new(),
        kind: WindowKind::Once,
        starts_at: now,
        ends_at: now + TimeDelta::hours(1),
        reason: "점검".to_owned(),
    };
    bank_windows::enter(&app.services, window).await.unwrap();
    pay(&shop, &mandate, 0..PAYMENTS).await;
    eventually("the broker was told of all", || async { app.untold().await == 0 }).await;
    // Those in hand were told again, more than once each.
    let many = u64::try_from(PAYMENTS).unwrap() + 12;
    eventually("those in hand are told again", || async { told(&app).await >= many }).await;
    assert_eq!(app.in_state(&[TransferState::Queued]).await, 40);
    assert_eq!(app.bank_get("/_sim/summary").await["withdrawals"], 0);

    Entity::delete_many().exec(app.services.db.read()).await.unwrap();
    app.services.calendar.refresh(app.services.db.read()).await.unwrap();
    app.settled().await;
    expect_withdrawals(&app, PAYMENTS).await;
    assert_eq!(broker.waiting("payments.dead").await, 0);
}
