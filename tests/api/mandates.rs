//! A partner asks for a mandate, finds it again, and ends it.

use naru::models::kinds::Mode;
use naru::models::partner_events;
use naru::partners::return_urls;
use reqwest::Method;
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use super::payments::payment;
use crate::support::app::{self, TestApp};
use crate::support::http::Answer;

pub const RETURN_URL: &str = "http://localhost:3000/done";

pub fn request() -> Value {
    json!({ "return_url": RETURN_URL, "per_payment_limit": 50_000, "daily_limit": 200_000, "reference": "customer-7" })
}

/// The words of the events that were told, oldest first.
pub async fn told(app: &TestApp) -> Vec<&'static str> {
    let mut events = partner_events::Entity::find()
        .all(app.services.db.read())
        .await
        .unwrap();
    events.sort_by_key(|event| event.id);
    events.into_iter().map(|event| event.event_type.as_str()).collect()
}

#[tokio::test]
async fn a_mandate_that_was_asked_for_waits_with_its_link_and_cannot_be_charged() {
    let app = app::start().await;
    let api = app.shop("나루상점").await.api;
    let made = api.post("/mandates", "key-1", &request()).await.expect(201);
    let body = made.json();
    let id = body["id"].as_str().unwrap();
    assert_eq!(made.header("location"), format!("/api/v1/mandates/{id}"));
    assert_eq!(made.header("etag"), "\"v1\"");
    assert_eq!(body["status"], "pending");
    assert_eq!(body["approval_url"], format!("{}/checkout/mandates/{id}", app.base));
    assert_eq!((&body["bank"], &body["account_masked"]), (&Value::Null, &Value::Null));
    assert_eq!(
        (&body["per_payment_limit"], &body["daily_limit"]),
        (&json!(50_000), &json!(200_000))
    );
    assert_eq!(
        (&body["reference"], &body["livemode"]),
        (&json!("customer-7"), &json!(false))
    );
    assert!(body["expires_at"].as_str().unwrap() > body["created_at"].as_str().unwrap());

    let again = api.post("/mandates", "key-1", &request()).await.expect(201);
    assert_eq!((again.header("idempotent-replayed"), &again.text), ("true", &made.text));
    let other = json!({ "return_url": RETURN_URL, "per_payment_limit": 50_001, "daily_limit": 200_000 });
    api.post("/mandates", "key-1", &other)
        .await
        .problem(422, "idempotency_key_reused");

    assert_eq!(api.get(&format!("/mandates/{id}")).await.expect(200).json(), body);
    api.post("/payments", "key-2", &payment(id, "order-1", 10_000))
        .await
        .problem(409, "mandate_inactive");
    assert_eq!(told(&app).await, [""; 0], "nobody has answered");
}

#[tokio::test]
async fn every_wrong_part_of_a_request_for_a_mandate_is_told_by_its_pointer() {
    let app = app::start().await;
    let shop = app.shop("나루상점").await;
    for (change, pointer) in [
        (json!({ "return_url": null }), "/return_url"),
        (json!({ "return_url": "https://shop.test/done" }), "/return_url"),
        (json!({ "return_url": "http://localhost.evil.test/" }), "/return_url"),
        (json!({ "return_url": "http://localhost@evil.test/" }), "/return_url"),
        (json!({ "return_url": "javascript:alert(1)" }), "/return_url"),
        (json!({ "per_payment_limit": 0 }), "/per_payment_limit"),
        (
            json!({ "per_payment_limit": 100_000_001, "daily_limit": 200_000_000 }),
            "/per_payment_limit",
        ),
        (json!({ "daily_limit": 49_999 }), "/daily_limit"),
        (json!({ "daily_limit": 1_000_000_001 }), "/daily_limit"),
        (json!({ "daily_limit": 1.5 }), "/daily_limit"),
        (json!({ "reference": "" }), "/reference"),
        (json!({ "reference": 7 }), "/reference"),
        (json!({ "member": "minji" }), "/member"),
    ] {
        let mut body = request();
        body.as_object_mut()
            .unwrap()
            .extend(change.as_object().unwrap().clone());
        let problem = shop
            .api
            .post("/mandates", "key-1", &body)
            .await
            .problem(422, "invalid_request");
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{change}");
    }
    shop.api.post("/mandates", "key-1", &request()).await.expect(201);
    Answer::of(shop.api.request(Method::POST, "/mandates").json(&request()))
        .await
        .problem(400, "idempotency_key_missing");
}

