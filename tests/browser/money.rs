//! The pages around a member's payments in a real browser, one payment followed live, and all of it without scripts.

use naru::ids::Prefix;
use naru::models::{bank_accounts, notices, users};
use sea_orm::EntityTrait;
use serde_json::json;

use super::pages::{DEMO_PASSWORD, demo, look, paths_of_transfers};
use crate::api::payments::payment;
use crate::support::app::{self, TestApp};
use crate::support::browser::run_browser_script;
use crate::support::people::{ACCOUNT, PASSWORD};

const MEMBER: &str = "minji@naru.test";
const NEWCOMER: &str = "newcomer@example.test";

async fn mandate(app: &TestApp) -> String {
    let all = app
        .api(naru::demo::PARTNER_KEY)
        .get("/mandates")
        .await
        .expect(200)
        .json();
    all["data"][0]["id"].as_str().expect("an id").to_owned()
}

async fn notice(app: &TestApp) -> String {
    let found = notices::Entity::find()
        .one(app.services.db.read())
        .await
        .expect("it answers");
    Prefix::Notice.show(found.expect("the demo has one").id.0)
}

#[tokio::test]
async fn pages_around_a_members_money_are_quiet_narrow_enough_and_accessible() {
    let app = demo().await;
    let mut paths: Vec<String> = [
        "/",
        "/payments?group=ended&kind=payment&period=1m",
        "/payments?from=2001-01-01&to=2001-01-02",
        "/payments?group=lost&from=x",
        "/mandates",
    ]
    .map(str::to_owned)
    .to_vec();
    paths.push(format!("/mandates/{}", mandate(&app).await));
    let transfers = paths_of_transfers(&app, "/payments").await;
    paths.extend(transfers.iter().take(2).map(|path| format!("{path}/receipt")));
    look(&app, "money", MEMBER, &paths).await;
}

#[tokio::test]
async fn pages_for_everybody_are_quiet_narrow_enough_and_accessible() {
    let app = demo().await;
    let paths = [
        "/status".to_owned(),
        "/notices".to_owned(),
        format!("/notices/{}", notice(&app).await),
    ];
    look(&app, "public", "", &paths).await;
}

#[tokio::test]
async fn pages_of_members_and_notices_at_the_desk_are_quiet_narrow_enough_and_accessible() {
    let app = demo().await;
    let desk = app.browser();
    let credentials = [("email", "lead@naru.test"), ("password", DEMO_PASSWORD)];
    desk.post("/sign-in", &credentials).await.expect(303);
    let found = desk.get("/cs/members?q=minji@naru.test").await.expect(200).text;
    let member = found.split("href=\"/cs/members/").nth(1).expect("one is found");
    let member = member.split('"').next().expect("an id").to_owned();
    let paths = [
        "/cs/members".to_owned(),
        "/cs/members?q=minji@naru.test".to_owned(),
        "/cs/members?q=nobody".to_owned(),
        format!("/cs/members/{member}"),
        "/cs/notices".to_owned(),
        "/cs/notices/new".to_owned(),
        format!("/cs/notices/{}", notice(&app).await),
    ];
    look(&app, "announcing", "lead@naru.test", &paths).await;
}

#[tokio::test]
async fn from_signing_up_to_the_first_payment_whose_page_turns_to_completed_by_itself() {
    let app = app::wish()
        .settings(json!({ "bank": { "money_timeout_ms": 30_000 } }))
        .start()
        .await;
    let env = [("EMAIL", NEWCOMER), ("PASSWORD", PASSWORD), ("NUMBER", ACCOUNT)];
    run_browser_script("newcomer", &app.base, &env).await;
    let db = app.services.db.read();
    let member = users::Model::find_by_email(db, NEWCOMER).await.unwrap().unwrap().id;
    let account = bank_accounts::Model::list_owned_by(db, member).await.unwrap()[0].id;
    let shop = app.shop("나루상점").await;
    let mandate = app.mandate(&shop, member, account).await;
    let slow = json!({ "operation": "withdraw", "mode": "slow", "ms": 15_000 });
    app.bank_post("/_sim/mode", slow).await;
    let env = [
        ("EMAIL", NEWCOMER),
        ("PASSWORD", PASSWORD),
        ("KEY", shop.api.key.as_str()),
        ("MANDATE", mandate.as_str()),
    ];
    run_browser_script("first_payment", &app.base, &env).await;
}

#[tokio::test]
async fn without_scripts_every_page_is_whole_and_its_filters_and_forms_work() {
    let app = demo().await;
    let mandate = mandate(&app).await;
    let made = app
        .api(naru::demo::PARTNER_KEY)
        .post("/payments", "moving", &payment(&mandate, "moving", 12_300))
        .await;
    let moving = made.expect(202).json()["id"].as_str().expect("an id").to_owned();
    let paths = [
        "/".to_owned(),
        "/payments".to_owned(),
        format!("/payments/{moving}"),
        format!("/payments/{moving}/receipt"),
        "/mandates".to_owned(),
        format!("/mandates/{mandate}"),
        "/notices".to_owned(),
        format!("/notices/{}", notice(&app).await),
        "/status".to_owned(),
    ]
    .join(" ");
    let env = [
        ("EMAIL", MEMBER),
        ("PASSWORD", DEMO_PASSWORD),
        ("PATHS", paths.as_str()),
        ("MOVING", moving.as_str()),
        ("MANDATE", mandate.as_str()),
    ];
    run_browser_script("no_scripts", &app.base, &env).await;
}
