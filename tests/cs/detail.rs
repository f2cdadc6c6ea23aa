//! One transfer at the desk: whether money moved, why we think so, and nothing that should stay hidden.

use naru::accounts::numbers;
use naru::models::bank_accounts;
use sea_orm::EntityTrait;
use serde_json::json;

use super::desk;
use crate::api::payments::payment;
use crate::support::app;
use crate::support::people::ACCOUNT;
use crate::transfers::fates::ask_until_it_ends;

#[tokio::test]
async fn the_story_tells_events_and_bank_calls_and_hides_the_account_number() {
    let app = app::start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    let made = shop
        .api
        .post("/payments", "key-1", &payment(&mandate, "order-1", 12_300))
        .await
        .expect(202)
        .json();
    app.settled().await;
    let desk = desk(&app).await;
    let path = format!("/cs/payments/{}?lang=en", made["id"].as_str().unwrap());
    let html = desk.get(&path).await.expect(200).text;
    for told in [
        "Bank call: withdrawal",
        "Processing started",
        "Completed",
        "30200012*****",
        "mi***@example.test",
        "DrawingTransfer",
    ] {
        assert!(html.contains(told), "{told} is not told: {html}");
    }
    assert!(!html.contains(ACCOUNT), "the account number is shown");
    assert!(!html.contains("minji@example.test"), "the email is shown");
    assert!(!html.contains("development-only-token"), "the bank's token is shown");
}

#[tokio::test]
async fn a_settled_payment_no_longer_tells_why_it_was_unknown() {
    let app = app::start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    let made = shop
        .api
        .post("/payments", "key-1", &payment(&mandate, "order-1", 19_042))
        .await
        .expect(202)
        .json();
    let id = made["id"].as_str().unwrap().to_owned();
    app.settled().await;
    let desk = desk(&app).await;
    let why = "The bank itself answered that it does not know.";
    let unknown = desk.get(&format!("/cs/payments/{id}?lang=en")).await.expect(200).text;
    assert!(unknown.contains(why), "{unknown}");
    assert_eq!(
        ask_until_it_ends(&app, &shop.api, &format!("/payments/{id}")).await["status"],
        "failed"
    );
    let failed = desk.get(&format!("/cs/payments/{id}?lang=en")).await.expect(200).text;
    assert!(
        failed.contains("No money was withdrawn") && !failed.contains(why),
        "{failed}"
    );
}

#[tokio::test]
async fn c57_what_the_bank_was_asked_and_said_is_shown_without_the_account_its_keys_or_the_token() {
    let app = app::start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    let account = bank_accounts::Entity::find().one(app.services.db.read()).await;
    let account = account.unwrap().unwrap();
    let fin_account = numbers::fin_account(&app.services.sealer, &account).unwrap().unwrap();
    let desk = desk(&app).await;
    let mut pages = Vec::new();
    // Done, refused, not known and asked about, a gateway's page, half an answer.
    for (number, amount) in [12_300, 19_001, 19_041, 19_051, 19_061].into_iter().enumerate() {
        let body = payment(&mandate, &format!("order-{number}"), amount);
        let made = shop.api.post("/payments", &format!("key-{number}"), &body).await;
        let id = made.expect(202).json()["id"].as_str().unwrap().to_owned();
        app.settled().await;
        ask_until_it_ends(&app, &shop.api, &format!("/payments/{id}")).await;
        pages.push(format!("/cs/payments/{id}?all=yes"));
    }
    // A deposit names the account itself.
    let paid = pages[0]
        .trim_start_matches("/cs/payments/")
        .trim_end_matches("?all=yes");
    let path = format!("/payments/{paid}/refunds");
    let body = json!({ "amount": 2_300, "reason": "반품" });
    let refund = shop.api.post(&path, "refund", &body).await.expect(202).json();
    app.settled().await;
    pages.push(format!("/cs/payments/{}?all=yes", refund["id"].as_str().unwrap()));
    let mut exchanges = 0;
    for path in &pages {
        let html = desk.get(path).await.expect(200).text;
        for secret in [
            ACCOUNT,
            &ACCOUNT[5..],
            fin_account.as_str(),
            "development-only-token",
            "AccessToken",
            "김민지",
            "minji@example.test",
        ] {
            assert!(!html.contains(secret), "{path} shows {secret}");
        }
        exchanges += html.matches("FinAcno").count() + html.matches("Acno").count();
        assert!(html.contains("*****"), "{path} shows no exchange with the bank");
    }
    assert!(exchanges > pages.len(), "the answers of the bank are not shown at all");
}

#[tokio::test]
async fn an_id_that_names_nothing_is_not_found() {
    let app = app::start().await;
    let desk = desk(&app).await;
    for id in ["pay_00000000000000000000000000000000", "ref_x", "acc_1", "%00"] {
        desk.get(&format!("/cs/payments/{id}")).await.expect(404);
    }
}
