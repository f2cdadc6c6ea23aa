//! The demo data: what a newcomer finds, once.

use std::collections::BTreeSet;

use naru::demo;
use naru::models::{bank_accounts, transfer_events, transfers, users};
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::json;

use crate::support::app;

#[tokio::test]
async fn the_demo_has_every_state_that_lasts_agrees_with_the_bank_and_is_seeded_once() {
    let app = app::wish().without_workers().start().await;
    demo::seed_if_empty(&app.services).await.unwrap();
    let db = app.services.db.read();
    let states: BTreeSet<&str> = transfers::Entity::find()
        .all(db)
        .await
        .unwrap()
        .iter()
        .map(|transfer| transfer.state.as_str())
        .collect();
    let lasting = ["canceled", "expired", "failed", "needs_review", "succeeded", "unknown"];
    assert_eq!(states, BTreeSet::from(lasting));

    let api = app.api(demo::PARTNER_KEY);
    let mandates = api.get("/mandates").await.expect(200).json();
    assert_eq!(mandates["data"].as_array().unwrap().len(), 1);
    assert_eq!(mandates["data"][0]["status"], "active");
    let summary = app.bank_get("/_sim/summary").await;
    assert_eq!(
        (&summary["max_calls_per_trace"], &summary["duplicates"]),
        (&json!(1), &json!(0)),
        "{summary}"
    );

    let counts = || async {
        (
            users::Entity::find().count(db).await.unwrap(),
            bank_accounts::Entity::find().count(db).await.unwrap(),
            transfers::Entity::find().count(db).await.unwrap(),
            transfer_events::Entity::find().count(db).await.unwrap(),
        )
    };
    let first = counts().await;
    demo::seed_if_empty(&app.services).await.unwrap();
    assert_eq!(counts().await, first);
}

#[tokio::test]
async fn a_database_with_people_of_its_own_gets_no_demo() {
    let app = app::wish().without_workers().start().await;
    app.member("somebody@example.test").await;
    demo::seed_if_empty(&app.services).await.unwrap();
    assert_eq!(users::Entity::find().count(app.services.db.read()).await.unwrap(), 1);
}
