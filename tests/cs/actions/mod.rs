//! What staff do to a payment: each deed once for each opened page, on what they saw, and for those alone who may.

mod annotations;
mod approvals;
mod browser;
mod deeds;
mod limit;
mod lost;
mod refunds;
mod stale;
mod two_people;
mod who;

use naru::models::kinds::{Role, StaffDeed};
use naru::models::staff_audit;
use sea_orm::{EntityTrait, QueryOrder};
use serde_json::Value;

use super::desk_of;
use crate::api::payments::payment;
use crate::support::app::TestApp;
use crate::support::http::{Answer, Api};
use crate::support::visitor::Browser;

const REASON: &str = "고객이 두 번 결제됐다고 문의";
const TOLD: &str = "고객센터 환불";

/// A payment of this amount, taken as far as it goes by itself; answers with its id.
async fn paid(app: &TestApp, amount: i64) -> (Api, String) {
    let (api, id) = asked(app, amount).await;
    app.settled().await;
    (api, id)
}

/// A payment of this amount that was accepted.
async fn asked(app: &TestApp, amount: i64) -> (Api, String) {
    let (shop, mandate) = app.shop_with_mandate().await;
    let body = payment(&mandate, "order-1", amount);
    let made = shop.api.post("/payments", "key-1", &body).await.expect(202).json();
    (shop.api, made["id"].as_str().unwrap().to_owned())
}

/// One more payment under the mandate of another, taken as far as it goes by itself.
async fn paid_beside(app: &TestApp, api: &Api, first: &str, amount: i64) -> String {
    let first = api.get(&format!("/payments/{first}")).await.expect(200).json();
    let body = payment(first["mandate_id"].as_str().unwrap(), "order-2", amount);
    let made = api.post("/payments", "key-2", &body).await.expect(202).json();
    app.settled().await;
    made["id"].as_str().unwrap().to_owned()
}

async fn agent(app: &TestApp, name: &str) -> Browser {
    desk_of(app, &format!("{name}@example.test"), Role::Cs).await
}

async fn lead(app: &TestApp, name: &str) -> Browser {
    desk_of(app, &format!("{name}@example.test"), Role::CsLead).await
}

/// The page of a deed, opened: what its form will send of it.
#[derive(Clone, Debug)]
struct Opened {
    path: String,
    version: String,
    dialog: String,
    approval: String,
}

impl Opened {
    async fn at(browser: &Browser, payment: &str, deed: &str) -> Self {
        let path = format!("/cs/payments/{payment}/{deed}");
        let html = browser.get(&path).await.expect(200).text;
        Self {
            version: hidden(&html, "version"),
            dialog: hidden(&html, "dialog"),
            approval: hidden(&html, "approval"),
            path,
        }
    }

    /// The same page as it would be if it had been opened once more.
    fn with_a_new_dialog(&self) -> Self {
        Self {
            dialog: uuid::Uuid::now_v7().to_string(),
            ..self.clone()
        }
    }

    /// Presses the button, with these fields filled in.
    async fn send(&self, browser: &Browser, fields: &[(&str, &str)]) -> Answer {
        let seen = [
            ("version", self.version.as_str()),
            ("dialog", self.dialog.as_str()),
            ("approval", self.approval.as_str()),
        ];
        browser.post(&self.path, &[seen.as_slice(), fields].concat()).await
    }

    /// Presses the button of a refund.
    async fn refund(&self, browser: &Browser, amount: &str) -> Answer {
        self.send(browser, &refund_of(amount)).await
    }

    /// Presses the button of a deed that needs a reason.
    async fn do_it(&self, browser: &Browser) -> Answer {
        self.send(browser, &[("reason", REASON)]).await
    }

    async fn decide(&self, browser: &Browser, decision: &str) -> Answer {
        self.send(browser, &[("decision", decision), ("reason", REASON)]).await
    }
}

const fn refund_of(amount: &str) -> [(&'static str, &str); 3] {
    [("amount", amount), ("told", TOLD), ("reason", REASON)]
}

/// What a hidden field of a page holds; empty where there is none.
fn hidden(html: &str, name: &str) -> String {
    let begin = format!(r#"name="{name}" value=""#);
    let rest = html.split(&begin).nth(1).unwrap_or_default();
    rest.split('"').next().unwrap_or_default().to_owned()
}

/// What staff did, oldest first.
async fn deeds(app: &TestApp) -> Vec<staff_audit::Model> {
    let rows = staff_audit::Entity::find()
        .order_by_asc(staff_audit::Column::At)
        .order_by_asc(staff_audit::Column::Id)
        .all(app.services.db.read())
        .await
        .unwrap();
    let looks = [
        StaffDeed::PaymentSeen,
        StaffDeed::PaymentsListed,
        StaffDeed::MemberSeen,
        StaffDeed::Searched,
    ];
    rows.into_iter().filter(|row| !looks.contains(&row.deed)).collect()
}

async fn words_of_deeds(app: &TestApp) -> Vec<StaffDeed> {
    deeds(app).await.into_iter().map(|row| row.deed).collect()
}

/// The refunds of a payment as its partner sees them, oldest first.
async fn refunds(api: &Api, payment: &str) -> Vec<Value> {
    let list = api
        .get(&format!("/payments/{payment}/refunds"))
        .await
        .expect(200)
        .json();
    let mut refunds = list["data"].as_array().unwrap().clone();
    refunds.reverse();
    refunds
}

/// How many deposits the bank made, each once.
async fn deposits(app: &TestApp) -> i64 {
    let summary = app.bank_get("/_sim/summary").await;
    assert_eq!(summary["duplicates"], 0, "{summary}");
    assert!(summary["max_calls_per_trace"].as_i64().unwrap() <= 1, "{summary}");
    summary["deposits"].as_i64().unwrap()
}
