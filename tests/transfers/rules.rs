//! The rules of `src/transfers/mod.rs`, each by its number, and faults that other systems really had.

use chrono::TimeDelta;
use futures::future::join_all;
use naru::models::bank_accounts;
use naru::models::kinds::TransferState;
use naru::transfers::{TransferError, execute, inquire, state};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter};
use serde_json::{Value, json};

use super::fates::ask_until_it_ends;
use crate::api::payments::payment;
use crate::support::app::{self, TestApp, eventually};
use crate::support::http::Api;

/// A queued payment of an app without workers; answers with the way to it.
async fn queued(app: &TestApp, amount: i64) -> (Api, String) {
    let (shop, mandate) = app.shop_with_mandate().await;
    let made = shop
        .api
        .post("/payments", "key-1", &payment(&mandate, "order-1", amount))
        .await
        .expect(202)
        .json();
    (shop.api, format!("/payments/{}", made["id"].as_str().unwrap()))
}

#[tokio::test]
async fn rule_1_of_two_changes_to_one_version_the_second_is_refused() {
    let app = app::wish().without_workers().start().await;
    queued(&app, 12_300).await;
    let known = app.only_transfer().await;
    let now = app.services.clock.now();
    let cancel = || {
        let known = known.clone();
        app.services.db.write(move |tx| {
            Box::pin(async move {
                use naru::models::kinds::{Actor, EventType};
                let change = state::Change::new(EventType::Canceled, Actor::Partner);
                state::apply(tx, &known, change, now).await
            })
        })
    };
    let (first, second) = tokio::join!(cancel(), cancel());
    assert!(first.is_ok() != second.is_ok());
    assert!(matches!(first.and(second), Err(TransferError::Raced)));
    let transfer = app.only_transfer().await;
    assert_eq!((transfer.state, transfer.version), (TransferState::Canceled, 2));
    let events = naru::transfers::timeline::events(app.services.db.read(), transfer.id)
        .await
        .unwrap();
    assert_eq!(events.len(), 2);
}

#[tokio::test]
async fn rule_3_c01_twenty_workers_on_one_payment_make_one_bank_call() {
    let app = app::wish().without_workers().start().await;
    queued(&app, 12_300).await;
    let id = app.only_transfer().await.id;
    for outcome in join_all((0..20).map(|_| execute::execute(&app.services, id))).await {
        outcome.unwrap();
    }
    assert_eq!(app.only_transfer().await.state, TransferState::Succeeded);
    let summary = app.bank_get("/_sim/summary").await;
    assert_eq!(
        (&summary["withdrawals"], &summary["max_calls_per_trace"]),
        (&json!(1), &json!(1))
    );
}

#[tokio::test]
async fn rule_3_a_payment_whose_worker_died_is_asked_about_and_never_sent_again() {
    let app = app::wish()
        .settings(json!({ "bank": { "money_timeout_ms": 20_000 } }))
        .without_workers()
        .start()
        .await;
    let (api, path) = queued(&app, 19_021).await;
    let (services, id) = (app.services.clone(), app.only_transfer().await.id);
    let worker = tokio::spawn(async move { execute::execute(&services, id).await });
    eventually("the bank has the money", || async {
        app.bank_get("/_sim/summary").await["withdrawals"] == 1
    })
    .await;
    worker.abort();
    assert!(worker.await.unwrap_err().is_cancelled());
    assert_eq!(api.get(&path).await.json()["status"], "executing");

    // A second worker finds nothing to do before the lease is over, and nothing to send after it.
    execute::execute(&app.services, id).await.unwrap();
    app.clock.advance(TimeDelta::seconds(31));
    let executing = app.only_transfer().await;
    assert!(
        naru::transfers::abandoned::declare_unknown_if_due(&app.services, &executing)
            .await
            .unwrap()
    );
    execute::execute(&app.services, id).await.unwrap();
    let unknown = api.get(&path).await.json();
    assert_eq!(
        (&unknown["status"], &unknown["money_moved"]),
        (&json!("unknown"), &json!("unknown"))
    );
    inquire::inquire(&app.services, id).await.unwrap();
    assert_eq!(api.get(&path).await.json()["status"], "succeeded");
    let summary = app.bank_get("/_sim/summary").await;
    assert_eq!(
        (&summary["withdrawals"], &summary["max_calls_per_trace"]),
        (&json!(1), &json!(1))
    );
}

#[tokio::test]
async fn rule_4_c20_one_negative_look_never_decides() {
    let app = app::start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    let made = shop
        .api
        .post("/payments", "key-1", &payment(&mandate, "order-1", 19_099))
        .await
        .expect(202)
        .json();
    let path = format!("/payments/{}", made["id"].as_str().unwrap());
    app.settled().await;
    let mut looks = 0;
    loop {
        let seen = shop.api.get(&path).await.json();
        if seen["status"] == "failed" {
            break;
        }
        assert_eq!(seen["money_moved"], "unknown");
        app.clock.advance(TimeDelta::minutes(4));
        eventually("the bank is asked", || async {
            shop.api.get(&path).await.json()["version"] != seen["version"]
        })
        .await;
        looks += 1;
        assert!(looks < 12, "it never ends");
    }
    assert!(looks >= 3, "decided after {looks} looks");
    assert_eq!(
        shop.api.get(&path).await.json()["failure"]["code"],
        "bank_never_received"
    );
}

