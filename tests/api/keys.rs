//! Idempotency keys: the first answer for whoever asks the same again, and a clear one for whoever does not.

use std::collections::HashSet;

use futures::future::join_all;
use naru::ids::{MandateId, PartnerId, Prefix, TransferId};
use naru::models::kinds::Mode;
use naru::models::{idempotency_keys, mandates, transfers};
use naru::money::Won;
use naru::services::Services;
use naru::transfers::accept::{self, NewPayment};
use naru::transfers::idempotency::{self, Accepted, IdempotencyKey, Operation};
use naru::transfers::{TransferError, execute};
use sea_orm::{
    DatabaseBackend, DbErr, EntityTrait, PaginatorTrait, QuerySelect, SqliteTransactionMode, TransactionOptions,
    TransactionTrait,
};
use serde_json::{Value, json};
use tokio::sync::oneshot;

use super::payments::payment;
use crate::support::app::{self, TestApp, eventually};
use crate::support::http::Api;

impl TestApp {
    /// Keeps every writer waiting until the sender is dropped.
    async fn block_writes(&self) -> oneshot::Sender<()> {
        let (release, released) = oneshot::channel::<()>();
        let (begun, begins) = oneshot::channel();
        let db = self.services.db.clone();
        tokio::spawn(async move {
            db.write(|tx| {
                Box::pin(async move {
                    // On SQLite there is one writer; elsewhere these locks are in every payment's and refund's way.
                    mandates::Entity::find().lock_exclusive().all(tx).await?;
                    transfers::Entity::find().lock_exclusive().all(tx).await?;
                    begun.send(()).expect("the test waits");
                    drop(released.await);
                    Ok::<_, DbErr>(())
                })
            })
            .await
        });
        begins.await.expect("it begins");
        release
    }

    async fn keys(&self) -> u64 {
        idempotency_keys::Entity::find()
            .count(self.services.db.read())
            .await
            .unwrap()
    }
}

#[tokio::test]
async fn c45_a_key_whose_first_request_still_runs_is_told_to_come_back_and_then_has_its_answer() {
    let app = app::wish()
        .settings(json!({ "limits": { "key_patience_ms": 50 } }))
        .without_workers()
        .start()
        .await;
    let (shop, mandate) = app.shop_with_mandate().await;
    let body = payment(&mandate, "order-1", 12_300);
    let made = in_use_and_then_answered(&app, &shop.api, "/payments", &body).await;
    assert_eq!((app.transfers().await, app.keys().await), (1, 1));
    execute::execute(&app.services, app.only_transfer().await.id)
        .await
        .unwrap();
    let refunds = format!("/payments/{}/refunds", made["id"].as_str().unwrap());
    in_use_and_then_answered(&app, &shop.api, &refunds, &json!({ "reason": "환불" })).await;
    assert_eq!((app.transfers().await, app.keys().await), (2, 2));
}

/// What a repeated request is told while the first waits for the database, and after; answers with the first answer.
async fn in_use_and_then_answered(app: &TestApp, api: &Api, path: &str, body: &Value) -> Value {
    let release = app.block_writes().await;
    let first = tokio::spawn({
        let (api, path, body) = (api.clone(), path.to_owned(), body.clone());
        async move { api.post(&path, "key-1", &body).await }
    });
    eventually("the first is under way", || async {
        !app.services.keys_in_use.is_idle()
    })
    .await;
    for _ in 0..3 {
        let second = api.post(path, "key-1", body).await;
        assert_eq!(second.header("retry-after"), "1");
        let problem = second.problem(409, "idempotency_key_in_use");
        assert_eq!(
            (&problem["retryable"], &problem["money_moved"]),
            (&json!(true), &json!("unknown"))
        );
    }
    drop(release);
    let first = first.await.unwrap().expect(202);
    let again = api.post(path, "key-1", body).await.expect(202);
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!(again.text, first.text);
    assert!(app.services.keys_in_use.is_idle());
    first.json()
}

