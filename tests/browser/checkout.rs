//! The hosted pages in a real browser at a phone's width, in both languages, with and without scripts.

use naru::ids::Prefix;
use sea_orm::EntityTrait;
use serde_json::json;

use super::opened::expect_opened;
use crate::api::checkouts;
use crate::api::mandates::request;
use crate::support::app;
use crate::support::browser::run_browser_script;
use crate::support::people::{ACCOUNT, PASSWORD};

const EMAIL: &str = "minji@example.test";

#[tokio::test]
async fn from_the_shops_link_to_its_return_address_in_both_languages_with_scripts_and_without() {
    let app = app::wish()
        .settings(json!({ "bank": { "money_timeout_ms": 30_000 } }))
        .start()
        .await;
    let member = app.member(EMAIL).await;
    app.account(member, ACCOUNT).await;
    app.account(member, "3020005554443").await;
    let shop = app.shop("나루상점").await;
    let slow = json!({ "operation": "withdraw", "mode": "slow", "ms": 4_000 });
    app.bank_post("/_sim/mode", slow).await;
    let mut links = Vec::new();
    for number in 0..4 {
        let checkout = checkouts::opened(&shop, &format!("order-{number}"), 12_300).await;
        let asked = shop.api.post("/mandates", &format!("asked-{number}"), &request()).await;
        let asked = asked.expect(201).json();
        links.push(json!({ "checkout": checkout, "mandate": asked["id"] }));
    }
    let broke = checkouts::opened(&shop, "order-broke", 99_999_001).await;
    let links = json!({ "views": links, "broke": broke }).to_string();
    let env = [("EMAIL", EMAIL), ("PASSWORD", PASSWORD), ("LINKS", links.as_str())];
    let opened = run_browser_script("checkout", &app.base, &env).await;
    expect_opened("checkout", &opened);
    let paid = app.bank_get("/_sim/summary").await;
    assert_eq!(
        (&paid["withdrawals"], &paid["duplicates"]),
        (&json!(4), &json!(0)),
        "{paid}"
    );
    let checkouts = naru::models::checkouts::Entity::find()
        .all(app.services.db.read())
        .await
        .unwrap();
    for checkout in checkouts {
        let id = Prefix::Checkout.show(checkout.id.0);
        let seen = shop.api.get(&format!("/checkouts/{id}")).await.expect(200).json();
        assert_eq!(seen["status"], "completed", "{seen}");
    }
}
