//! Histories with everything in them have no findings.

use chrono::TimeDelta;
use naru::models::kinds::{EventType, TransferKind, TransferState};
use naru::models::transfer_events;
use naru::transfers::correct::Decision;
use naru::transfers::{abandoned, expiry, inquire};
use naru::verify::Comparison;
use sea_orm::EntityTrait;
use serde_json::json;

use super::NOT_MOVED;
use crate::api::payments::payment;
use crate::support::app::{self, TestApp};

async fn patient_app() -> TestApp {
    app::wish()
        .settings(json!({ "bank": { "money_timeout_ms": 2_000 }, "limits": { "payment_expires_secs": 3_600 } }))
        .without_workers()
        .start()
        .await
}

/// Lets leases and looks come due, and does what the sweeper does.
async fn let_time_pass(app: &TestApp) {
    app.clock.advance(TimeDelta::minutes(30));
    for transfer in app.every_transfer().await {
        abandoned::declare_unknown_if_due(&app.services, &transfer)
            .await
            .unwrap();
        expiry::expire_if_due(&app.services, &transfer).await.unwrap();
        inquire::inquire(&app.services, transfer.id).await.unwrap();
    }
}

#[tokio::test]
async fn a_history_with_everything_in_it_has_no_findings_at_any_moment() {
    let app = patient_app().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    let paid = app.paid(&shop, &mandate, 100_000).await;
    let refund = app.refunded(&shop, &paid, 10_000).await;
    // Refused, unknown for good, answered with another amount.
    for amount in [19_001, 19_099, 19_091] {
        app.refunded(&shop, &paid, amount).await;
    }
    for amount in [
        19_001, 19_021, 19_022, 19_031, 19_032, 19_041, 19_042, 19_051, 19_052, 19_061, 19_081, 19_091, 19_099,
    ] {
        app.paid(&shop, &mandate, amount).await;
    }
    let canceled = app.ordered(&shop, &mandate, 1_000).await;
    app.canceled(&shop, &canceled).await;
    app.ordered(&shop, &mandate, 2_000).await;
    app.abandoned(&shop, &mandate).await;
    assert_eq!(app.verify().await.findings, [], "with transfers in the air");
    for _ in 0..6 {
        let_time_pass(&app).await;
        assert_eq!(app.verify().await.findings, [], "while they are asked about");
    }
    app.corrected(&refund, NOT_MOVED).await;
    app.corrected(&refund, Decision::Succeeded).await;
    let after = app.verify().await;
    assert_eq!(after.findings, []);
    assert_eq!(after.transfers, after.keys);
    assert_eq!(after.undecided.count, 2, "two were answered with another amount");
    let Comparison::Compared(moves) = after.bank else {
        panic!("{after:?}")
    };
    assert!(moves.withdrawn.count >= 7 && moves.deposited.count >= 2, "{moves:?}");
    let seen: Vec<TransferState> = app
        .every_transfer()
        .await
        .iter()
        .map(|transfer| transfer.state)
        .collect();
    for state in [
        TransferState::Succeeded,
        TransferState::Failed,
        TransferState::NeedsReview,
        TransferState::Canceled,
        TransferState::Expired,
    ] {
        assert!(seen.contains(&state), "{state:?} is not among {seen:?}");
    }
}

#[tokio::test]
async fn a_failed_refund_may_outlive_the_success_of_its_payment() {
    let app = patient_app().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    let paid = app.paid(&shop, &mandate, 19_071).await;
    app.refunded(&shop, &paid, 9_001).await;
    app.bank_post("/_sim/clock", json!({ "advance_seconds": 601 })).await;
    app.corrected(&paid, NOT_MOVED).await;
    let states: Vec<_> = app
        .every_transfer()
        .await
        .iter()
        .map(|it| (it.kind, it.state))
        .collect();
    assert_eq!(
        states,
        [
            (TransferKind::Payment, TransferState::Failed),
            (TransferKind::Refund, TransferState::Failed)
        ]
    );
    assert_eq!(app.verify().await.findings, []);
}

#[tokio::test]
async fn moments_are_read_back_as_they_were_hashed_to_the_microsecond() {
    let app = patient_app().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    // A partner may name a moment more finely than any of our databases keeps it.
    let mut body = payment(&mandate, "order-1", 12_300);
    let tomorrow = (app.services.clock.now() + TimeDelta::days(1)).format("%Y-%m-%dT%H:%M:%S");
    body["expires_at"] = json!(format!("{tomorrow}.123456789Z"));
    shop.api.post("/payments", "key-1", &body).await.expect(202);
    app.execute_all().await;
    let row = app.only_transfer().await;
    assert_eq!(row.state, TransferState::Succeeded);
    assert_eq!(row.expires_at.map(|at| at.timestamp_subsec_nanos()), Some(123_456_000));
    let events = transfer_events::Entity::find()
        .all(app.services.db.read())
        .await
        .unwrap();
    assert_eq!(events.len(), 3);
    let nanos = events.iter().map(|event| event.at.timestamp_subsec_nanos());
    assert!(
        nanos.clone().all(|nanos| nanos % 1_000 == 0) && nanos.clone().any(|nanos| nanos % 1_000_000 != 0),
        "{events:?}"
    );
    assert_eq!(app.verify().await.findings, []);
}

#[tokio::test]
async fn a_history_goes_forward_though_the_clocks_of_two_machines_differ() {
    let app = patient_app().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    let ordered = app.ordered(&shop, &mandate, 19_041).await;
    // The worker's machine is behind the one that accepted it.
    app.clock.advance(TimeDelta::seconds(-5));
    app.execute_all().await;
    app.clock.advance(TimeDelta::seconds(4));
    let_time_pass(&app).await;
    let row = app.row(&ordered).await;
    assert_eq!(row.state, TransferState::Succeeded);
    assert!(row.executed_at >= Some(row.created_at), "{row:?}");
    let events = transfer_events::Entity::find()
        .all(app.services.db.read())
        .await
        .unwrap();
    assert!(events.iter().any(|event| event.event_type == EventType::Unknown));
    assert_eq!(app.verify().await.findings, []);
}
