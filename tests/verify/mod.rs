//! `naru task verify`: it finds each damage by its name, and none where there is none.

mod damage;
mod program;

use chrono::TimeDelta;
use naru::transfers::{abandoned, execute, inquire};
use naru::verify::{Ledger, Report, verify};
use serde_json::json;

use crate::api::payments::payment;
use crate::support::app::{self, TestApp};
use crate::support::people::Shop;

impl TestApp {
    /// Walks the books, and those of the simulated bank.
    pub async fn verify(&self) -> Report {
        let ledger = Ledger::new(&self.bank_url()).expect("a client");
        verify(self.services.db.read(), Some(&ledger))
            .await
            .expect("the books can be read")
    }

    /// Makes a payment and takes it to the bank; answers with its id.
    async fn paid(&self, shop: &Shop, mandate: &str, amount: i64) -> String {
        let id = self.ordered(shop, mandate, amount).await;
        self.execute_all().await;
        id
    }

    async fn ordered(&self, shop: &Shop, mandate: &str, amount: i64) -> String {
        let order = format!("order-{}", uuid::Uuid::now_v7().simple());
        let made = shop
            .api
            .post("/payments", &order, &payment(mandate, &order, amount))
            .await;
        made.expect(202).json()["id"].as_str().unwrap().to_owned()
    }

    async fn refunded(&self, shop: &Shop, payment: &str, amount: i64) {
        let key = uuid::Uuid::now_v7().simple().to_string();
        let body = json!({ "amount": amount, "reason": "변심" });
        let made = shop
            .api
            .post(&format!("/payments/{payment}/refunds"), &key, &body)
            .await;
        made.expect(202);
        self.execute_all().await;
    }

    async fn execute_all(&self) {
        for transfer in self.every_transfer().await {
            execute::execute(&self.services, transfer.id).await.unwrap();
        }
    }
}

#[tokio::test]
async fn a_history_with_everything_in_it_has_no_findings_and_the_same_digest_each_time() {
    let app = app::wish()
        .settings(json!({ "bank": { "money_timeout_ms": 300 } }))
        .without_workers()
        .start()
        .await;
    let (shop, mandate) = app.shop_with_mandate().await;
    let paid = app.paid(&shop, &mandate, 100_000).await;
    app.refunded(&shop, &paid, 10_000).await;
    // Refused, unknown for good, answered with another amount.
    for amount in [19_001, 19_099, 19_091] {
        app.refunded(&shop, &paid, amount).await;
    }
    for amount in [19_001, 19_021, 19_022, 19_031, 19_041, 19_051, 19_061, 19_091, 19_099] {
        app.paid(&shop, &mandate, amount).await;
    }
    let canceled = app.ordered(&shop, &mandate, 1_000).await;
    let cancellation = shop
        .api
        .post(&format!("/payments/{canceled}/cancellation"), "", &json!({}))
        .await;
    cancellation.expect(200);
    app.ordered(&shop, &mandate, 2_000).await;
    // One whose worker dies with the call in hand.
    let (services, left) = (app.services.clone(), app.ordered(&shop, &mandate, 19_021).await);
    let id = naru::ids::TransferId(naru::ids::Prefix::Payment.parse(&left).unwrap());
    let worker = tokio::spawn(async move { execute::execute(&services, id).await });
    app::eventually("it is claimed", || async {
        app.in_state(&[naru::models::kinds::TransferState::Executing]).await == 1
    })
    .await;
    worker.abort();
    drop(worker.await);
    let before = app.verify().await;
    assert_eq!(before.findings, [], "with transfers in the air");

    app.clock.advance(TimeDelta::minutes(2));
    for transfer in app.every_transfer().await {
        abandoned::declare_unknown_if_due(&app.services, &transfer)
            .await
            .unwrap();
    }
    for _ in 0..5 {
        app.clock.advance(TimeDelta::minutes(30));
        for transfer in app.every_transfer().await {
            inquire::inquire(&app.services, transfer.id).await.unwrap();
        }
    }
    let after = app.verify().await;
    assert_eq!(after.findings, []);
    assert_eq!(after.transfers, 17);
    assert_eq!(after.open, 2, "two were answered with another amount");
    assert!(
        after.ledger.is_some_and(|moves| moves >= 8) && after.events > 40 && after.bank_calls > 20,
        "{after:?}"
    );
    assert_ne!(after.digest, before.digest);
    assert_eq!(app.verify().await.digest, after.digest);
}