#[tokio::test]
async fn rule_4_c14_asking_that_ends_without_an_answer_is_for_a_person_and_never_a_failure() {
    let app = app::start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    app.bank_mode("inquire", "refuse").await;
    let made = shop
        .api
        .post("/payments", "key-1", &payment(&mandate, "order-1", 19_041))
        .await
        .expect(202)
        .json();
    let path = format!("/payments/{}", made["id"].as_str().unwrap());
    app.settled().await;
    app.clock.advance(TimeDelta::days(4));
    let ended = ask_until_it_ends(&app, &shop.api, &path).await;
    assert_eq!(
        (&ended["status"], &ended["money_moved"]),
        (&json!("needs_review"), &json!("unknown"))
    );
    let timeline: Value = shop.api.get(&format!("{path}/timeline")).await.json();
    let last = timeline["data"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(last["detail"]["why"], "inquiry_gave_up", "{last}");
}

#[tokio::test]
async fn c17_a_request_that_cannot_be_built_fails_as_not_sent() {
    let app = app::wish().without_workers().start().await;
    let (api, path) = queued(&app, 12_300).await;
    app.services
        .db
        .write(|tx| {
            Box::pin(async move {
                bank_accounts::Entity::update_many()
                    .col_expr(
                        bank_accounts::Column::FinAccountSealed,
                        Expr::value(Option::<String>::None),
                    )
                    .filter(bank_accounts::Column::Id.is_not_null())
                    .exec(tx)
                    .await?;
                Ok::<(), DbErr>(())
            })
        })
        .await
        .unwrap();
    execute::execute(&app.services, app.only_transfer().await.id)
        .await
        .unwrap();
    let failed = api.get(&path).await.json();
    assert_eq!(
        (&failed["status"], &failed["failure"]["code"]),
        (&json!("failed"), &json!("not_sent"))
    );
    assert_eq!(failed["money_moved"], "no");
    assert_eq!(app.bank_get("/_sim/summary").await["max_calls_per_trace"], 0);
}

#[tokio::test]
async fn c18_a_bank_that_refuses_the_connection_fails_the_payment_as_not_sent() {
    let mut app = app::wish().without_workers().start().await;
    let (api, path) = queued(&app, 12_300).await;
    app.stop_bank().await;
    execute::execute(&app.services, app.only_transfer().await.id)
        .await
        .unwrap();
    let failed = api.get(&path).await.json();
    assert_eq!(
        (&failed["status"], &failed["failure"]["code"]),
        (&json!("failed"), &json!("not_sent"))
    );
}

#[tokio::test]
async fn c21_only_a_queued_payment_expires() {
    let app = app::wish().without_workers().start().await;
    let (api, path) = queued(&app, 19_021).await;
    let id = app.only_transfer().await.id;
    execute::execute(&app.services, id).await.unwrap();
    app.clock.advance(TimeDelta::days(2));
    execute::execute(&app.services, id).await.unwrap();
    assert_eq!(api.get(&path).await.json()["status"], "unknown");

    let app = app::wish().without_workers().start().await;
    let (api, path) = queued(&app, 12_300).await;
    app.clock.advance(TimeDelta::days(2));
    execute::execute(&app.services, app.only_transfer().await.id)
        .await
        .unwrap();
    let expired = api.get(&path).await.json();
    assert_eq!(
        (&expired["status"], &expired["money_moved"]),
        (&json!("expired"), &json!("no"))
    );
    assert_eq!(app.bank_get("/_sim/summary").await["max_calls_per_trace"], 0);
}

#[tokio::test]
async fn rule_2_nothing_is_locked_while_the_bank_is_asked() {
    let app = app::wish()
        .settings(json!({ "bank": { "money_timeout_ms": 20_000 } }))
        .without_workers()
        .start()
        .await;
    let (shop, mandate) = app.shop_with_mandate().await;
    shop.api
        .post("/payments", "key-1", &payment(&mandate, "order-1", 19_021))
        .await
        .expect(202);
    let (services, id) = (app.services.clone(), app.only_transfer().await.id);
    let worker = tokio::spawn(async move { execute::execute(&services, id).await });
    eventually("the bank has the money", || async {
        app.bank_get("/_sim/summary").await["withdrawals"] == 1
    })
    .await;
    // The one writer of SQLite is free, and the claim is there for everybody to see.
    shop.api
        .post("/payments", "key-2", &payment(&mandate, "order-2", 1_000))
        .await
        .expect(202);
    let claimed = state::load(app.services.db.read(), id).await.unwrap();
    assert_eq!(claimed.state, TransferState::Executing);
    assert!(claimed.trace_number.is_some() && claimed.trace_at.is_some() && claimed.lease_until.is_some());
    worker.abort();
}

/// A payment whose worker answers after the sweeper gave it up; answers with its state and last event.
async fn late_answer(settled_meanwhile: bool) -> (TransferState, String) {
    let app = app::wish()
        .settings(json!({ "bank": { "money_timeout_ms": 10_000 } }))
        .without_workers()
        .start()
        .await;
    // 9011: moved at once, answered after three seconds.
    queued(&app, 19_011).await;
    let (services, id) = (app.services.clone(), app.only_transfer().await.id);
    let worker = tokio::spawn(async move { execute::execute(&services, id).await });
    eventually("the bank has the money", || async {
        app.bank_get("/_sim/summary").await["withdrawals"] == 1
    })
    .await;
    app.clock.advance(TimeDelta::seconds(31));
    let executing = app.only_transfer().await;
    assert!(
        naru::transfers::abandoned::declare_unknown_if_due(&app.services, &executing)
            .await
            .unwrap()
    );
    if settled_meanwhile {
        inquire::inquire(&app.services, id).await.unwrap();
        assert_eq!(app.only_transfer().await.state, TransferState::Succeeded);
    }
    worker.await.unwrap().unwrap();
    let events = naru::transfers::timeline::events(app.services.db.read(), id)
        .await
        .unwrap();
    let last = events.last().unwrap().event_type.as_str().to_owned();
    (app.only_transfer().await.state, last)
}

#[tokio::test]
async fn rule_7_a_late_answer_settles_an_unknown_payment() {
    assert_eq!(
        late_answer(false).await,
        (TransferState::Succeeded, "succeeded".to_owned())
    );
}

#[tokio::test]
async fn rule_7_a_late_answer_to_a_final_payment_is_written_down_and_changes_nothing() {
    assert_eq!(late_answer(true).await, (TransferState::Succeeded, "note".to_owned()));
}

/// As a replica does that lagged: what was committed from the claim on is gone.
async fn forget_the_claim(app: &TestApp) {
    for sql in [
        "UPDATE transfers SET state = 'queued', version = 1, trace_number = NULL, trace_at = NULL, executed_at = NULL, \
         lease_until = NULL, history_hash = (SELECT hash FROM transfer_events WHERE version = 1)",
        "DELETE FROM transfer_events WHERE version > 1",
        "DELETE FROM bank_calls WHERE operation = 'withdraw'",
    ] {
        app.sql(sql).await;
    }
}

#[tokio::test]
async fn rule_3_a_claim_that_the_database_forgot_is_for_a_person_and_nothing_is_sent_after_its_answer() {
    for claimed_again in [false, true] {
        let app = app::wish()
            .settings(json!({ "bank": { "money_timeout_ms": 10_000 } }))
            .without_workers()
            .start()
            .await;
        // 9011: moved at once, answered after three seconds.
        queued(&app, 19_011).await;
        let (services, id) = (app.services.clone(), app.only_transfer().await.id);
        let worker = tokio::spawn(async move { execute::execute(&services, id).await });
        let withdrawals = async || app.bank_get("/_sim/summary").await["withdrawals"].clone();
        eventually("the bank has the money", || async { withdrawals().await == 1 }).await;
        forget_the_claim(&app).await;
        if claimed_again {
            execute::execute(&app.services, id).await.unwrap();
        }
        worker.await.unwrap().unwrap();
        execute::execute(&app.services, id).await.unwrap();
        let transfer = app.only_transfer().await;
        assert_eq!(transfer.state, TransferState::NeedsReview, "{claimed_again}");
        assert_eq!(transfer.unknown_reason.as_deref(), Some("forgotten_claim"));
        assert_eq!(withdrawals().await, if claimed_again { 2 } else { 1 });
    }
}

#[tokio::test]
async fn a_payment_expires_on_time_however_busy_the_bank_is() {
    let app = app::wish()
        .settings(json!({ "bank": { "concurrency": 1, "money_timeout_ms": 20_000 } }))
        .start()
        .await;
    let (shop, mandate) = app.shop_with_mandate().await;
    app.bank_mode("withdraw", "hang").await;
    shop.api
        .post("/payments", "key-1", &payment(&mandate, "order-1", 1_000))
        .await
        .expect(202);
    eventually("the only turn is taken", || async {
        app.in_state(&[TransferState::Executing]).await == 1
    })
    .await;
    let made = shop
        .api
        .post("/payments", "key-2", &payment(&mandate, "order-2", 1_000))
        .await
        .expect(202)
        .json();
    app.clock.advance(TimeDelta::days(2));
    let path = format!("/payments/{}", made["id"].as_str().unwrap());
    eventually("it expires", || async {
        shop.api.get(&path).await.json()["status"] == "expired"
    })
    .await;
}
