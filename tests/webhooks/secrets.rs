//! C44: changing a secret cuts no receiver off, and no secret is where it must not be.

use chrono::TimeDelta;
use naru::models::{idempotency_keys, webhook_endpoints};
use reqwest::Method;
use sea_orm::EntityTrait;
use serde_json::json;

use super::shop_that_hears;
use crate::support::app;
use crate::support::http::Answer;
use crate::support::leaks;

#[tokio::test]
async fn c44_for_a_day_either_secret_verifies_and_then_the_new_one_alone() {
    let app = app::wish().with_a_stopped_clock().start().await;
    let (shop, receiver, endpoint) = shop_that_hears(&app, "나루상점").await;
    let path = format!("{}/secret-rotation", endpoint.path);
    let rotated = shop.api.post(&path, "rotate-1", &json!({})).await.expect(200).json();
    let new = rotated["secret"].as_str().unwrap().to_owned();
    assert_ne!(new, endpoint.secret);

    for (hours, signatures) in [(0, 2), (23, 2), (1, 1)] {
        app.clock.advance(TimeDelta::hours(hours));
        let before = receiver.count();
        app.events(shop.id, 1).await;
        let got = receiver.heard(before + 1).await.remove(before);
        assert_eq!(got.signatures().len(), signatures);
        assert!(got.is_signed_with(&new));
        assert_eq!(got.is_signed_with(&endpoint.secret), signatures == 2);
        app.told().await;
    }
}

#[tokio::test]
async fn c44_the_secret_before_can_be_ended_early() {
    let app = app::start().await;
    let (shop, receiver, endpoint) = shop_that_hears(&app, "나루상점").await;
    let path = format!("{}/secret-rotation", endpoint.path);
    let rotated = shop.api.post(&path, "rotate-1", &json!({})).await.expect(200).json();
    assert!(rotated["previous_secret_ends_at"].is_string());
    let previous = format!("{}/previous-secret", endpoint.path);
    for _ in 0..2 {
        let ended = Answer::of(shop.api.request(Method::DELETE, &previous))
            .await
            .expect(200)
            .json();
        assert_eq!(ended["previous_secret_ends_at"], json!(null));
    }
    app.events(shop.id, 1).await;
    let got = receiver.heard(1).await.remove(0);
    assert_eq!(got.signatures().len(), 1);
    assert!(got.is_signed_with(rotated["secret"].as_str().unwrap()));
    app.told().await;
}

#[tokio::test]
async fn c44_of_two_people_who_saw_the_same_version_one_changes_the_secret_and_the_one_before_signs_on() {
    let app = app::start().await;
    let (shop, receiver, endpoint) = shop_that_hears(&app, "나루상점").await;
    let rotation = format!("{}/secret-rotation", endpoint.path);
    let previous = format!("{}/previous-secret", endpoint.path);
    let rotate = async |key: &str| {
        let request = shop.api.request(Method::POST, &rotation).header("if-match", "\"v1\"");
        Answer::of(request.header("idempotency-key", key).json(&json!({}))).await
    };
    let rotated = rotate("rotate-1").await.expect(200).json();
    assert_eq!(rotate("rotate-1").await.expect(200).json(), rotated);
    for refused in [
        rotate("rotate-2").await,
        Answer::of(shop.api.request(Method::DELETE, &previous).header("if-match", "\"v1\"")).await,
    ] {
        let problem = refused.expect(412).json();
        assert_eq!(
            (&problem["code"], &problem["current_version"]),
            (&json!("version_conflict"), &json!(2))
        );
    }
    app.events(shop.id, 1).await;
    let got = receiver.heard(1).await.remove(0);
    assert!(got.is_signed_with(&endpoint.secret) && got.is_signed_with(rotated["secret"].as_str().unwrap()));
    app.told().await;
}

#[tokio::test]
async fn a_secret_is_shown_by_the_answer_that_made_it_and_its_replay_and_is_stored_and_logged_nowhere() {
    let app = app::wish().without_workers().with_a_stopped_clock().start().await;
    let shop = app.shop("나루상점").await;
    let body = json!({ "url": "https://shop.example.com/hooks" });
    let first = shop.api.post("/webhook-endpoints", "key-1", &body).await.expect(201);
    let again = shop.api.post("/webhook-endpoints", "key-1", &body).await.expect(201);
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!(first.text, again.text);
    assert_eq!(again.header("cache-control"), "no-store");
    let (made, path) = (first.json(), first.header("location").replace("/api/v1", ""));
    let rotation = format!("{path}/secret-rotation");
    let rotated = shop.api.post(&rotation, "key-2", &json!({})).await.expect(200);
    assert_eq!(
        shop.api.post(&rotation, "key-2", &json!({})).await.expect(200).text,
        rotated.text
    );
    let secrets = [
        made["secret"].as_str().unwrap().to_owned(),
        rotated.json()["secret"].as_str().unwrap().to_owned(),
    ];
    assert!(
        secrets
            .iter()
            .all(|secret| secret.starts_with("whsec_") && secret.len() == 50)
    );

    let shown = shop.api.get(&path).await.expect(200).text + &shop.api.get("/webhook-endpoints").await.expect(200).text;
    let db = app.services.db.read();
    let answers = idempotency_keys::Entity::find().all(db).await.unwrap();
    let rows = webhook_endpoints::Entity::find().all(db).await.unwrap();
    let stored = format!("{answers:?} {rows:?}");
    for secret in &secrets {
        let bare = secret.trim_start_matches("whsec_");
        assert!(!shown.contains(bare) && !stored.contains(bare) && !leaks::logged().contains(bare));
    }
    // The first one has ended: the replay tells of it no more.
    app.clock.advance(TimeDelta::hours(25));
    let later = shop
        .api
        .post("/webhook-endpoints", "key-1", &body)
        .await
        .expect(201)
        .json();
    assert_eq!((&later["secret"], &later["id"]), (&json!(null), &made["id"]));
}
