//! The pages of members, as a browser without scripts meets them, and the members' JSON API.

mod accounts;
mod checkout;
mod csv;
mod devices;
mod docs;
mod errors;
mod forged;
mod forgotten;
mod history;
mod holder;
mod home;
mod linking;
mod lockout;
mod mandates;
mod member_api;
mod notices;
mod passwords;
mod payment_story;
mod payments;
mod profile;
mod renewal;
mod same_account;
mod same_answers;
mod sessions;
mod sign_up;
mod statement;
mod status;
mod unlinking;
mod withdrawal;

use serde_json::Value;

use crate::api::payments::payment;
use crate::support::app::TestApp;
use crate::support::people::Shop;
use crate::support::visitor::Browser;

/// A member with a linked account and a consent on it, in a browser of theirs, and the shop that may charge it.
async fn consent(app: &TestApp) -> (Shop, String, Browser) {
    let (shop, mandate) = app.shop_with_mandate().await;
    let browser = app.browser();
    browser.sign_in("minji@example.test").await.expect(303);
    (shop, mandate, browser)
}

/// A payment that was accepted, by its shown id.
async fn charged(shop: &Shop, mandate: &str, order: &str, amount: i64) -> String {
    let made = shop
        .api
        .post("/payments", order, &payment(mandate, order, amount))
        .await;
    id_of(&made.expect(202).json())
}

fn id_of(made: &Value) -> String {
    made["id"].as_str().expect("an id").to_owned()
}
