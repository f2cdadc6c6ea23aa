//! A member whose confirmation is cut off: they come back to the page, and confirm again.

use reqwest::Method;
use serde_json::{Value, json};

use super::matrix::{Matrix, Row, fates};
use super::shop::{Request, Shop, unused_key};
use super::steps::Step;
use crate::support::visitor::Browser;

const EMAIL: &str = "minji@naru.test";
const PASSWORD: &str = "naru-demo-1!";
/// The account of [`super::shop::ACCOUNT`], as its page shows it.
const MASKED: &str = "30200012*****";

impl Matrix {
    /// Kills it while a member confirms a checkout, one checkout a kill.
    pub async fn confirm(&mut self, steps: &'static [Step]) {
        let member = self.shop.program.browser();
        let fields = [("email", EMAIL), ("password", PASSWORD)];
        member.post("/sign-in", &fields).await.expect(303);
        for step in steps {
            let mut row = Row::new(step);
            for (amount, end) in fates(step) {
                let checkout = self.shop.checkout(amount).await;
                let payment = self.kill_confirming(step, &member, &checkout).await;
                self.shop.ending(&payment).await;
                row.hit(payment, end);
            }
            self.rows.push(row);
        }
    }

    async fn kill_confirming(&mut self, step: &Step, member: &Browser, checkout: &str) -> String {
        let path = format!("/checkout/{checkout}");
        let account = account_on(&member.get(&path).await.expect(200).text);
        let yes = [("account", account.as_str()), ("password", PASSWORD)];
        self.shop.program.arm(step.points);
        let sent = member
            .request(Method::POST, &path)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(serde_urlencoded::to_string(yes).unwrap());
        assert!(sent.send().await.is_err(), "the answer is lost");
        self.shop.program.dies().await;
        self.shop.program.start().await;
        let found = self.shop.stored(checkout).await;
        let is_promised = found["status"] == "completed";
        assert_eq!(Some(is_promised), step.is_promised(), "before {}: {found}", step.name());
        for _ in 0..2 {
            member.post(&path, &yes).await.expect(303);
        }
        let payment = self.shop.stored(checkout).await["payment_id"]
            .as_str()
            .unwrap()
            .to_owned();
        if is_promised {
            assert_eq!(found["payment_id"], payment.as_str());
        }
        self.shop
            .promised
            .push(Request::confirmed(checkout.to_owned(), payment.clone()));
        payment
    }
}

impl Shop {
    async fn checkout(&self, amount: i64) -> String {
        let key = unused_key();
        let body = json!({ "order_id": key, "amount": amount, "description": "중단 시험",
            "return_url": "http://localhost:3000/done" });
        let made = self
            .program
            .api()
            .post("/checkouts", &key, &body)
            .await
            .expect(201)
            .json();
        made["id"].as_str().unwrap().to_owned()
    }

    async fn stored(&self, checkout: &str) -> Value {
        self.program
            .api()
            .get(&format!("/checkouts/{checkout}"))
            .await
            .expect(200)
            .json()
    }
}

/// `acc_…` of the account that is charged in all of the matrix.
fn account_on(page: &str) -> String {
    let choice = page
        .split("<label class=\"choice")
        .find(|choice| choice.contains(MASKED));
    let value = choice
        .expect("the account can be chosen")
        .split("value=\"")
        .nth(1)
        .unwrap();
    value.split('"').next().unwrap().to_owned()
}
