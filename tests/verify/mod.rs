//! `naru task verify`: it finds each damage by its name, and none where there is none.

mod bank;
mod damage;
mod history;
mod kinds;
mod live;
mod mixed;
mod money;
mod program;
mod row;

use naru::ids::{Prefix, TransferId};
use naru::models::kinds::{FailureCode, TransferState};
use naru::models::transfers;
use naru::transfers::correct::{Correction, Decision, correct};
use naru::transfers::{execute, state};
use naru::verify::{Bank, Ledger, Report, Wish, verify};
use serde_json::json;

use crate::api::payments::payment;
use crate::support::app::TestApp;
use crate::support::people::Shop;

impl TestApp {
    /// Walks the books, and those of the simulated bank.
    pub async fn verify(&self) -> Report {
        let ledger = Ledger::new(&self.bank_url(), &self.services.settings.bank).expect("a client");
        self.verify_beside(&Bank::Simulated(ledger)).await
    }

    pub async fn verify_beside(&self, bank: &Bank) -> Report {
        let wish = Wish {
            list: 100,
            until: self.services.clock.now(),
        };
        verify(self.services.db.read(), bank, wish)
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

    /// Gives some of a payment back; answers with the refund's id.
    async fn refunded(&self, shop: &Shop, payment: &str, amount: i64) -> String {
        let key = uuid::Uuid::now_v7().simple().to_string();
        let body = json!({ "amount": amount, "reason": "변심" });
        let made = shop
            .api
            .post(&format!("/payments/{payment}/refunds"), &key, &body)
            .await;
        self.execute_all().await;
        made.expect(202).json()["id"].as_str().unwrap().to_owned()
    }

    async fn canceled(&self, shop: &Shop, payment: &str) {
        let path = format!("/payments/{payment}/cancellation");
        shop.api.post(&path, "", &json!({})).await.expect(200);
    }

    /// A person decides how it ended.
    async fn corrected(&self, shown: &str, decision: Decision) {
        let id = transfer_id(shown);
        let correction = Correction {
            transfer_id: id,
            version: self.row(shown).await.version,
            decision,
            reason: "고객 문의".to_owned(),
            evidence: "거래내역".to_owned(),
            staff: naru::ids::UserId::new(),
        };
        correct(&self.services, correction).await.expect("it is corrected");
    }

    async fn row(&self, shown: &str) -> transfers::Model {
        state::load(self.services.db.read(), transfer_id(shown)).await.unwrap()
    }

    async fn execute_all(&self) {
        for transfer in self.every_transfer().await {
            execute::execute(&self.services, transfer.id).await.unwrap();
        }
    }

    /// Claims a payment at a bank that never answers, and lets the worker die with the call in hand.
    async fn abandoned(&self, shop: &Shop, mandate: &str) -> String {
        let (services, left) = (self.services.clone(), self.ordered(shop, mandate, 19_021).await);
        let id = transfer_id(&left);
        let worker = tokio::spawn(async move { execute::execute(&services, id).await });
        let claimed = || async { self.row(&left).await.state == TransferState::Executing };
        crate::support::app::eventually("it is claimed", claimed).await;
        worker.abort();
        drop(worker.await);
        left
    }
}

const NOT_MOVED: Decision = Decision::Failed(FailureCode::BankRefused);

/// The id behind `pay_…` or `ref_…`.
fn transfer_id(shown: &str) -> TransferId {
    TransferId(Prefix::Payment.parse(shown).or(Prefix::Refund.parse(shown)).unwrap())
}
