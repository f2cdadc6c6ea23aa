//! Faults that other systems really had, by their numbers, where they are not told beside the rule that they broke.

use chrono::TimeDelta;
use naru::models::bank_calls;
use naru::models::kinds::TransferState;
use naru::transfers::{abandoned, execute, inquire};
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::json;

use crate::api::payments::payment;
use crate::support::app::{self, eventually};
use crate::support::leaks;

#[tokio::test]
async fn rule_3_c01_a_second_worker_sees_the_claim_while_the_first_waits_for_the_bank() {
    let app = app::wish()
        .settings(json!({ "bank": { "money_timeout_ms": 20_000 } }))
        .without_workers()
        .start()
        .await;
    let (shop, mandate) = app.shop_with_mandate().await;
    app.bank_post(
        "/_sim/mode",
        json!({ "operation": "withdraw", "mode": "slow", "ms": 600 }),
    )
    .await;
    let made = shop
        .api
        .post("/payments", "key-1", &payment(&mandate, "order-1", 12_300))
        .await;
    made.expect(202);
    let id = app.only_transfer().await.id;
    let services = app.services.clone();
    let first = tokio::spawn(async move { execute::execute(&services, id).await });
    eventually("the claim is committed", || async {
        app.only_transfer().await.state == TransferState::Executing
    })
    .await;
    let claimed = app.only_transfer().await;
    execute::execute(&app.services, id).await.unwrap();
    assert_eq!(app.only_transfer().await, claimed, "the second did something");
    first.await.unwrap().unwrap();
    assert_eq!(app.only_transfer().await.state, TransferState::Succeeded);
    assert_eq!(app.bank_get("/_sim/summary").await["withdrawals"], 1);
}

#[tokio::test]
async fn rule_2_c02_a_database_that_refuses_the_outcome_leaves_a_transfer_that_is_asked_about() {
    let app = app::wish()
        .settings(json!({ "bank": { "money_timeout_ms": 20_000 } }))
        .without_workers()
        .start()
        .await;
    let (shop, mandate) = app.shop_with_mandate().await;
    app.bank_post(
        "/_sim/mode",
        json!({ "operation": "withdraw", "mode": "slow", "ms": 600 }),
    )
    .await;
    let made = shop
        .api
        .post("/payments", "key-1", &payment(&mandate, "order-1", 12_300))
        .await;
    let path = format!("/payments/{}", made.expect(202).json()["id"].as_str().unwrap());
    let (services, id) = (app.services.clone(), app.only_transfer().await.id);
    let worker = tokio::spawn(async move { execute::execute(&services, id).await });
    eventually("the claim is committed", || async {
        app.only_transfer().await.state == TransferState::Executing
    })
    .await;
    // No transaction is open across the call: the table can be taken away under it.
    app.sql("ALTER TABLE bank_calls RENAME TO bank_calls_away").await;
    assert!(worker.await.unwrap().is_err(), "the outcome was written all the same");
    assert_eq!(app.bank_get("/_sim/summary").await["withdrawals"], 1);
    assert_eq!(shop.api.get(&path).await.json()["status"], "executing");
    app.sql("ALTER TABLE bank_calls_away RENAME TO bank_calls").await;

    app.advance(TimeDelta::seconds(31)).await;
    let known = app.only_transfer().await;
    assert!(abandoned::declare_unknown_if_due(&app.services, &known).await.unwrap());
    let unknown = shop.api.get(&path).await.json();
    assert_eq!(
        (&unknown["status"], &unknown["money_moved"]),
        (&json!("unknown"), &json!("unknown"))
    );
    inquire::inquire(&app.services, id).await.unwrap();
    assert_eq!(shop.api.get(&path).await.json()["status"], "succeeded");
    let summary = app.bank_get("/_sim/summary").await;
    assert_eq!(
        (&summary["withdrawals"], &summary["max_calls_per_trace"]),
        (&json!(1), &json!(1)),
        "{summary}"
    );
    assert_eq!(app.verify().await.findings, []);
}

