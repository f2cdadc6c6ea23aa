//! Every page in a real browser, at phone and desktop width, light and dark, in both languages.

use naru::ids::Prefix;
use naru::models::kinds::AccountState;
use naru::models::{bank_accounts, mandates, partner_keys, users};
use naru::notifications::webhooks::sequence;
use naru::views::docs::Contents;
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use super::opened::expect_opened;
use crate::support::app::{self, TestApp, Wish};
use crate::support::browser::run_browser_script;

pub(super) const DEMO_PASSWORD: &str = "naru-demo-1!";

/// An app with the demo's people and history.
pub(super) async fn demo() -> TestApp {
    seeded(app::wish()).await
}

/// The same, with what else a test wishes.
pub(super) async fn seeded(wish: Wish) -> TestApp {
    // As at a start: the history is written before any worker runs.
    let app = wish.without_workers().start().await;
    naru::demo::seed_if_empty(&app.services)
        .await
        .expect("the demo is seeded");
    app
}

/// The shown ids of some payments and of a refund, one of each state.
pub(super) async fn paths_of_transfers(app: &TestApp, folder: &str) -> Vec<String> {
    let api = app.api(naru::demo::PARTNER_KEY);
    let payments = api.get("/payments?limit=100").await.expect(200).json();
    let mut paths = Vec::new();
    let mut seen: Vec<Value> = Vec::new();
    for payment in payments["data"].as_array().unwrap() {
        if !seen.contains(&payment["status"]) {
            seen.push(payment["status"].clone());
            paths.push(format!("{folder}/{}", payment["id"].as_str().unwrap()));
        }
        if payment["refunded_amount"] != json!(0) && paths.iter().all(|path| !path.contains("ref_")) {
            let refunds = api
                .get(&format!("/payments/{}/refunds", payment["id"].as_str().unwrap()))
                .await
                .json();
            paths.push(format!("{folder}/{}", refunds["data"][0]["id"].as_str().unwrap()));
        }
    }
    assert!(seen.len() >= 5, "{seen:?}");
    paths
}

/// The pages of a member's accounts, the first that is linked and the first that is pending.
async fn paths_of_accounts(app: &TestApp, email: &str) -> Vec<String> {
    let db = app.services.db.read();
    let user = users::Model::find_by_email(db, email).await.unwrap().unwrap();
    let accounts = bank_accounts::Model::list_owned_by(db, user.id).await.unwrap();
    let first = |state| {
        let found = accounts.iter().find(|account| account.state == state);
        found.map(|account| Prefix::Account.show(account.id.0))
    };
    let mut paths = Vec::new();
    if let Some(id) = first(AccountState::Active) {
        for page in ["", "/statement", "/statement?from=2026-01-01&to=2020-01-01", "/linked"] {
            paths.push(format!("/accounts/{id}{page}"));
        }
    }
    if let Some(id) = first(AccountState::Pending) {
        paths.push(format!("/accounts/{id}"));
        paths.push(format!("/accounts/{id}/link"));
        paths.push(format!("/accounts/new?replaces={id}"));
    }
    paths
}

/// Looks at pages as one of the demo's people, or as nobody.
pub(super) async fn look(app: &TestApp, name: &str, email: &str, paths: &[String]) {
    look_as(app, name, (email, DEMO_PASSWORD), paths).await;
}

/// Looks at pages as anybody. `name` is of a line of `opened.rs`: all that it says must be among them.
pub async fn look_as(app: &TestApp, name: &str, (email, password): (&str, &str), paths: &[String]) {
    let paths = paths.join(" ");
    let env = [
        ("NAME", name),
        ("EMAIL", email),
        ("PASSWORD", password),
        ("PATHS", paths.as_str()),
    ];
    let opened = run_browser_script("pages", &app.base, &env).await;
    expect_opened(name, &opened);
}

#[tokio::test]
async fn pages_of_visitors_are_quiet_narrow_enough_and_accessible() {
    let app = demo().await;
    let paths = [
        "/",
        "/sign-up",
        "/sign-in",
        "/password/forgotten",
        "/dev/outbox",
        "/nowhere",
    ]
    .map(str::to_owned);
    look(&app, "visitor", "", &paths).await;
}

#[tokio::test]
async fn pages_of_developers_are_quiet_narrow_enough_and_accessible() {
    let app = demo().await;
    let mut paths = Contents::addresses();
    paths.push("/docs/problems/duplicate_order".to_owned());
    look(&app, "developer", "", &paths).await;
}

#[tokio::test]
async fn the_reference_is_short_on_a_phone_unfolded_by_an_address_and_whole_on_paper() {
    let app = demo().await;
    run_browser_script("docs", &app.base, &[("CALL", "createPayment")]).await;
}

#[tokio::test]
async fn pages_of_members_are_quiet_narrow_enough_and_accessible() {
    let app = demo().await;
    let mut paths = vec![
        "/accounts".to_owned(),
        "/accounts/new".to_owned(),
        "/payments".to_owned(),
        "/me".to_owned(),
        "/me/password".to_owned(),
        "/me/withdrawal".to_owned(),
        "/me/profile".to_owned(),
    ];
    paths.extend(paths_of_transfers(&app, "/payments").await);
    paths.extend(paths_of_accounts(&app, "minji@naru.test").await);
    look(&app, "member", "minji@naru.test", &paths).await;
}

