//! What every call passes first: the key with its scopes, its rate, and the version of the answer.

use chrono::TimeDelta;
use naru::models::kinds::Scope;
use naru::models::partner_keys;
use naru::openapi::groups;
use naru::openapi::operation::Operation;
use naru::partners::keys;
use reqwest::Method;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;

use super::payments::payment;
use crate::support::app::{self, TestApp, eventually};
use crate::support::http::Answer;
use crate::support::people::Shop;

async fn key_of(app: &TestApp, shop: &Shop) -> partner_keys::Model {
    let row = partner_keys::Entity::find()
        .filter(partner_keys::Column::KeyHash.eq(keys::hash(&shop.api.key)))
        .one(app.services.db.read())
        .await;
    row.expect("the database answers").expect("the key is there")
}

async fn set_scopes(app: &TestApp, shop: &Shop, scopes: &str) {
    let id = key_of(app, shop).await.id;
    let change = partner_keys::ActiveModel {
        id: sea_orm::ActiveValue::Unchanged(id),
        scopes: sea_orm::ActiveValue::Set(scopes.to_owned()),
        ..Default::default()
    };
    let updated = app
        .services
        .db
        .write(move |tx| Box::pin(async move { partner_keys::Entity::update(change).exec(tx).await }));
    updated.await.expect("the scopes are set");
}

async fn ask(shop: &Shop, operation: &Operation) -> Answer {
    let path = operation
        .path
        .replace("{id}", "pay_00000000000000000000000000000000")
        .replace("{key}", "key-1");
    let method: Method = operation.verb.as_str().parse().expect("a method");
    Answer::of(shop.api.request(method, &path)).await
}

#[tokio::test]
async fn each_call_demands_the_scope_that_the_document_says_and_names_it() {
    let app = app::wish().without_workers().start().await;
    let shop = app.shop("나루상점").await;
    for operation in groups::operations() {
        let others: Vec<_> = Scope::ALL.iter().filter(|scope| **scope != operation.scope).collect();
        let others: Vec<_> = others.iter().map(|scope| scope.as_str()).collect();
        set_scopes(&app, &shop, &others.join(",")).await;
        let refused = ask(&shop, operation).await.problem(403, "forbidden");
        assert_eq!(refused["required_scope"], operation.scope.as_str(), "{}", operation.id);
        set_scopes(&app, &shop, operation.scope.as_str()).await;
        let let_in = ask(&shop, operation).await;
        assert_ne!(let_in.status.as_u16(), 403, "{}: {}", operation.id, let_in.text);
    }
}

#[tokio::test]
async fn every_answer_says_its_version_and_an_unknown_one_is_refused() {
    let app = app::wish().without_workers().start().await;
    let shop = app.shop("나루상점").await;
    let ask = async |version: &str| {
        let request = shop.api.request(Method::GET, "/payments");
        Answer::of(request.header("api-version", version)).await
    };
    let known = ask(keys::API_VERSION).await.expect(200);
    assert_eq!(known.header("api-version"), keys::API_VERSION);
    for unknown in ["2020-01-01", "", "latest"] {
        let refused = ask(unknown).await;
        assert_eq!(refused.header("api-version"), keys::API_VERSION);
        let problem = refused.problem(400, "unknown_api_version");
        assert_eq!(problem["known_versions"], json!([keys::API_VERSION]));
    }
    let nobody = Answer::of(app.client.get(format!("{}/api/v1/payments", app.base))).await;
    assert_eq!(nobody.expect(401).header("api-version"), keys::API_VERSION);
    assert_eq!(shop.api.get("/nothing").await.header("api-version"), keys::API_VERSION);
}

#[tokio::test]
async fn a_key_has_so_many_requests_a_second_and_another_key_has_its_own() {
    let app = app::wish()
        .without_workers()
        .with_a_stopped_clock()
        .settings(json!({ "limits": { "partner_rate_per_sec": 3 } }))
        .start()
        .await;
    let (shop, mandate) = app.shop_with_mandate().await;
    let other = app.shop("다른상점").await;
    for left in [2, 1, 0] {
        let answer = shop.api.get("/payments").await.expect(200);
        assert_eq!(answer.header("ratelimit-policy"), "\"default\";q=3;w=1");
        assert_eq!(answer.header("ratelimit"), format!("\"default\";r={left};t=1"));
    }
    let refused = shop
        .api
        .post("/payments", "key-1", &payment(&mandate, "order-1", 100))
        .await;
    assert_eq!(
        (refused.header("retry-after"), refused.header("ratelimit")),
        ("1", "\"default\";r=0;t=1")
    );
    assert_eq!(refused.problem(429, "rate_limited")["money_moved"], "no");
    other.api.get("/payments").await.expect(200);
    app.clock.advance(TimeDelta::seconds(1));
    let accepted = shop
        .api
        .post("/payments", "key-1", &payment(&mandate, "order-1", 100))
        .await;
    assert_eq!(accepted.expect(202).header("ratelimit"), "\"default\";r=2;t=1");
}

#[tokio::test]
async fn who_sends_many_wrong_keys_is_refused_unread_for_a_minute_and_stops_no_shop_that_was_known() {
    let app = app::wish().without_workers().with_a_stopped_clock().start().await;
    let (shop, late) = (app.shop("나루상점").await, app.shop("늦은상점").await);
    shop.api.get("/payments").await.expect(200);
    let wrong = app.api("naru_sk_test_0000000000000000000000000000");
    for _ in 0..=60 {
        wrong.get("/payments").await.problem(401, "unauthenticated");
    }
    for stranger in [&wrong, &late.api] {
        let refused = stranger.get("/payments").await;
        let wait_secs: i64 = refused.header("retry-after").parse().expect("seconds");
        assert!((1..=61).contains(&wait_secs), "{wait_secs}");
        refused.problem(429, "rate_limited");
    }
    shop.api.get("/payments").await.expect(200);
    app.clock.advance(TimeDelta::seconds(62));
    late.api.get("/payments").await.expect(200);
}

#[tokio::test]
async fn the_last_use_of_a_key_is_noted_to_the_minute() {
    let app = app::wish().without_workers().with_a_stopped_clock().start().await;
    let shop = app.shop("나루상점").await;
    let noted = async || key_of(&app, &shop).await.last_used_at;
    let first = app.services.clock.now();
    shop.api.get("/payments").await.expect(200);
    eventually("the use is noted", || async { noted().await == Some(first) }).await;
    app.clock.advance(TimeDelta::seconds(59));
    shop.api.get("/payments").await.expect(200);
    assert_eq!(noted().await, Some(first));
    app.clock.advance(TimeDelta::seconds(1));
    shop.api.get("/payments").await.expect(200);
    let second = app.services.clock.now();
    eventually("the use is noted again", || async { noted().await == Some(second) }).await;
}
