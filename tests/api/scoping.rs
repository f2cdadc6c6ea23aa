//! What belongs to another partner does not exist.

use naru::ids::{Prefix, TransferId};
use naru::models::kinds::Mode;
use naru::transfers::find::{self, PartnerFilter};
use reqwest::Method;
use serde_json::{Value, json};

use super::payments::payment;
use crate::support::app::{self, TestApp};
use crate::support::http::{Answer, Api};
use crate::support::people::Shop;

/// A payment by `key-1` and the refund of all of it, both settled, by their ids.
struct Scene {
    payment: String,
    refund: String,
}

impl Scene {
    async fn play(app: &TestApp, shop: &Shop, mandate: &str) -> Self {
        let asked = payment(mandate, "order-1", 10_000);
        let payment = made(shop, "/payments", "key-1", &asked).await;
        app.settled().await;
        let reason = json!({ "reason": "환불" });
        let refund = made(shop, &format!("/payments/{payment}/refunds"), "key-2", &reason).await;
        app.settled().await;
        Self { payment, refund }
    }

    /// Fails unless a partner finds neither, and can change neither; `refund_key` is one that it used for no refund.
    async fn is_hidden_from(&self, api: &Api, refund_key: &str) {
        let payment = format!("/payments/{}", self.payment);
        let (refunds, cancellation) = (format!("{payment}/refunds"), format!("{payment}/cancellation"));
        for path in [
            &payment,
            &format!("{payment}/timeline"),
            &refunds,
            &format!("/refunds/{}", self.refund),
            "/payments/by-idempotency-key/key-1",
        ] {
            api.get(path).await.problem(404, "not_found");
        }
        let again = api.post(&refunds, refund_key, &json!({ "reason": "환불" })).await;
        again.problem(404, "not_found");
        let canceled = Answer::of(api.request(Method::POST, &cancellation)).await;
        canceled.problem(404, "not_found");
    }
}

async fn made(shop: &Shop, path: &str, key: &str, body: &Value) -> String {
    let answer = shop.api.post(path, key, body).await.expect(202);
    answer.json()["id"].as_str().expect("an id").to_owned()
}

#[tokio::test]
async fn another_partners_things_are_not_found_anywhere() {
    let app = app::start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    let scene = Scene::play(&app, &shop, &mandate).await;
    let rows = app.transfers().await;

    let other = app.shop("다른상점").await.api;
    scene.is_hidden_from(&other, "key-2").await;
    let of_mandate = other.get(&format!("/mandates/{mandate}")).await;
    of_mandate.problem(404, "not_found");
    let asked = payment(&mandate, "order-1", 10_000);
    other.post("/payments", "key-1", &asked).await.problem(404, "not_found");
    for list in [
        "/payments",
        "/payments?order_id=order-1",
        "/payments?member=customer-1",
        "/mandates",
    ] {
        assert_eq!(other.get(list).await.expect(200).json()["data"], json!([]), "{list}");
    }
    assert_eq!(app.transfers().await, rows);
}

/// A database holds one kind of money (`ops/installation.rs`), so the program leads nobody here. Whose key is for the other
/// kind would find nothing all the same.
#[tokio::test]
async fn a_key_for_play_money_finds_nothing_of_real_money_even_in_its_own_database() {
    let app = app::start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    let scene = Scene::play(&app, &shop, &mandate).await;
    let rows = app.sql("UPDATE transfers SET mode = 'live'").await;
    assert_eq!(rows, 2);

    scene.is_hidden_from(&shop.api, "key-3").await;
    let list = shop.api.get("/payments?order_id=order-1").await.expect(200).json();
    assert_eq!(list["data"], json!([]));
    let console = app.console(&shop, "dev@example.test").await;
    console
        .get(&format!("/partner/payments/{}", scene.payment))
        .await
        .expect(404);
    let page = console.get("/partner").await.expect(200).text;
    assert!(!page.contains("order-1"), "{page}");

    // What hides it is the finder.
    let db = app.services.db.read();
    let id = TransferId(Prefix::Payment.parse(&scene.payment).unwrap());
    for (mode, found) in [(Mode::Test, 0), (Mode::Live, 1)] {
        let owner = (shop.id, mode);
        let payments = find::payments_of_partner(db, owner, PartnerFilter::default(), 10).await;
        assert_eq!(payments.unwrap().len(), found);
        assert_eq!(find::payment_of_partner(db, owner, id).await.is_ok(), found == 1);
        let refund = TransferId(Prefix::Refund.parse(&scene.refund).unwrap());
        assert_eq!(find::refund_of_partner(db, owner, refund).await.is_ok(), found == 1);
    }
}
