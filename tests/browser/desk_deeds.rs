//! The desk's dialogs, its export, a delivery and one of staff in a real browser, each with something on it: at phone and
//! desktop width, light and dark, in both languages.

use naru::ids::{Prefix, TransferId};
use naru::models::users;
use naru::notifications::webhooks::sequence;
use naru::transfers::execute;
use serde_json::{Value, json};

use super::pages::{DEMO_PASSWORD, look, seeded};
use crate::api::payments::payment;
use crate::support::app::{self, TestApp};
use crate::support::http::Api;
use crate::support::visitor::Browser;

const LEAD: &str = "lead@naru.test";
const REASON: (&str, &str) = ("reason", "고객이 두 번 결제됐다고 문의");

async fn at_the_desk(app: &TestApp, email: &str) -> Browser {
    let desk = app.browser();
    let credentials = [("email", email), ("password", DEMO_PASSWORD)];
    desk.post("/sign-in", &credentials).await.expect(303);
    desk
}

/// The page of the first payment in a state, of which nothing was given back.
fn first(payments: &Value, status: &str) -> String {
    let mut all = payments["data"].as_array().expect("a list").iter();
    let found = all.find(|one| one["status"] == status && one["refunded_amount"] == 0);
    let found = found.unwrap_or_else(|| panic!("the demo has none that is {status}"));
    format!("/cs/payments/{}", found["id"].as_str().expect("an id"))
}

/// The page of a payment whose partner is to be told of it.
async fn told(app: &TestApp, api: &Api) -> String {
    let endpoint = json!({ "url": "http://127.0.0.1:9/hooks" });
    api.post("/webhook-endpoints", "deeds-1", &endpoint).await.expect(201);
    let mandates = api.get("/mandates").await.expect(200).json();
    let mandate = mandates["data"][0]["id"].as_str().expect("an id");
    let body = payment(mandate, "deeds-1", 12_300);
    let made = api.post("/payments", "deeds-2", &body).await.expect(202).json();
    let id = made["id"].as_str().expect("an id");
    let transfer = TransferId(Prefix::Payment.parse(id).expect("an id"));
    execute::execute(&app.services, transfer).await.expect("it is paid");
    sequence::sequence(&app.services).await.expect("it has a place");
    format!("/cs/payments/{id}")
}

/// Opens the page of a deed and presses its button.
async fn done(desk: &Browser, path: &str, fields: &[(&str, &str)]) {
    let page = desk.get(path).await.expect(200).text;
    let hidden = |name: &str| {
        let value = page.split(&format!("name=\"{name}\" value=\"")).nth(1);
        value.and_then(|rest| rest.split('"').next()).expect("its form")
    };
    let seen = [("version", hidden("version")), ("dialog", hidden("dialog"))];
    desk.post(path, &[seen.as_slice(), fields].concat()).await.expect(303);
}

async fn delivery(desk: &Browser, payment: &str) -> String {
    let page = desk.get(payment).await.expect(200).text;
    let begin = format!("href=\"{payment}/deliveries/");
    let id = page.split(&begin).nth(1).and_then(|rest| rest.split('"').next());
    format!("{payment}/deliveries/{}", id.expect("its delivery"))
}

#[tokio::test]
async fn dialogs_and_files_of_the_desk_are_quiet_narrow_enough_and_accessible() {
    let strict = json!({ "desk": { "refund_limit_won": 1_000 } });
    let app = seeded(app::wish().settings(strict)).await;
    let api = app.api(naru::demo::PARTNER_KEY);
    let payments = api.get("/payments?limit=100").await.expect(200).json();
    let [asked, canceled, unknown] = ["succeeded", "canceled", "unknown"].map(|status| first(&payments, status));
    let paid = told(&app, &api).await;
    let agent = at_the_desk(&app, "cs@naru.test").await;
    let ask = [("amount", "1001"), ("told", "고객센터 환불"), REASON];
    done(&agent, &format!("{asked}/refund"), &ask).await;
    let note = [("body", "17시에 다시 전화하기로 함\n그때까지 환불하지 않음")];
    done(&agent, &format!("{paid}/notes"), &note).await;
    done(&agent, &format!("{paid}/tags"), &[("word", "이중결제")]).await;
    let user = async |email: &str| {
        let found = users::Model::find_by_email(app.services.db.read(), email).await;
        found.expect("the database answers").expect("the demo has them").id.0
    };
    let paths = [
        "/cs/payments/export".to_owned(),
        "/cs/payments/export?state=lost".to_owned(),
        format!("{paid}/refund"),
        format!("{paid}/resend"),
        format!("{paid}/notes"),
        format!("{paid}/tags"),
        format!("{asked}/approval"),
        format!("{canceled}/cancellation"),
        format!("{unknown}/inquiry"),
        delivery(&agent, &paid).await,
        format!(
            "/cs/members/{}/notes",
            Prefix::Member.show(user("minji@naru.test").await)
        ),
    ];
    look(&app, "deeds", LEAD, &paths).await;
    let staff = [format!("/cs/staff/{}", Prefix::Staff.show(user(LEAD).await))];
    look(&app, "staff", "ops@naru.test", &staff).await;
}