#[tokio::test]
async fn a_partner_with_registered_addresses_is_returned_to_those_alone_and_for_trial_to_this_machine() {
    let app = app::start().await;
    let (shop, other) = (app.shop("나루상점").await, app.shop("다른상점").await);
    let kept = return_urls::add(&app.services, shop.id, "https://shop.test/pay")
        .await
        .unwrap();
    return_urls::add(&app.services, other.id, "https://other.test/")
        .await
        .unwrap();
    let ask = async |key: &str, url: &str| {
        let mut body = request();
        body["return_url"] = json!(url);
        shop.api.post("/mandates", key, &body).await
    };
    for (key, url) in [
        ("a", "https://shop.test/pay"),
        ("b", "https://shop.test/pay/done?order=1"),
        ("e", RETURN_URL),
    ] {
        ask(key, url).await.expect(201);
    }
    let live = (shop.id, Mode::Live);
    assert!(
        return_urls::allows(app.services.db.read(), live, RETURN_URL)
            .await
            .is_err()
    );
    for url in [
        "https://other.test/",
        "https://shop.test/payment",
        "https://shop.test/pay/../x",
    ] {
        ask("c", url).await.problem(422, "invalid_request");
    }
    assert!(return_urls::remove(&app.services, other.id, kept.id).await.is_err());
    return_urls::remove(&app.services, shop.id, kept.id).await.unwrap();
    ask("d", "https://shop.test/pay").await.problem(422, "invalid_request");
    ask("a", "https://shop.test/pay").await.expect(201);
}

#[tokio::test]
async fn mandates_are_found_by_their_status_and_reference() {
    let app = app::start().await;
    let (shop, active) = app.shop_with_mandate().await;
    let asked = shop.api.post("/mandates", "key-1", &request()).await.expect(201).json();
    let found = async |query: &str| {
        let list = shop.api.get(&format!("/mandates?{query}")).await.expect(200).json();
        let data = list["data"].as_array().unwrap().clone();
        data.into_iter()
            .map(|row| row["id"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let pending = asked["id"].as_str().unwrap().to_owned();
    assert_eq!(found("status=pending").await, [pending.as_str()]);
    assert_eq!(found("status=active").await, [active.as_str()]);
    assert_eq!(found("status=revoked").await, [""; 0]);
    assert_eq!(found("reference=customer-7").await, [pending.as_str()]);
    assert_eq!(found("reference=customer-7&status=active").await, [""; 0]);
    assert_eq!(found("limit=1").await, [pending.as_str()]);
    shop.api
        .get("/mandates?status=lost")
        .await
        .problem(422, "invalid_request");
}

#[tokio::test]
async fn a_partner_ends_its_mandate_once_and_only_at_the_version_that_it_knows() {
    let app = app::wish().without_workers().start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    let path = format!("/mandates/{mandate}");
    let end = async |version: Option<&str>| {
        let request = shop.api.request(Method::DELETE, &path);
        Answer::of(match version {
            Some(version) => request.header("if-match", version),
            None => request,
        })
        .await
    };
    shop.api
        .post("/payments", "key-1", &payment(&mandate, "order-1", 10_000))
        .await
        .expect(202);
    let conflict = end(Some("\"v7\"")).await.problem(412, "version_conflict");
    assert_eq!(conflict["current_version"], 1);
    end(Some("seven")).await.problem(422, "invalid_request");
    let ended = end(Some("\"v1\"")).await.expect(200);
    assert_eq!(
        (ended.header("etag"), &ended.json()["status"]),
        ("\"v2\"", &json!("revoked"))
    );
    assert_eq!(end(None).await.expect(200).json(), ended.json());
    assert_eq!(told(&app).await, ["mandate.revoked"], "it is told once");
    shop.api
        .post("/payments", "key-2", &payment(&mandate, "order-2", 10_000))
        .await
        .problem(409, "mandate_inactive");
    let running = shop
        .api
        .get("/payments/by-idempotency-key/key-1")
        .await
        .expect(200)
        .json();
    assert_eq!(running["status"], "queued", "what was promised goes on");

    let pending = shop.api.post("/mandates", "key-3", &request()).await.expect(201).json();
    let path = format!("/mandates/{}", pending["id"].as_str().unwrap());
    let gone = Answer::of(shop.api.request(Method::DELETE, &path))
        .await
        .expect(200)
        .json();
    assert_eq!(
        (&gone["status"], &gone["approval_url"]),
        (&json!("revoked"), &Value::Null)
    );
}

#[tokio::test]
async fn another_partners_request_for_a_mandate_is_not_found() {
    let app = app::start().await;
    let (shop, other) = (app.shop("나루상점").await, app.shop("다른상점").await);
    let asked = shop.api.post("/mandates", "key-1", &request()).await.expect(201).json();
    let path = format!("/mandates/{}", asked["id"].as_str().unwrap());
    other.api.get(&path).await.problem(404, "not_found");
    Answer::of(other.api.request(Method::DELETE, &path))
        .await
        .problem(404, "not_found");
    assert_eq!(shop.api.get(&path).await.expect(200).json()["status"], "pending");
    // The same key of another partner is another key.
    other.api.post("/mandates", "key-1", &request()).await.expect(201);
}