#[tokio::test]
async fn c16_a_gateways_page_is_unknown_with_a_clean_reason_and_shown_to_staff_alone() {
    let app = app::wish()
        .settings(json!({ "inquiry": { "schedule_secs": "3600" } }))
        .start()
        .await;
    let (shop, mandate) = app.shop_with_mandate().await;
    let made = shop
        .api
        .post("/payments", "key-1", &payment(&mandate, "order-1", 19_051))
        .await;
    let path = format!("/payments/{}", made.expect(202).json()["id"].as_str().unwrap());
    app.settled().await;
    let seen = shop.api.get(&path).await.expect(200);
    assert_eq!(
        (&seen.json()["status"], &seen.json()["money_moved"]),
        (&json!("unknown"), &json!("unknown"))
    );
    let timeline = shop.api.get(&format!("{path}/timeline")).await.expect(200);
    let last = timeline.json()["data"].as_array().unwrap().last().unwrap()["detail"].clone();
    assert_eq!(last["reason"], "http_status_502");
    app.staff("cs@example.test", naru::models::kinds::Role::Cs).await;
    let (member, desk) = (app.browser(), app.browser());
    member.sign_in("minji@example.test").await.expect(303);
    desk.sign_in("cs@example.test").await.expect(303);
    let page = member.get(&path).await.expect(200).text;
    for told in [&seen.text, &timeline.text, &page] {
        assert!(!told.contains("Bad Gateway"), "{told}");
    }
    let staff = desk.get(&format!("/cs{path}")).await.expect(200).text;
    assert!(staff.contains("HTTP 502") && staff.contains("Bad Gateway"), "{staff}");
}

#[tokio::test]
async fn a_history_never_goes_back_in_time_when_the_worker_clock_is_behind() {
    let app = app::wish().without_workers().start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    let made = shop
        .api
        .post("/payments", "key-1", &payment(&mandate, "order-1", 12_300))
        .await;
    made.expect(202);
    app.clock.advance(TimeDelta::seconds(-90));
    execute::execute(&app.services, app.only_transfer().await.id)
        .await
        .unwrap();
    let transfer = app.only_transfer().await;
    assert_eq!(transfer.state, TransferState::Succeeded);
    assert!(transfer.executed_at >= Some(transfer.created_at), "{transfer:?}");
    assert_eq!(app.verify().await.findings, []);
}

#[tokio::test]
async fn what_the_bank_said_when_it_was_asked_is_written_once_the_database_takes_it_again() {
    let app = app::wish()
        .settings(json!({ "bank": { "money_timeout_ms": 500 } }))
        .without_workers()
        .start()
        .await;
    let (shop, mandate) = app.shop_with_mandate().await;
    // 9021: moved, and never answered.
    let asked = payment(&mandate, "order-1", 19_021);
    shop.api.post("/payments", "key-1", &asked).await.expect(202);
    let id = app.only_transfer().await.id;
    execute::execute(&app.services, id).await.unwrap();
    let slow = json!({ "operation": "inquire", "mode": "slow", "ms": 2_000 });
    app.bank_post("/_sim/mode", slow).await;
    app.clock.advance(TimeDelta::minutes(1));
    let calls = async || bank_calls::Entity::find().count(app.services.db.read()).await.unwrap();
    let before = calls().await;
    let services = app.services.clone();
    let looking = tokio::spawn(async move { inquire::inquire(&services, id).await });
    eventually("the bank is asked", || async { calls().await > before }).await;
    app.sql("ALTER TABLE transfer_events RENAME TO transfer_events_away")
        .await;
    eventually("it cannot be written", || async {
        leaks::logged().contains("the outcome could not be written yet")
    })
    .await;
    app.sql("ALTER TABLE transfer_events_away RENAME TO transfer_events")
        .await;
    looking.await.unwrap().unwrap();
    assert_eq!(app.only_transfer().await.state, TransferState::Succeeded);
    assert_eq!(calls().await, before + 1);
}
