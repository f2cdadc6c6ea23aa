//! What belongs to another partner does not exist.

use naru::ids::{Prefix, TransferId};
use naru::models::kinds::Mode;
use naru::transfers::find::{self, PartnerFilter};
use reqwest::Method;
use serde_json::json;

use super::payments::payment;
use crate::support::app;
use crate::support::http::Answer;

#[tokio::test]
async fn another_partners_things_are_not_found_anywhere() {
    let app = app::start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    let made = shop
        .api
        .post("/payments", "key-1", &payment(&mandate, "order-1", 10_000))
        .await
        .expect(202)
        .json();
    app.settled().await;
    let path = format!("/payments/{}", made["id"].as_str().unwrap());
    let refund = shop
        .api
        .post(&format!("{path}/refunds"), "key-2", &json!({ "reason": "환불" }))
        .await
        .expect(202);
    let refund_path = refund.header("location").strip_prefix("/api/v1").unwrap().to_owned();
    app.settled().await;
    let rows = app.transfers().await;

    let other = app.shop("다른상점").await.api;
    for path in [
        path.clone(),
        format!("{path}/timeline"),
        format!("{path}/refunds"),
        refund_path,
        "/payments/by-idempotency-key/key-1".to_owned(),
        format!("/mandates/{mandate}"),
    ] {
        other.get(&path).await.problem(404, "not_found");
    }
    other
        .post("/payments", "key-1", &payment(&mandate, "order-1", 10_000))
        .await
        .problem(404, "not_found");
    other
        .post(&format!("{path}/refunds"), "key-2", &json!({ "reason": "환불" }))
        .await
        .problem(404, "not_found");
    Answer::of(other.request(Method::POST, &format!("{path}/cancellation")))
        .await
        .problem(404, "not_found");
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
    let made = shop
        .api
        .post("/payments", "key-1", &payment(&mandate, "order-1", 10_000))
        .await
        .expect(202)
        .json();
    app.settled().await;
    let path = format!("/payments/{}", made["id"].as_str().unwrap());
    let reason = json!({ "reason": "환불" });
    let refund = shop.api.post(&format!("{path}/refunds"), "key-2", &reason).await;
    let refund = refund.expect(202).json()["id"].as_str().unwrap().to_owned();
    app.settled().await;
    let rows = app.sql("UPDATE transfers SET mode = 'live'").await;
    assert_eq!(rows, 2);

    let refund_path = format!("/refunds/{refund}");
    for path in [
        path.clone(),
        format!("{path}/timeline"),
        format!("{path}/refunds"),
        refund_path,
        "/payments/by-idempotency-key/key-1".to_owned(),
    ] {
        shop.api.get(&path).await.problem(404, "not_found");
    }
    let again = shop.api.post(&format!("{path}/refunds"), "key-3", &reason).await;
    again.problem(404, "not_found");
    Answer::of(shop.api.request(Method::POST, &format!("{path}/cancellation")))
        .await
        .problem(404, "not_found");
    let list = shop.api.get("/payments?order_id=order-1").await.expect(200).json();
    assert_eq!(list["data"], json!([]));
    let console = app.console(&shop, "dev@example.test").await;
    console.get(&format!("/partner{path}")).await.expect(404);
    let page = console.get("/partner").await.expect(200).text;
    assert!(!page.contains("order-1"), "{page}");

    // What hides it is the finder.
    let db = app.services.db.read();
    let id = TransferId(Prefix::Payment.parse(made["id"].as_str().unwrap()).unwrap());
    for (mode, found) in [(Mode::Test, 0), (Mode::Live, 1)] {
        let owner = (shop.id, mode);
        let payments = find::payments_of_partner(db, owner, PartnerFilter::default(), 10).await;
        assert_eq!(payments.unwrap().len(), found);
        assert_eq!(find::payment_of_partner(db, owner, id).await.is_ok(), found == 1);
        let refund = TransferId(Prefix::Refund.parse(&refund).unwrap());
        assert_eq!(find::refund_of_partner(db, owner, refund).await.is_ok(), found == 1);
    }
}