#[tokio::test]
async fn c05_fifty_at_once_with_one_key_in_two_processes_make_one_payment() {
    let app = app::wish().without_workers().start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    let other = app.services_of_a_new_process().await;
    let answers = join_all((0..50).map(|number| {
        let services = if number % 2 == 0 { &app.services } else { &other };
        accept_directly(services, shop.id, &mandate)
    }));
    let answers: Vec<Accepted> = answers.await.into_iter().map(Result::unwrap).collect();
    let told: HashSet<(TransferId, &str)> = answers.iter().map(|a| (a.transfer_id, a.body.as_str())).collect();
    assert_eq!(told.len(), 1);
    assert_eq!(answers.iter().filter(|answer| !answer.replayed).count(), 1);
    assert_eq!((app.transfers().await, app.keys().await), (1, 1));
}

/// As `POST /payments` does it in some process.
async fn accept_directly(services: &Services, partner: PartnerId, mandate: &str) -> Result<Accepted, TransferError> {
    let new = NewPayment {
        partner_id: partner,
        mode: Mode::Test,
        mandate_id: MandateId(Prefix::Mandate.parse(mandate).unwrap()),
        order_id: "order-1".to_owned(),
        amount: Won::new(12_300),
        description: "원두 1kg".to_owned(),
        metadata: std::collections::BTreeMap::new(),
        expires_at: None,
        request_id: None,
    };
    let key = IdempotencyKey::new("key-1".to_owned(), &json!("the same"));
    accept::accept_payment(services, new, key, |transfer, _| serde_json::to_string(&transfer.id.0)).await
}

#[tokio::test]
async fn c33_fifty_refunds_at_once_with_one_key_make_one_refund() {
    let app = app::start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    let body = payment(&mandate, "order-1", 100_000);
    let made = shop.api.post("/payments", "key-1", &body).await.expect(202).json();
    app.settled().await;
    let refunds = format!("/payments/{}/refunds", made["id"].as_str().unwrap());
    let body = json!({ "amount": 1_000, "reason": "환불" });
    let answers = join_all((0..50).map(|_| shop.api.post(&refunds, "key-1", &body))).await;
    let told: HashSet<String> = answers.into_iter().map(|answer| answer.expect(202).text).collect();
    assert_eq!(told.len(), 1);
    app.settled().await;
    assert_eq!(app.bank_get("/_sim/summary").await["deposits"], 1);
    // A key belongs to one kind of request: the payment's was free for the refund.
    assert_eq!(app.keys().await, 2);
}

#[tokio::test]
async fn c45_c48_a_database_that_another_process_holds_for_too_long_is_told_and_kept_under_no_key() {
    let app = app::wish().without_workers().start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    let body = payment(&mandate, "order-1", 12_300);
    let db = app.services.db.read();
    // The other process has written the same key, and is silent before its commit.
    let options = TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    };
    let held = db.begin_with_options(options).await.unwrap();
    let key = IdempotencyKey::new("key-1".to_owned(), &json!("anything"));
    let (operation, now) = (Operation::CreatePayment, app.services.clock.now());
    idempotency::take(&held, shop.id, operation, &key, TransferId::new(), now)
        .await
        .unwrap();
    let told = shop.api.post("/payments", "key-1", &body).await;
    assert_eq!(told.header("retry-after"), "1");
    let (status, code) = match db.get_database_backend() {
        DatabaseBackend::MySql => (409, "idempotency_key_in_use"),
        // All of SQLite was held, which says nothing of the key.
        _ => (503, "unavailable"),
    };
    assert_eq!(told.problem(status, code)["money_moved"], "unknown");
    held.rollback().await.unwrap();
    assert_eq!((app.transfers().await, app.keys().await), (0, 0));
    let made = shop.api.post("/payments", "key-1", &body).await.expect(202);
    assert_eq!(made.header("idempotent-replayed"), "");
}

#[tokio::test]
async fn c48_a_fault_of_the_database_is_told_as_one_and_kept_under_no_key() {
    let app = app::wish().without_workers().start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    let body = payment(&mandate, "order-1", 12_300);
    app.sql("ALTER TABLE transfer_events RENAME TO transfer_events_away")
        .await;
    for _ in 0..2 {
        let refused = shop.api.post("/payments", "key-1", &body).await;
        assert_eq!(refused.header("retry-after"), "1");
        assert_eq!(refused.problem(503, "unavailable")["money_moved"], "unknown");
    }
    assert_eq!((app.transfers().await, app.keys().await), (0, 0));
    app.sql("ALTER TABLE transfer_events_away RENAME TO transfer_events")
        .await;
    let made = shop.api.post("/payments", "key-1", &body).await.expect(202);
    assert_eq!(made.header("idempotent-replayed"), "");
}

