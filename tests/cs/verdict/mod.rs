//! The verdict on a payment, with a caller on the line: whether money moved, why we think so, what comes next, and what
//! to say; each kind of it at the simulated bank.

mod asked;
mod endings;
mod fresh;
mod told;

use serde_json::{Value, json};

use super::desk;
use crate::api::payments::payment;
use crate::support::app::TestApp;
use crate::support::http::Api;
use crate::support::visitor::Browser;

/// A shop with a customer, and somebody at the desk.
struct Scene {
    api: Api,
    mandate: String,
    desk: Browser,
}

impl Scene {
    async fn of(app: &TestApp) -> Self {
        let (shop, mandate) = app.shop_with_mandate().await;
        Self {
            api: shop.api,
            mandate,
            desk: desk(app).await,
        }
    }

    /// Asks for a payment; answers with its id.
    async fn asks(&self, order: &str, amount: i64) -> String {
        let key = format!("{order}-{amount}-{}", uuid::Uuid::now_v7());
        let made = self
            .api
            .post("/payments", &key, &payment(&self.mandate, order, amount))
            .await;
        id_of(&made.expect(202).json())
    }

    /// Asks for a payment, and waits for all that it does by itself.
    async fn pays(&self, app: &TestApp, order: &str, amount: i64) -> String {
        let id = self.asks(order, amount).await;
        app.settled().await;
        id
    }

    /// Gives back; answers with the refund's id.
    async fn gives_back(&self, app: &TestApp, payment: &str, amount: i64) -> String {
        let body = json!({ "amount": amount, "reason": "변심" });
        let path = format!("/payments/{payment}/refunds");
        let made = self.api.post(&path, &uuid::Uuid::now_v7().to_string(), &body).await;
        let id = id_of(&made.expect(202).json());
        app.settled().await;
        id
    }

    /// The page of a payment or refund, in English.
    async fn page(&self, id: &str) -> String {
        self.desk
            .get(&format!("/cs/payments/{id}?lang=en"))
            .await
            .expect(200)
            .text
    }

    /// Fails unless the page of `id` tells all of it.
    async fn expect_told(&self, id: &str, all: &[&str]) -> String {
        let page = self.page(id).await;
        for told in all {
            assert!(page.contains(told), "{told} is not told: {page}");
        }
        page
    }
}

fn id_of(made: &Value) -> String {
    made["id"].as_str().expect("an id").to_owned()
}

/// A part of the page, from the element with this id to the next of these parts.
fn part<'a>(page: &'a str, id: &str) -> &'a str {
    let begin = format!("id=\"{id}\"");
    let rest = page
        .split(begin.as_str())
        .nth(1)
        .unwrap_or_else(|| panic!("no {id} in {page}"));
    let ends = ["id=\"fresh\"", "id=\"summary\"", "class=\"columns\"", "id=\"story\""];
    let end = ends.iter().filter_map(|end| rest.find(end)).min();
    &rest[..end.unwrap_or(rest.len())]
}
