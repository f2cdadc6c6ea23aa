//! The demo data: what a newcomer finds, once; and a large history for trials.

mod figures;
mod many;

use std::collections::BTreeSet;

use naru::demo;
use naru::models::{bank_accounts, checkouts, idempotency_keys, mandates, partner_return_urls, transfer_events};
use naru::models::{transfers, users, webhook_attempts, webhook_endpoints};
use naru::notifications::webhooks::sequence;
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
async fn the_demos_partner_finds_something_of_everything_at_its_console_and_nobody_is_called() {
    let app = app::wish().without_workers().start().await;
    demo::seed_if_empty(&app.services).await.unwrap();
    sequence::sequence(&app.services).await.unwrap();
    let console = app.browser();
    let fields = [("email", "dev@naru.test"), ("password", "naru-demo-1!")];
    console.post("/sign-in", &fields).await.expect(303);
    let page = |path: String| {
        let console = console.clone();
        async move { console.get(&format!("/partner{path}")).await.expect(200).text }
    };
    assert!(
        page("/settings".to_owned())
            .await
            .contains("https://shop.example/orders/paid")
    );
    for (event_type, order) in [("checkout.completed", "NR-H001"), ("checkout.expired", "NR-H002")] {
        let list = page(format!("/events?type={event_type}")).await;
        let event = list.split("/partner/events/").nth(1).expect(event_type);
        let event = event.split('"').next().unwrap();
        assert!(page(format!("/events/{event}")).await.contains(order), "{event_type}");
    }
    assert!(page("/payments?q=NR-H001".to_owned()).await.contains("27,500원"));

    let api = app.api(demo::PARTNER_KEY);
    let endpoints = api.get("/webhook-endpoints").await.expect(200).json();
    let [endpoint] = endpoints["data"].as_array().unwrap().as_slice() else {
        panic!("{endpoints}");
    };
    assert_eq!(endpoint["status"], "paused", "{endpoint}");
    let id = endpoint["id"].as_str().unwrap();
    let path = format!("/webhook-endpoints/{id}/deliveries?status=pending");
    let kept = api.get(&path).await.expect(200).json();
    let kept = kept["data"].as_array().unwrap();
    let types: BTreeSet<_> = kept.iter().map(|one| one["event_type"].as_str().unwrap()).collect();
    for event_type in ["refund.succeeded", "checkout.completed", "checkout.expired"] {
        assert!(types.contains(event_type), "{types:?}");
    }
    assert!(!types.contains("payment.succeeded"), "{types:?}");
    assert!(page(format!("/webhooks/{id}")).await.contains("dlv_"));
    let db = app.services.db.read();
    assert_eq!(webhook_attempts::Entity::find().count(db).await.unwrap(), 0);

    // A second start makes none of it again.
    demo::seed_if_empty(&app.services).await.unwrap();
    assert_eq!(checkouts::Entity::find().count(db).await.unwrap(), 2);
    assert_eq!(webhook_endpoints::Entity::find().count(db).await.unwrap(), 1);
    assert_eq!(partner_return_urls::Entity::find().count(db).await.unwrap(), 1);
}

#[tokio::test]
async fn a_start_that_was_cut_off_before_the_mandate_is_completed_by_the_next() {
    let app = app::wish().without_workers().start().await;
    demo::seed_if_empty(&app.services).await.unwrap();
    let accounts = bank_accounts::Entity::find()
        .count(app.services.db.read())
        .await
        .unwrap();
    // What a process leaves that died with the accounts linked and the mandate not written.
    app.services
        .db
        .write(|tx| {
            Box::pin(async move {
                transfer_events::Entity::delete_many().exec(tx).await?;
                transfers::Entity::delete_many().exec(tx).await?;
                idempotency_keys::Entity::delete_many().exec(tx).await?;
                mandates::Entity::delete_many().exec(tx).await?;
                Ok::<(), sea_orm::DbErr>(())
            })
        })
        .await
        .unwrap();
    demo::seed_if_empty(&app.services).await.unwrap();
    let db = app.services.db.read();
    assert_eq!(bank_accounts::Entity::find().count(db).await.unwrap(), accounts);
    assert_eq!(mandates::Entity::find().count(db).await.unwrap(), 1);
    assert!(transfers::Entity::find().count(db).await.unwrap() > 20);
}

#[tokio::test]
async fn a_database_with_people_of_its_own_gets_no_demo() {
    let app = app::wish().without_workers().start().await;
    app.member("somebody@example.test").await;
    demo::seed_if_empty(&app.services).await.unwrap();
    assert_eq!(users::Entity::find().count(app.services.db.read()).await.unwrap(), 1);
}
