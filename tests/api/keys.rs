//! Idempotency keys: the first answer for whoever asks the same again, and a clear one for whoever does not.

use std::collections::HashSet;

use futures::future::join_all;
use naru::models::{idempotency_keys, mandates};
use sea_orm::{DbErr, EntityTrait, PaginatorTrait, QuerySelect};
use serde_json::{Value, json};
use tokio::sync::oneshot;

use super::payments::payment;
use crate::support::app::{self, TestApp, eventually};

impl TestApp {
    /// Keeps every writer waiting until the sender is dropped.
    async fn block_writes(&self) -> oneshot::Sender<()> {
        let (release, released) = oneshot::channel::<()>();
        let (begun, begins) = oneshot::channel();
        let db = self.services.db.clone();
        tokio::spawn(async move {
            db.write(|tx| {
                Box::pin(async move {
                    // On SQLite there is one writer; elsewhere these locks are in every payment's way.
                    mandates::Entity::find().lock_exclusive().all(tx).await?;
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
    let release = app.block_writes().await;
    let first = tokio::spawn({
        let (api, body) = (shop.api.clone(), body.clone());
        async move { api.post("/payments", "key-1", &body).await }
    });
    eventually("the first is under way", || async {
        !app.services.keys_in_use.is_idle()
    })
    .await;
    for _ in 0..3 {
        let second = shop.api.post("/payments", "key-1", &body).await;
        assert_eq!(second.header("retry-after"), "1");
        let problem = second.problem(409, "idempotency_key_in_use");
        assert_eq!(
            (&problem["retryable"], &problem["money_moved"]),
            (&json!(true), &json!("unknown"))
        );
    }
    drop(release);
    let first = first.await.unwrap().expect(202);
    let again = shop.api.post("/payments", "key-1", &body).await.expect(202);
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!(again.text, first.text);
    assert_eq!((app.transfers().await, app.keys().await), (1, 1));
    assert!(app.services.keys_in_use.is_idle());
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
        .settings(json!({ "bank": { "money_timeout_ms": 200 }, "inquiry": { "schedule_secs": "3600" } }))
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