#[tokio::test]
async fn c46_a_key_with_another_order_is_refused_and_never_answered_for_the_first() {
    let app = app::wish().without_workers().start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    let first = shop
        .api
        .post("/payments", "key-1", &payment(&mandate, "order-1", 12_300))
        .await;
    first.expect(202);
    let other = shop
        .api
        .post("/payments", "key-1", &payment(&mandate, "order-2", 12_300))
        .await;
    assert_eq!(other.header("idempotent-replayed"), "");
    other.problem(422, "idempotency_key_reused");
}

#[tokio::test]
async fn a_refusal_is_kept_under_no_key_so_that_the_same_request_may_succeed_later() {
    let app = app::wish().without_workers().start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    let over = payment(&mandate, "order-1", 1_000_001);
    shop.api
        .post("/payments", "key-1", &over)
        .await
        .problem(422, "limit_exceeded");
    assert_eq!(app.keys().await, 0);
    app.sql("UPDATE mandates SET per_payment_limit_won = 2000000").await;
    shop.api.post("/payments", "key-1", &over).await.expect(202);
}

#[tokio::test]
async fn c06_of_fifty_keys_for_one_order_at_once_one_is_accepted_and_the_others_are_told_which() {
    let app = app::wish().without_workers().start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    let body = payment(&mandate, "order-1", 12_300);
    let keys: Vec<_> = (0..50).map(|n| format!("key-{n}")).collect();
    let answers = join_all(keys.iter().map(|key| shop.api.post("/payments", key, &body))).await;
    let (taken, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status.as_u16() == 202);
    assert_eq!((taken.len(), refused.len()), (1, 49));
    let accepted = taken[0].json()["id"].clone();
    let named: HashSet<Value> = refused
        .into_iter()
        .map(|answer| answer.problem(409, "duplicate_order")["existing_id"].clone())
        .collect();
    assert_eq!(named, HashSet::from([accepted]));
    assert_eq!((app.transfers().await, app.keys().await), (1, 1));
}

#[tokio::test]
async fn an_order_stays_taken_while_its_payment_is_unknown_or_for_a_person() {
    let app = app::wish()
        .settings(json!({ "bank": { "money_timeout_ms": 2_000 }, "inquiry": { "schedule_secs": "3600" } }))
        .start()
        .await;
    let (shop, mandate) = app.shop_with_mandate().await;
    for (amount, status) in [(19_021, "unknown"), (19_091, "needs_review")] {
        let order = format!("order-{amount}");
        let first = shop
            .api
            .post("/payments", &order, &payment(&mandate, &order, amount))
            .await
            .expect(202)
            .json();
        app.settled().await;
        let path = format!("/payments/{}", first["id"].as_str().unwrap());
        assert_eq!(shop.api.get(&path).await.json()["status"], status);
        let again = shop
            .api
            .post(
                "/payments",
                &format!("again-{amount}"),
                &payment(&mandate, &order, 1_000),
            )
            .await;
        assert_eq!(again.problem(409, "duplicate_order")["existing_id"], first["id"]);
    }
}

#[tokio::test]
async fn c24_who_lost_the_answer_finds_the_payment_by_its_order_and_by_its_key() {
    let app = app::wish().without_workers().start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    let made = shop
        .api
        .post("/payments", "key-1", &payment(&mandate, "order-1", 12_300))
        .await
        .expect(202)
        .json();
    let by_order = shop.api.get("/payments?order_id=order-1").await.expect(200).json();
    assert_eq!(by_order["data"], json!([made]));
    assert_eq!(
        shop.api
            .get("/payments/by-idempotency-key/key-1")
            .await
            .expect(200)
            .json(),
        made
    );
    shop.api
        .get("/payments/by-idempotency-key/key-2")
        .await
        .problem(404, "not_found");
}