#[tokio::test]
async fn pages_of_a_member_in_trouble_are_quiet_narrow_enough_and_accessible() {
    let app = demo().await;
    let mut paths = vec!["/accounts".to_owned()];
    paths.extend(paths_of_accounts(&app, "junho@naru.test").await);
    look(&app, "trouble", "junho@naru.test", &paths).await;
}

/// Each kind of page of the console, with something on it.
async fn paths_of_console(app: &TestApp) -> Vec<String> {
    let api = app.api(naru::demo::PARTNER_KEY);
    let body = json!({ "url": "http://127.0.0.1:9/hooks", "description": "주문 서버" });
    let endpoint = api
        .post("/webhook-endpoints", "console-1", &body)
        .await
        .expect(201)
        .json();
    let endpoint = endpoint["id"].as_str().unwrap().to_owned();
    let test = format!("/webhook-endpoints/{endpoint}/test");
    api.post(&test, "console-2", &json!({})).await.expect(202);
    sequence::sequence(&app.services).await.expect("it has a place");
    let deliveries = api
        .get(&format!("/webhook-endpoints/{endpoint}/deliveries"))
        .await
        .json();
    let delivery = &deliveries["data"][0];
    let key = partner_keys::Entity::find()
        .one(app.services.db.read())
        .await
        .unwrap()
        .unwrap();
    let key = Prefix::Key.show(key.id.0);
    let of = |value: &Value| value.as_str().unwrap().to_owned();
    let mut paths: Vec<String> = [
        "",
        "/keys",
        "/keys/new",
        "/payments",
        "/payments?state=lost&from=x",
        "/payments?q=nothing",
    ]
    .into_iter()
    .chain(["/events", "/webhooks", "/webhooks/new", "/settings", "/history"])
    .map(|path| format!("/partner{path}"))
    .collect();
    paths.push(format!("/partner/keys/{key}"));
    paths.push(format!("/partner/events/{}", of(&delivery["event_id"])));
    paths.push(format!("/partner/webhooks/{endpoint}"));
    paths.push(format!("/partner/webhooks/{endpoint}/edit"));
    paths.push(format!(
        "/partner/webhooks/{endpoint}/deliveries/{}",
        of(&delivery["id"])
    ));
    let transfers = paths_of_transfers(app, "/partner/payments").await;
    paths.extend(transfers.into_iter().filter(|path| path.contains("pay_")));
    paths.extend(["/me", "/status", "/notices"].map(str::to_owned));
    paths
}

#[tokio::test]
async fn pages_of_a_partners_console_are_quiet_narrow_enough_and_accessible() {
    let app = demo().await;
    let paths = paths_of_console(&app).await;
    look(&app, "console", "dev@naru.test", &paths).await;
}

/// Members, partners and the audit, each with something on it and with nothing.
async fn paths_of_people(app: &TestApp) -> Vec<String> {
    let db = app.services.db.read();
    let member = users::Model::find_by_email(db, "minji@naru.test")
        .await
        .unwrap()
        .unwrap();
    let mandates = mandates::Model::list_owned_by(db, member.id).await.unwrap();
    let partner = mandates.first().expect("a mandate").partner_id;
    let member = Prefix::Member.show(member.id.0);
    let mut paths: Vec<String> = [
        "/cs/members",
        "/cs/members?q=minji@naru.test",
        "/cs/members?q=nobody",
        "/cs/partners",
        "/cs/partners?q=nobody",
        "/cs/audit",
        "/cs/audit?deed=exported",
        "/cs/audit?subject=order-1&who=me&deed=lost&from=x&to=y",
    ]
    .map(str::to_owned)
    .into();
    paths.push(format!("/cs/members/{member}"));
    paths.push(format!("/cs/audit?subject={member}"));
    paths.push(format!("/cs/partners/{}", Prefix::Partner.show(partner.0)));
    paths.extend(
        mandates
            .iter()
            .map(|mandate| format!("/cs/mandates/{}", Prefix::Mandate.show(mandate.id.0))),
    );
    paths
}

#[tokio::test]
async fn pages_of_the_desk_are_quiet_narrow_enough_and_accessible() {
    let app = demo().await;
    let mut paths = vec![
        "/cs/payments".to_owned(),
        "/cs/payments?q=minji@naru.test&state=failed".to_owned(),
        "/cs/payments?q=nothing-like-it".to_owned(),
        "/cs/payments?q=0101&sort=largest&amount=1000..&state=-failed&period=30d".to_owned(),
        "/cs/payments?q=stauts:failed+amount:many&state=lost&from=x".to_owned(),
        "/cs/me".to_owned(),
        "/me/factor/new".to_owned(),
    ];
    paths.extend(paths_of_transfers(&app, "/cs/payments").await);
    paths.extend(paths_of_people(&app).await);
    look(&app, "desk", "lead@naru.test", &paths).await;
    let window = app.bank_window().await;
    let mut paths = vec![
        "/status".to_owned(),
        "/notices".to_owned(),
        "/cs/staff".to_owned(),
        format!("/cs/bank/windows/{window}"),
    ];
    paths.extend(["", "/limits/bank", "/limits/balance", "/windows/new"].map(|page| format!("/cs/bank{page}")));
    look(&app, "operator", "ops@naru.test", &paths).await;
}
